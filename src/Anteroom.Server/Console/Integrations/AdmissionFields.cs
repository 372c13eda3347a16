using Anteroom.Server.Connections;
using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Console.Integrations;

/// <summary>Who may come in by a connection, and as what: the same questions for every kind of provider.</summary>
internal static class AdmissionFields
{
    private const string Domains = "authorizedDomains";
    private const string AccountRequired = "provisioning";
    public const string DefaultRole = "defaultRole";
    private const int LongestList = 8192;

    public static ConnectionSettings Apply(ConnectionSettings settings, FormValues typed) =>
        settings with
        {
            AuthorizedDomains = typed.Words(Domains),
            Provisioning = typed.IsOn(AccountRequired) ? ProvisioningMode.RequireExisting : ProvisioningMode.Create,
            DefaultRole = typed.OrNull(DefaultRole) ?? settings.DefaultRole,
        };

    public static KeyValuePair<string, string>[] ValuesOf(ConnectionSettings settings) =>
        [
            KeyValuePair.Create(Domains, string.Join(' ', settings.AuthorizedDomains)),
            KeyValuePair.Create(AccountRequired, settings.Provisioning == ProvisioningMode.RequireExisting ? Field.On : ""),
            KeyValuePair.Create(DefaultRole, settings.DefaultRole),
        ];

    /// <summary>Before there is a connection: what was said beforehand of the next one.</summary>
    public static ConnectionSettings SettingsOf(NextConnection? next) =>
        new()
        {
            ClientId = "",
            AuthorizedDomains = next?.AuthorizedDomains ?? [],
            Provisioning = next is { AccountRequired: true } ? ProvisioningMode.RequireExisting : ProvisioningMode.Create,
        };

    /// <summary>The roles that a connection may give: those that administer nothing.</summary>
    public static async Task<IReadOnlyList<Role>> RolesAsync(HttpContext http, Database database, CancellationToken ct)
    {
        await using var tx = await database.BeginAsync(http.Room()!.Id, ct);
        return [.. (await RoleStore.ListAsync(tx, ct)).Where(role => !role.IsAdministrative)];
    }

    /// <summary>What all of them stand under.</summary>
    public static FormSection SectionOf(ConsolePages pages) => new(pages["Connections.Admission"], pages["Connections.Admission.Words"]);

    /// <summary>Which domains, and whether an account has to be there.</summary>
    public static Field[] Of(ConsolePages pages, FormValues values) =>
        [
            new(Domains, pages["Connection.Domains"], values[Domains])
            {
                Longest = LongestList,
                Verbatim = true,
                Help = pages["Connections.Domains.Help"],
                Section = SectionOf(pages),
            },
            new(AccountRequired, pages["Connections.AccountRequired"], values[AccountRequired])
            {
                Kind = FieldKind.Switch,
                Options = [(Field.On, pages["Yes"]), ("", pages["No"])],
                Help = pages["Connections.AccountRequired.Help"],
                Section = SectionOf(pages),
            },
        ];

    /// <param name="roles">Those without permissions.</param>
    public static Field RoleOf(ConsolePages pages, FormValues values, IReadOnlyList<Role> roles) =>
        new(DefaultRole, pages["Connections.DefaultRole"], values[DefaultRole])
        {
            Kind = FieldKind.Choice,
            Options = [.. roles.Select(role => (role.Key, role.Name))],
            Section = SectionOf(pages),
        };
}

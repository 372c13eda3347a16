using Anteroom.Server.Connections;
using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.SignIn.Pages;

namespace Anteroom.Server.Console.Integrations;

/// <summary>A connection to Okta or to any other OpenID Connect provider, made and changed. The preset only fills in fields.</summary>
internal static class OidcForm
{
    /// <summary>Query parameter that names one of <see cref="Presets"/>.</summary>
    public const string Preset = "provider";

    public static IReadOnlyList<string> Presets { get; } = [Okta, "oidc"];

    private const string Okta = "okta";
    private const string New = ConnectionPages.Path + "/new-oidc";
    private const string Change = ConnectionPages.Path + "/{id}/oidc";
    private const string Name = "name";
    private const string Authority = "authority";
    private const string Client = "clientId";

    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet(New, ShowAsync).Operation("connections.create");
        console.MapPost(New, CreateAsync).Operation("connections.create");
        console.MapGet(Change, EditAsync).Operation("connections.update");
        console.MapPost(Change, ChangeAsync).Operation("connections.update");
    }

    private static async Task<IResult> ShowAsync(HttpContext http, Database database, ConsolePages pages, CancellationToken ct)
    {
        var isOkta = http.Request.Query[Preset] == Okta;
        FormValues values = new([
            KeyValuePair.Create(Name, pages[isOkta ? "Setup.Provider.okta" : "Oidc.Name"]),
            KeyValuePair.Create(Authority, isOkta ? "https://{yourOktaDomain}" : ""),
            .. AdmissionFields.ValuesOf(AdmissionFields.SettingsOf(http.Room()!.Settings.NextConnection)),
        ]);
        return pages.Form(NewForm(http, pages, await AdmissionFields.RolesAsync(http, database, ct), values));
    }

    private static async Task<IResult> CreateAsync(
        HttpContext http,
        SaveConnection save,
        Database database,
        ConsolePages pages,
        CancellationToken ct
    )
    {
        var typed = await FormValues.TypedAsync(http, ct);
        var page = pages.AsTyped(NewForm(http, pages, await AdmissionFields.RolesAsync(http, database, ct), typed), typed);
        if (pages.AskForProof(http, page) is { } proof)
            return proof;
        var made = await save.CreateAsync(http.Room()!.Id, DraftOf(typed, null), http.Audit(), ct);
        return made.TryGet(out var connection, out var refusal)
            ? ConsolePages.Back(ConnectionPages.AddressOf(http, connection), "connection.created")
            : pages.Form(ConnectionForms.Faulty(page, refusal));
    }

    private static async Task<IResult> EditAsync(
        string id,
        HttpContext http,
        ConnectionStore connections,
        Database database,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    ) =>
        await FindAsync(http, connections, id, ct) is { } connection
            ? pages.Form(EditForm(http, pages, await AdmissionFields.RolesAsync(http, database, ct), connection, ValuesOf(connection)))
            : problems.NotFound();

    private static async Task<IResult> ChangeAsync(
        string id,
        HttpContext http,
        SaveConnection save,
        ConnectionStore connections,
        Database database,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        var roles = await AdmissionFields.RolesAsync(http, database, ct);
        return await pages.EditAsync(
                http,
                () => FindAsync(http, connections, id, ct),
                (connection, typed) => EditForm(http, pages, roles, connection, typed ?? ValuesOf(connection)),
                (connection, edit) => ConnectionForms.SaveAsync(http, save, pages, connection, edit, DraftOf, ct),
                ct
            ) ?? problems.NotFound();
    }

    private static async Task<Connection?> FindAsync(HttpContext http, ConnectionStore connections, string id, CancellationToken ct) =>
        await ConnectionPages.FindAsync(http, connections, id, ct) is { Kind: ConnectionKind.Oidc } connection ? connection : null;

    /// <param name="current">What the form does not ask about stays as it is there.</param>
    private static ConnectionDraft DraftOf(FormValues typed, Connection? current)
    {
        var settings = current?.Settings ?? new ConnectionSettings { ClientId = "" };
        return new(
            typed[Name],
            ConnectionKind.Oidc,
            Tenant: null,
            SecretFields.SecretOf(typed),
            AdmissionFields.Apply(SecondFactorFields.ApplySwitches(settings, typed), typed) with
            {
                Authority = typed.OrNull(Authority),
                ClientId = typed[Client],
                ClientSecretExpiresOn = SecretFields.ExpiresOnOf(typed, settings.ClientSecretExpiresOn),
            }
        );
    }

    private static FormValues ValuesOf(Connection connection) =>
        new([
            KeyValuePair.Create(Name, connection.Name),
            KeyValuePair.Create(Authority, connection.Settings.Authority ?? ""),
            KeyValuePair.Create(Client, connection.Settings.ClientId),
            SecretFields.ValueOf(connection.Settings.ClientSecretExpiresOn),
            .. AdmissionFields.ValuesOf(connection.Settings),
            .. SecondFactorFields.ValuesOf(connection.Settings),
        ]);

    private static FormPage NewForm(HttpContext http, ConsolePages pages, IReadOnlyList<Role> roles, FormValues values)
    {
        var list = Navigation.Of(http.Room()!, "connections");
        return new(
            pages.Frame(http, pages["Oidc.Title"], list, new Crumb(pages["Nav.SingleSignOn"], list)),
            Fields(pages, roles, null, values),
            pages["Connections.Create"],
            list
        )
        {
            Lead = pages["Oidc.Lead"],
        };
    }

    private static FormPage EditForm(
        HttpContext http,
        ConsolePages pages,
        IReadOnlyList<Role> roles,
        Connection connection,
        FormValues values
    ) =>
        new(
            ConnectionPages.FrameOf(http, pages, connection, pages["Connections.EditTitle", connection.Name]),
            Fields(pages, roles, connection, values),
            pages["Save"],
            ConnectionPages.AddressOf(http, connection)
        )
        {
            Lead = pages["Connections.Edit.Lead"],
            IsEdit = true,
        };

    private static Field[] Fields(ConsolePages pages, IReadOnlyList<Role> roles, Connection? connection, FormValues values)
    {
        return
        [
            Of(Name, "Field.Name") with
            {
                Required = true,
                Longest = 100,
                Help = pages["Connections.Name.Help"],
            },
            Of(Authority, "Oidc.Authority") with
            {
                Required = true,
                Verbatim = true,
                Longest = 2048,
                Help = pages["Oidc.Authority.Help"],
            },
            Of(Client, "Connections.Client") with
            {
                Required = true,
                Verbatim = true,
            },
            .. SecretFields.Of(pages, values, connection?.SecretLast4, connection?.SecretAt, help: null),
            .. AdmissionFields.Of(pages, values),
            AdmissionFields.RoleOf(pages, values, roles),
            .. SecondFactorFields.Switches(pages, values),
        ];

        Field Of(string name, string words) => new(name, pages[words], values[name]);
    }
}

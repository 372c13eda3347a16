using Anteroom.Protocols.Primitives;
using Anteroom.Server.Connections;
using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Console.Integrations;

/// <summary>A new connection to Okta or to any other OpenID Connect provider. The preset only fills in fields.</summary>
internal static class OidcForm
{
    /// <summary>Query parameter that names one of <see cref="Presets"/>.</summary>
    public const string Preset = "provider";

    public static IReadOnlyList<string> Presets { get; } = [Okta, "oidc"];

    private const string Okta = "okta";
    private const string Path = ConnectionPages.Path + "/new-oidc";
    private const string Name = "name";
    private const string Authority = "authority";
    private const string Client = "clientId";
    private const string ClientSecret = "clientSecret";

    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet(Path, ShowAsync).Operation("connections.create");
        console.MapPost(Path, CreateAsync).Operation("connections.create");
    }

    private static async Task<IResult> ShowAsync(HttpContext http, Database database, ConsolePages pages, CancellationToken ct)
    {
        var isOkta = http.Request.Query[Preset] == Okta;
        FormValues values = new([
            KeyValuePair.Create(Name, pages[isOkta ? "Setup.Provider.okta" : "Oidc.Name"]),
            KeyValuePair.Create(Authority, isOkta ? "https://{yourOktaDomain}" : ""),
            KeyValuePair.Create(AdmissionFields.DefaultRole, BuiltInRoles.Worker),
        ]);
        return pages.Form(await FormAsync(http, database, pages, values, ct));
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
        var page = await FormAsync(http, database, pages, typed, ct);
        if (pages.AskForProof(http, page) is { } proof)
            return proof;
        var made = await save.CreateAsync(http.Room()!.Id, DraftOf(typed), http.Audit(), ct);
        return made.TryGet(out var connection, out var refusal)
            ? ConsolePages.Back(ConnectionPages.AddressOf(http, connection), "connection.created")
            : pages.Form(ConnectionForms.Faulty(page, refusal));
    }

    private static ConnectionDraft DraftOf(FormValues typed) =>
        new(
            typed[Name],
            ConnectionKind.Oidc,
            Tenant: null,
            typed.OrNull(ClientSecret) is { } secret ? new Secret(secret) : null,
            AdmissionFields.Apply(new ConnectionSettings { Authority = typed.OrNull(Authority), ClientId = typed[Client] }, typed)
        );

    private static async Task<FormPage> FormAsync(
        HttpContext http,
        Database database,
        ConsolePages pages,
        FormValues values,
        CancellationToken ct
    )
    {
        var list = Navigation.Of(http.Room()!, "connections");
        await using var tx = await database.BeginAsync(http.Room()!.Id, ct);
        var roles = (await RoleStore.ListAsync(tx, ct)).Where(role => !role.IsAdministrative).ToList();
        return new(
            pages.Frame(http, pages["Oidc.Title"], list, new Crumb(pages["Nav.SingleSignOn"], list)),
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
                new(ClientSecret, pages["Connections.Secret"], "") { Kind = FieldKind.Secret, Longest = 1024 },
                .. AdmissionFields.Of(pages, values),
                AdmissionFields.RoleOf(pages, values, roles),
            ],
            pages["Connections.Create"],
            list
        )
        {
            Lead = pages["Oidc.Lead"],
        };

        Field Of(string name, string words) => new(name, pages[words], values[name]);
    }
}

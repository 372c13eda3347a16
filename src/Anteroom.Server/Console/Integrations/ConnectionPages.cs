using System.Globalization;
using Anteroom.Server.Connections;
using Anteroom.Server.Connections.SharedApp;
using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.SignIn.Pages;

namespace Anteroom.Server.Console.Integrations;

/// <summary>Single sign-on: connections to the providers of an organization, where each is in its life, what the provider must have, and a test with cures.</summary>
internal static class ConnectionPages
{
    public const string Path = "/organizations/{slug}/connections";

    /// <summary>A hidden field of the buttons that move a connection on: its version as the page showed it.</summary>
    public const string Version = "version";

    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet(Path, ListAsync).Operation("connections.list");
        console.MapGet(Path + "/{id}", ShowAsync).Operation("connections.get");
        console.MapPost(Path + "/{id}/test", TestAsync).Operation("connections.test");
        Step("submit", "connections.submit", ConnectionStep.Submit);
        Step("approve", "connections.approve", ConnectionStep.Approve);
        Step("activate", "connections.activate", ConnectionStep.Activate);
        Step("disable", "connections.disable", ConnectionStep.Disable);
        console.MapGet(Path + "/{id}/disable", AskToDisableAsync).Operation("connections.disable");

        void Step(string word, string operation, ConnectionStep step) =>
            console
                .MapPost(
                    $"{Path}/{{id}}/{word}",
                    (
                        string id,
                        HttpContext http,
                        ConnectionStore connections,
                        ChangeConnectionState change,
                        OrganizationHosts hosts,
                        ConsolePages pages,
                        ProblemPages problems,
                        CancellationToken ct
                    ) => MoveAsync(id, step, http, connections, change, hosts, pages, problems, ct)
                )
                .Operation(operation)
                .WithMetadata(Sensitive.Instance);
    }

    private static async Task<IResult> ListAsync(
        HttpContext http,
        ConnectionStore connections,
        SharedRegistrations shared,
        ConsolePages pages,
        CancellationToken ct
    )
    {
        var isShared = (await shared.ListAsync(ct)).Any(registration => registration.IsActive);
        var room = http.Room()!;
        var all = await connections.ListAsync(room.Id, ct);
        var list = new ListPage(
            pages.Frame(http, pages["Nav.SingleSignOn"], Navigation.Of(room, "connections")),
            pages.Columns("Name", "Provider", "State", "Secret", "Created"),
            all.Select(connection =>
                (Cell[])
                    [
                        new(connection.Name, connection.Id.ToString(), Navigation.Of(room, $"connections/{connection.Id}")),
                        new(pages["Provider." + connection.Kind], connection.Settings.TenantId?.ToString()),
                        StateOf(connection.State, pages),
                        CredentialOf(connection, pages),
                        new(At: connection.CreatedAt),
                    ]
            )
        )
        {
            Choice = ColumnChoice.Of(http),
            Lead = pages["Connections.Lead"],
            Others = http.Caller().May("connections.create") ? EntrancesOf(room, pages, isShared) : [],
            Action = http.Caller().May("connections.create")
                ? new(pages["Connections.New"], Navigation.Of(room, "connections/new"), "plus")
                : null,
            EmptyTitle = pages["Connections.Empty"],
            EmptyText = pages["Connections.Empty.Text"],
        };
        var mayRenew = http.Caller().May("organizations.renewCompanyCode");
        return pages.Show("SingleSignOn", new SingleSignOnModel(list.Frame, list, room.CompanyCode, mayRenew));
    }

    private static IReadOnlyList<MainAction> EntrancesOf(Organization room, ConsolePages pages, bool isShared) =>
        [
            .. isShared ? [SharedForm.Entrance(room, pages)] : (MainAction[])[],
            ConnectionSetup.Entrance(room, pages),
            .. room.Settings.SelfServiceActivation ? [] : (MainAction[])[IntakeForm.Entrance(room, pages)],
        ];

    private static async Task<IResult> ShowAsync(
        string id,
        HttpContext http,
        ConnectionStore connections,
        OrganizationHosts hosts,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    ) =>
        await FindAsync(http, connections, id, ct) is { } connection ? Page(http, pages, hosts, connection, [], null) : problems.NotFound();

    private static async Task<IResult> TestAsync(
        string id,
        HttpContext http,
        ConnectionStore connections,
        TestConnection test,
        OrganizationHosts hosts,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    ) =>
        await FindAsync(http, connections, id, ct) is { } connection
            ? Page(http, pages, hosts, connection, await test.RunAsync(connection, ct), null)
            : problems.NotFound();

    private static async Task<IResult> MoveAsync(
        string id,
        ConnectionStep step,
        HttpContext http,
        ConnectionStore connections,
        ChangeConnectionState change,
        OrganizationHosts hosts,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        if (await FindAsync(http, connections, id, ct) is not { } connection)
            return problems.NotFound();
        var moved = await change.HandleAsync(
            http.Room()!,
            connection.Id,
            step,
            http.Caller().IsOperator,
            withoutTest: null,
            http.Audit(),
            ct,
            await SeenAsync(http, ct)
        );
        return moved.TryGet(out _, out var refusal)
            ? ConsolePages.Back(AddressOf(http, connection), $"connection.{step}")
            : Page(http, pages, hosts, connection, [], Told(refusal, pages));
    }

    /// <summary>Which version the page with the button showed, so that nobody approves what they have not seen.</summary>
    private static async Task<long?> SeenAsync(HttpContext http, CancellationToken ct) =>
        long.TryParse((await FormValues.TypedAsync(http, ct))[Version], NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : null;

    private static async Task<IResult> AskToDisableAsync(
        string id,
        HttpContext http,
        ConnectionStore connections,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    ) =>
        await FindAsync(http, connections, id, ct) is { } connection
            ? pages.Form(
                FormPage.Question(
                    FrameOf(http, pages, connection, pages["Connection.Disable.Title", connection.Name]),
                    pages["Connection.Do.Disable"],
                    AddressOf(http, connection),
                    pages["Connection.Disable.Nobody"],
                    pages["Connection.Disable.Sessions"],
                    pages[http.Room()!.Settings.SelfServiceActivation ? "Connection.Disable.Back" : "Connection.Disable.Operator"]
                )
            )
            : problems.NotFound();

    /// <summary>A refusal in words; a step of the test has words of its own here.</summary>
    public static string Told(ConnectionRefusal refusal, ConsolePages pages) =>
        refusal.Found is { } step
            ? pages["Step.Failed", pages.Words("Step.", step.Name), step.Message]
            : FormFault.Of(refusal.Code, refusal.Detail).Text;

    public static async Task<Connection?> FindAsync(HttpContext http, ConnectionStore connections, string id, CancellationToken ct) =>
        ConnectionId.TryParse(id, out var parsed) ? await connections.FindAsync(http.Room()!.Id, parsed, ct) : null;

    public static string AddressOf(HttpContext http, Connection connection) => Navigation.Of(http.Room()!, $"connections/{connection.Id}");

    /// <summary>The frame of a page below the connection's own.</summary>
    public static ConsoleFrame FrameOf(HttpContext http, ConsolePages pages, Connection connection, string title)
    {
        var list = Navigation.Of(http.Room()!, "connections");
        return pages.Frame(http, title, list, new(pages["Nav.SingleSignOn"], list), new(connection.Name, AddressOf(http, connection)));
    }

    private static IResult Page(
        HttpContext http,
        ConsolePages pages,
        OrganizationHosts hosts,
        Connection connection,
        IReadOnlyList<ConnectionTestStep> tested,
        string? fault
    )
    {
        var list = Navigation.Of(http.Room()!, "connections");
        var origin = hosts.OriginOf(http.Room()!);
        return pages.Show(
            "Connection",
            new ConnectionModel(
                pages.Frame(http, connection.Name, list, new Crumb(pages["Nav.SingleSignOn"], list)),
                connection,
                StateOf(connection.State, pages),
                AddressOf(http, connection),
                connection.RedirectUri(origin),
                connection.LogoutUri(origin),
                [
                    .. Steps.Where(step =>
                        http.Caller().May(step.Operation)
                        && ChangeConnectionState.Next(connection.State, step.Step) is not null
                        // Where nobody has to approve, there is nothing to submit.
                        && (step.Step != ConnectionStep.Submit || !http.Room()!.Settings.SelfServiceActivation)
                    ),
                ],
                tested,
                fault,
                http.Caller().May("connections.test")
            )
            {
                AtEntra = connection is { Kind: ConnectionKind.Entra, Settings.Registration: Registration.Own }
                    ? EntraRegistration.Of(connection)
                    : null,
                Trust =
                    connection.Settings.Credential == CredentialKind.Federated
                        ? FederatedTrust.Of(connection, http.RequestServices.GetRequiredService<AnteroomOptions>().Issuer)
                        : null,
                HasCertificates = connection.Settings.Credential == CredentialKind.Certificate,
                MayChange = http.Caller().May("connections.update"),
                Misplaced = ConnectionRules.HostFault(connection.Settings.CallbackStyle, hosts.OwnOriginOf(http.Room()!) is not null),
            },
            fault is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity
        );
    }

    /// <summary>The end of the secret, or what stands in its place.</summary>
    public static Cell CredentialOf(Connection connection, ConsolePages pages) =>
        connection switch
        {
            { Settings.Certificate.EndsAt: var ends } => new(pages["Connections.Credential.certificate"], At: ends),
            { Settings.Credential: CredentialKind.Federated } => new(pages["Connections.Credential.federated"]),
            { SecretLast4: { } last } => new($"…{last}", SecretFields.EndOf(pages, connection.Settings.ClientSecretExpiresOn)),
            { Settings.Registration: Registration.Shared } => new(pages["Shared.Short"]),
            _ => new(pages["Connections.NoSecret"]),
        };

    private static readonly ConnectionMove[] Steps =
    [
        new(ConnectionStep.Submit, "submit", "connections.submit"),
        new(ConnectionStep.Approve, "approve", "connections.approve"),
        new(ConnectionStep.Activate, "activate", "connections.activate"),
        new(ConnectionStep.Disable, "disable", "connections.disable"),
    ];

    public static Cell StateOf(ConnectionState state, ConsolePages pages) =>
        new(
            pages["Connection." + state],
            State: state switch
            {
                ConnectionState.Active => Tone.Good,
                ConnectionState.Disabled => Tone.Bad,
                ConnectionState.Draft => Tone.Neutral,
                _ => Tone.Warning,
            }
        );
}

/// <param name="CompanyCode">What people type to get to their organization's sign-in; the platform has none.</param>
/// <param name="MayRenew">Whether a new code can be had here.</param>
internal sealed record SingleSignOnModel(ConsoleFrame Frame, ListPage List, string? CompanyCode, bool MayRenew) : IConsolePage;

/// <summary>A step that the connection can take from where it is.</summary>
internal sealed record ConnectionMove(ConnectionStep Step, string Word, string Operation);

/// <param name="Tested">What the test found, step by step; none where it was not run.</param>
internal sealed record ConnectionModel(
    ConsoleFrame Frame,
    Connection Connection,
    Cell State,
    string Address,
    string RedirectUri,
    string LogoutUri,
    IReadOnlyList<ConnectionMove> Moves,
    IReadOnlyList<ConnectionTestStep> Tested,
    string? Fault,
    bool MayTest
) : IConsolePage
{
    /// <summary>Whether the operator's app registration is used, and tenants are connected to it.</summary>
    public bool IsShared => Connection.Settings.Registration == Registration.Shared;

    /// <summary>What to do in Entra; null for other providers, and where the operator has done it.</summary>
    public EntraRegistration? AtEntra { get; init; }

    /// <summary>The three texts of the federated credential; null where there is none.</summary>
    public FederatedTrust? Trust { get; init; }

    /// <summary>Whether there is a page of certificates.</summary>
    public bool HasCertificates { get; init; }

    /// <summary>Why the callback address cannot work where the organization signs in now.</summary>
    public string? Misplaced { get; init; }

    public bool MayChange { get; init; }

    /// <summary>The form of its kind.</summary>
    public string EditAddress =>
        Address
        + (
            IsShared ? "/shared"
            : Connection.Kind == ConnectionKind.Oidc ? "/oidc"
            : "/edit"
        );
}

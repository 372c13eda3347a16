using Anteroom.Server.Connections;
using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.Trials;

namespace Anteroom.Server.Console.Integrations;

/// <summary>Trying a connection before it is open to all: a test sign-in that leaves nothing, and the link for testers.</summary>
internal static class TrialPages
{
    private const string Path = ConnectionPages.Path + "/{id}";

    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet(Path + "/try", ShowAsync).Operation("connections.test");
        console.MapPost(Path + "/try", BeginAsync).Operation("connections.test");
        console.MapGet(Path + "/tried", ResultAsync).Operation("connections.test");
    }

    private static async Task<IResult> ShowAsync(
        string id,
        HttpContext http,
        ConnectionStore connections,
        SignInDispatcher signIn,
        OrganizationHosts hosts,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        if (await ConnectionPages.FindAsync(http, connections, id, ct) is not { } connection)
            return problems.NotFound();
        await AllowProvidersAsync(http, signIn, ct);
        return pages.Show(
            "Try",
            new TryModel(
                ConnectionPages.FrameOf(http, pages, connection, pages["Try.Title"]),
                connection,
                ConnectionPages.AddressOf(http, connection),
                TesterLink.AddressOf(connection, hosts.OriginOf(http.Room()!)),
                http.Caller().May("connections.update")
            )
        );
    }

    private static async Task<IResult> BeginAsync(
        string id,
        HttpContext http,
        ConnectionStore connections,
        SignInDispatcher signIn,
        ConsolePages pages,
        ProblemPages problems,
        AnteroomOptions options,
        CancellationToken ct
    )
    {
        if (await ConnectionPages.FindAsync(http, connections, id, ct) is not { } connection)
            return problems.NotFound();
        var result = $"{options.Issuer}{ConnectionPages.AddressOf(http, connection)}/tried";
        return await signIn.BeginAsync(http, TrialProtocol.RequestFor(connection, http.Caller().User, pages["Try.SignIn"], result), ct);
    }

    private static async Task<IResult> ResultAsync(
        string id,
        HttpContext http,
        ConnectionStore connections,
        SignInDispatcher signIn,
        TrialResults results,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        if (await ConnectionPages.FindAsync(http, connections, id, ct) is not { } connection)
            return problems.NotFound();
        PagePolicy.Of(http).HideReferrer(); // the address carries the handle
        await AllowProvidersAsync(http, signIn, ct);
        var found = await results.FindAsync(connection.Organization, http.Request.Query[TrialProtocol.ResultParameter], ct);
        var result = found is not null && found.By == http.Caller().User && found.Connection == connection.Id ? found : null;
        return pages.Show(
            "Tried",
            new TriedModel(
                ConnectionPages.FrameOf(http, pages, connection, pages["Tried.Title"]),
                ConnectionPages.AddressOf(http, connection),
                result,
                result?.Reason is { } reason ? ReasonCatalogue.Get(reason) : null
            )
        );
    }

    // The form's answer leads on to the provider (SEC-005).
    private static async Task AllowProvidersAsync(HttpContext http, SignInDispatcher signIn, CancellationToken ct)
    {
        foreach (var host in await signIn.LoginHostsAsync(ct))
            PagePolicy.Of(http).AllowFormAction(host);
    }
}

/// <param name="Link">What testers get.</param>
/// <param name="MayChange">Whether the caller may say who the testers are.</param>
internal sealed record TryModel(ConsoleFrame Frame, Connection Connection, string Address, string Link, bool MayChange) : IConsolePage
{
    public bool IsInTest => Connection.State == ConnectionState.Testing;
}

/// <param name="Result">Null where it is gone, or somebody else's.</param>
/// <param name="Reason">Why the person would be refused; null where they would come in.</param>
internal sealed record TriedModel(ConsoleFrame Frame, string Address, TrialResult? Result, Reason? Reason) : IConsolePage;

using Anteroom.Server.Account.Access;
using Anteroom.Server.Account.Frame;
using Anteroom.Server.SignIn;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.Sessions;
using Anteroom.Server.SignIn.SignOut;

namespace Anteroom.Server.Account.Person;

/// <summary>Where somebody is signed in, and how to end it (SEC-037).</summary>
internal static class SessionPages
{
    public const string Page = "sessions";

    public static void Map(RouteGroupBuilder account)
    {
        account.MapGet("/sessions", ListAsync);
        account.MapPost("/sessions/{id}/end", EndAsync);
        account.MapGet("/sessions/everywhere", AskAsync);
        account.MapPost("/sessions/everywhere", EverywhereAsync);
        account.MapGet("/sign-out", SignOutAsync);
    }

    private static async Task<IResult> ListAsync(
        HttpContext http,
        UserSessions sessions,
        ApplicationNames names,
        AccountPages pages,
        CancellationToken ct
    )
    {
        var caller = http.Person();
        var list = await sessions.ListAsync(caller.Organization.Id, caller.User.Id, ct);
        return pages.Show(
            "Sessions",
            new SessionsModel(
                pages.Frame(http, "Sessions.Title", Page),
                [.. list.OrderByDescending(session => session.Id == caller.Session.Id)], // stable: the others stay in their order
                await names.OfAsync(list.Select(session => session.Device), ct)
            )
        );
    }

    private static async Task<IResult> EndAsync(
        string id,
        HttpContext http,
        UserSessions sessions,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        var caller = http.Person();
        // This one ends by signing out, which goes on to the provider.
        if (!SessionId.TryParse(id, out var ended) || ended == caller.Session.Id)
            return problems.NotFound();
        return await sessions.EndAsync(caller.Organization.Id, caller.User.Id, ended, caller.Audit(http), ct)
            ? AccountPages.Back(http, Page, "session.ended")
            : problems.NotFound();
    }

    private static async Task<IResult> AskAsync(HttpContext http, UserSessions sessions, AccountPages pages, CancellationToken ct)
    {
        var caller = http.Person();
        var list = await sessions.ListAsync(caller.Organization.Id, caller.User.Id, ct);
        return pages.Show("Everywhere", new EverywhereModel(pages.Frame(http, "Everywhere.Title", Page), list.Count));
    }

    private static async Task<IResult> EverywhereAsync(HttpContext http, UserSessions sessions, AccountPages pages, CancellationToken ct)
    {
        var caller = http.Person();
        await sessions.SignOutEverywhereAsync(caller.Organization.Id, caller.User.Id, caller.Audit(http), ct);
        return pages.Ended(http, "Ended.Everywhere");
    }

    /// <summary>Asks on the page of all sign-outs, which goes on to the provider.</summary>
    private static Task<IResult> SignOutAsync(HttpContext http, SignOutFlow signOut, AccountPages pages, CancellationToken ct)
    {
        var caller = http.Person();
        var request = new SignOutRequest(
            caller.Organization.Id,
            caller.Session.Id,
            AccountSignIn.ProtocolName,
            pages["Application"],
            ReturnUrl: null,
            Confirmed: false
        )
        {
            ClearsCache = true,
        };
        return signOut.BeginAsync(http, request, ct);
    }
}

/// <param name="Applications">Names of the devices' applications by client_id.</param>
internal sealed record SessionsModel(
    AccountFrame Frame,
    IReadOnlyList<UserSession> Sessions,
    IReadOnlyDictionary<string, string> Applications
) : IAccountPage
{
    public bool IsThis(UserSession session) => session.Id == Frame.Caller.Session.Id;
}

/// <param name="Count">How many sessions it ends.</param>
internal sealed record EverywhereModel(AccountFrame Frame, int Count) : IAccountPage;

using Anteroom.Entra.Requests;
using Anteroom.Server.Audit;
using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn.OwnHost;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.Sessions;
using Anteroom.Server.SignIn.Upstream;

namespace Anteroom.Server.SignIn.SignOut;

/// <summary>Single sign-out begun by an application: our session ends first and always, then the provider's, then the browser goes back (SEC-035, SEC-108).</summary>
public sealed class SignOutFlow(
    Database database,
    SessionStore sessions,
    SessionCookies cookies,
    PendingSignOuts pendings,
    ConnectionStore connections,
    UpstreamMetadata metadata,
    LoginHosts loginHosts,
    FormGuard forms,
    SignInPages pages,
    ProblemPages problems,
    OrganizationDirectory organizations,
    OrganizationHosts hosts,
    Moves moves,
    IEnumerable<IFrontChannelLogout> frontChannels,
    TimeProvider clock
)
{
    /// <summary>How long the last page waits for the frames of applications before it goes on by itself. Its link goes at once.</summary>
    private static readonly TimeSpan FrameTime = TimeSpan.FromSeconds(3);

    public async Task<IResult> BeginAsync(HttpContext http, SignOutRequest request, CancellationToken ct)
    {
        if (
            request.Organization is { } whose
            && await organizations.GetAsync(whose, ct) is { } organization
            && !hosts.IsHome(http, organization)
        )
            return await moves.MoveAsync(http, request, organization, ct); // that host alone can clear its cookie

        var now = clock.GetUtcNow();
        var live = await sessions.FromCookiesAsync(http, now, ct);
        var candidates = live.Where(session => request.Organization is not { } id || session.Session.Organization == id).ToList();
        var pending = new PendingSignOut(request.Organization, request.ApplicationName, request.ReturnUrl, now)
        {
            ClearsCache = request.ClearsCache,
        };

        if (candidates.Count == 0)
            return await LeaveAsync(http, pending, ct);
        if (request is { Confirmed: true, Session: { } named } && candidates.Find(session => session.Session.Id == named) is { } confirmed)
            return await EndAsync(http, [confirmed], pending, now, ct);
        pendings.Write(http, pending);
        return await AskAsync(http, candidates, request, ct);
    }

    /// <summary>The person pressed "Sign out" on our page.</summary>
    public async Task<IResult> ConfirmAsync(HttpContext http, CancellationToken ct)
    {
        if (!await forms.IsOurFormAsync(http))
            return problems.For(ReasonCodes.ForgerySuspected);

        var now = clock.GetUtcNow();
        var pending = pendings.Read(http) ?? PendingSignOut.Of(now);
        var live = await sessions.FromCookiesAsync(http, now, ct);
        var candidates = live.Where(session => pending.Organization is not { } id || session.Session.Organization == id).ToList();
        return candidates.Count == 0 ? await LeaveAsync(http, pending, ct) : await EndAsync(http, candidates, pending, now, ct);
    }

    /// <summary>The browser comes back from the provider's sign-out.</summary>
    public Task<IResult> ReturnAsync(HttpContext http, CancellationToken ct) =>
        LeaveAsync(http, pendings.Read(http) ?? PendingSignOut.Of(clock.GetUtcNow()), ct);

    private async Task<IResult> EndAsync(
        HttpContext http,
        IReadOnlyList<LiveSession> ending,
        PendingSignOut pending,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        if (pending.ClearsCache)
            ClearSiteData.Cache(http);
        Uri? provider = null;
        List<Farewell> farewells = [];
        foreach (var live in ending)
        {
            var session = live.Session;
            var context = http.AuditContext(new Actor(ActorKind.User, session.User.Value, null), session.Id.Value);
            await using var transaction = await database.BeginAsync(session.Organization, ct);
            var ended = await sessions.EndAsync(transaction, session.Id, "signed_out", context, now, ct);
            await transaction.CommitAsync(ct);
            cookies.Delete(http, session.Organization);
            farewells.AddRange(ended?.Applications.Select(client => new Farewell(client, session.Id)) ?? []);
            provider ??= ended?.Connection is { } id ? await EndAtProviderAsync(session.Organization, id, ended.LoginHint, ct) : null;
        }
        var listening = await AddressesAsync(farewells, ct);
        pending = pending with { Farewells = [.. listening.Take(PendingSignOut.MaxFarewells).Select(address => address.Farewell)] };
        if (provider is null)
            return await LeaveAsync(http, pending, ct);
        pendings.Write(http, pending with { CreatedAt = now });
        return new SeeOther(provider.AbsoluteUri);
    }

    /// <summary>Null where the provider has no sign-out or does not answer: our own is done all the same.</summary>
    private async Task<Uri?> EndAtProviderAsync(OrganizationId organization, ConnectionId id, string? hint, CancellationToken ct)
    {
        if (await connections.FindAsync(organization, id, ct) is not { State: ConnectionState.Active } connection)
            return null;
        var found = await metadata.TargetAsync(connection, ct);
        return found.TryGet(out var target, out _) && target.Document.Metadata.EndSessionEndpoint is { } endpoint
            ? new EndSessionRequest(endpoint)
            {
                ClientId = target.Application.ClientId,
                LogoutHint = hint,
                PostLogoutRedirectUri = connection.RedirectUri(await hosts.OriginOfAsync(organization, ct)),
            }.ToUri()
            : null;
    }

    /// <summary>Straight back to the application, unless there are others whose frames need a page (OIDC Front-Channel Logout §3).</summary>
    private async Task<IResult> LeaveAsync(HttpContext http, PendingSignOut pending, CancellationToken ct)
    {
        pendings.Delete(http);
        List<Uri> frames = [.. (await AddressesAsync(pending.Farewells, ct)).Select(address => address.Uri)];
        if (frames.Count == 0 && pending.ReturnUrl is { } direct)
            return new SeeOther(direct);
        var model = new SignedOutModel(problems.Frame(application: pending.ApplicationName), frames);
        if (pending.ReturnUrl is { } url)
            model = model with { ReturnTo = new Uri(url), ReturnAfter = FrameTime };
        return new PageResult(context => pages.SignedOutAsync(context, model));
    }

    private async Task<IReadOnlyList<FrontChannelAddress>> AddressesAsync(IReadOnlyList<Farewell> farewells, CancellationToken ct)
    {
        if (farewells.Count == 0)
            return [];
        List<FrontChannelAddress> addresses = [];
        foreach (var protocol in frontChannels)
            addresses.AddRange(await protocol.AddressesAsync(farewells, ct));
        return addresses;
    }

    private async Task<IResult> AskAsync(HttpContext http, List<LiveSession> candidates, SignOutRequest request, CancellationToken ct)
    {
        var names = string.Join(", ", candidates.Select(live => live.DisplayName ?? live.UserName).Distinct());
        var model = new ConfirmSignOutModel(
            problems.Frame(application: request.ApplicationName),
            new(SignInPaths.SignOut, [new(FormGuard.FieldName, forms.TokenFor(http))]),
            names
        );
        List<Uri> targets = [.. await loginHosts.ListAsync(ct)];
        if (request.ReturnUrl is { } url)
            targets.Add(new Uri(url));
        return new PageResult(context => pages.ConfirmSignOutAsync(context, model, targets));
    }
}

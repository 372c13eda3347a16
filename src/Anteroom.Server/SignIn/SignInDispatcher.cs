using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn.OwnHost;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.Sessions;
using Anteroom.Server.SignIn.Transactions;
using Anteroom.Server.SignIn.Upstream;

namespace Anteroom.Server.SignIn;

/// <summary>The waist of the hourglass: every application protocol asks here for somebody signed in, and every session is used or begun from here (design.md §1).</summary>
public sealed class SignInDispatcher(
    Database database,
    SessionStore sessions,
    OrganizationDirectory organizations,
    OrganizationHosts hosts,
    Moves moves,
    TransactionCookies transactions,
    UpstreamRedirect upstream,
    StepUpRules steps,
    LoginHosts loginHosts,
    ApplicationProtocols protocols,
    ProblemPages problems,
    TimeProvider clock
)
{
    /// <summary>Answers a checked request: with the application's answer from a live session, with a question, or with the way to a provider.</summary>
    public Task<IResult> BeginAsync(HttpContext http, SignInRequest request, CancellationToken ct) =>
        BeginAsync(
            http,
            new SignInTransaction(TransactionId.New(clock), request, clock.GetUtcNow(), OrganizationOf(request), request.LoginHint),
            ct
        );

    /// <summary>Where a form whose answer begins a sign-in may be redirected to; its page must say so (SEC-005).</summary>
    public Task<IReadOnlyList<Uri>> LoginHostsAsync(CancellationToken ct) => loginHosts.ListAsync(ct);

    /// <summary>Goes on, on an organization's own host, with what began on the base host.</summary>
    public Task<IResult> ArriveAsync(HttpContext http, SignInTransaction begun, CancellationToken ct) => BeginAsync(http, begun, ct);

    /// <summary>Goes on with the organization that the person named: to its host, or at once to its provider.</summary>
    public async Task<IResult> GoOnAsync(
        HttpContext http,
        SignInTransaction transaction,
        Organization organization,
        CancellationToken ct
    ) =>
        hosts.IsHome(http, organization)
            ? await upstream.GoAsync(http, transaction, ct)
            : await moves.MoveAsync(http, transaction, organization, ct);

    private async Task<IResult> BeginAsync(HttpContext http, SignInTransaction begun, CancellationToken ct)
    {
        PageLanguages.Wish(http, begun.Request.UiLocales);
        // Discovery's first step: on an organization's own host nobody else signs in (design.md §4).
        if (OrganizationHost.Of(http) is { } here)
        {
            if (begun.Organization is { } other && other != here.Organization)
                return problems.NotFound();
            begun = begun with { Organization = here.Organization, Request = begun.Request with { Organization = here.Organization } };
        }
        var (now, request) = (clock.GetUtcNow(), begun.Request);
        if (begun.Organization is { } named)
        {
            if (await organizations.GetAsync(named, ct) is not { IsActive: true } organization)
                return problems.For(ReasonCodes.OrganizationDisabled, problems.Frame(application: request.ApplicationName));
            if (!hosts.IsHome(http, organization))
                return await moves.MoveAsync(http, begun, organization, ct);
        }
        if (request.Connection is not null) // what is tried is the provider, so no live session answers in its place
            begun = begun with { ChoosesAccount = request.Interaction == Interaction.SelectAccount };
        if (begun.ChoosesAccount || request.Connection is not null)
            return await DiscoverAsync(http, begun, null, reauthenticate: false, ct);

        var live = (await sessions.FromCookiesAsync(http, now, ct)).Where(session => Serves(session, begun)).ToList();
        var isEnough = live.Count == 1 && !await steps.StepsUpAsync(live[0].Session, request.AcrValues, ct);
        return request.Interaction switch
        {
            Interaction.None => await WithoutQuestionsAsync(http, request, live, isEnough, now, ct),
            Interaction.SelectAccount when live.Count > 0 => await AskAccountAsync(http, begun, ct),
            Interaction.Reauthenticate => await DiscoverAsync(http, begun, live.Count == 1 ? live[0] : null, reauthenticate: true, ct),
            _ => live.Count switch
            {
                0 => await DiscoverAsync(http, begun, null, reauthenticate: false, ct),
                1 when IsFresh(live[0], request, now) && isEnough => await UseAsync(http, request, live[0].Session, now, ct),
                1 => await DiscoverAsync(http, begun, live[0], reauthenticate: !IsFresh(live[0], request, now), ct),
                _ => await AskAccountAsync(http, begun, ct),
            },
        };
    }

    /// <summary>Goes on with one of the browser's live sessions, which the person chose.</summary>
    public async Task<IResult> ChooseAsync(HttpContext http, SignInTransaction transaction, SessionId chosen, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var request = transaction.Request;
        var session = (await sessions.FromCookiesAsync(http, now, ct)).FirstOrDefault(live =>
            live.Session.Id == chosen && Serves(live, transaction)
        );
        if (session is null)
            return problems.For(ReasonCodes.SessionEnded, problems.Frame(application: request.ApplicationName));

        transactions.Delete(http, transaction.Id);
        var isFresh = IsFresh(session, request, now);
        return isFresh && !await steps.StepsUpAsync(session.Session, request.AcrValues, ct)
            ? await UseAsync(http, request, session.Session, now, ct)
            : await DiscoverAsync(
                http,
                transaction with
                {
                    Id = TransactionId.New(clock),
                    CreatedAt = now,
                },
                session,
                reauthenticate: !isFresh,
                ct
            );
    }

    /// <summary>The live sessions of this browser that may serve a transaction, for the chooser.</summary>
    public async Task<IReadOnlyList<LiveSession>> ChoicesAsync(HttpContext http, SignInTransaction transaction, CancellationToken ct) =>
        [.. (await sessions.FromCookiesAsync(http, clock.GetUtcNow(), ct)).Where(live => Serves(live, transaction))];

    private async Task<IResult> WithoutQuestionsAsync(
        HttpContext http,
        SignInRequest request,
        List<LiveSession> live,
        bool isEnough,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var refusal = live.Count switch
        {
            0 => SignInRefusal.LoginRequired,
            1 when !IsFresh(live[0], request, now) || !isEnough => SignInRefusal.LoginRequired,
            > 1 => SignInRefusal.AccountSelectionRequired,
            _ => (SignInRefusal?)null,
        };
        return refusal is { } why
            ? protocols.Get(request.Protocol).Refuse(request, why) ?? problems.For(ReasonCodes.SessionEnded)
            : await UseAsync(http, request, live[0].Session, now, ct);
    }

    private async Task<IResult> UseAsync(HttpContext http, SignInRequest request, Session session, DateTimeOffset now, CancellationToken ct)
    {
        await using var transaction = await database.BeginAsync(session.Organization, ct);
        if (request.Interaction != Interaction.None) // SEC-044
            sessions.Touch(transaction, session, now);
        var answer = await protocols.Get(request.Protocol).CompleteAsync(transaction, request, session, now, ct);
        await transaction.CommitAsync(ct);
        return answer;
    }

    private Task<IResult> AskAccountAsync(HttpContext http, SignInTransaction begun, CancellationToken ct) =>
        StoreAsync(http, begun, SignInPaths.Account, ct);

    private async Task<IResult> DiscoverAsync(
        HttpContext http,
        SignInTransaction begun,
        LiveSession? former,
        bool reauthenticate,
        CancellationToken ct
    )
    {
        var transaction = begun with
        {
            Organization = former?.Session.Organization ?? begun.Organization,
            ExpectedUser = former?.Session.User ?? begun.ExpectedUser, // the same account comes back, or nobody (SEC-107)
            Reauthenticate = reauthenticate,
        };
        return transaction.Organization is null
            ? await StoreAsync(http, transaction, SignInPaths.Identify, ct)
            : await upstream.GoAsync(http, transaction, ct);
    }

    private async Task<IResult> StoreAsync(HttpContext http, SignInTransaction transaction, string page, CancellationToken ct) =>
        await transactions.WriteAsync(http, transaction, ct)
            ? new SeeOther(SignInPaths.With(page, transaction.Id))
            : problems.For(ReasonCodes.TooManyRequests);

    /// <summary>What the request names, else the application's own organization; the platform's applications serve all.</summary>
    private static OrganizationId? OrganizationOf(SignInRequest request) =>
        request.Organization
        ?? (request.ApplicationOrganization == OrganizationId.Platform ? null : (OrganizationId?)request.ApplicationOrganization);

    private static bool Serves(LiveSession live, SignInTransaction transaction) =>
        live.Channels.Contains(transaction.Request.Channel)
        && (transaction.Organization is not { } organization || live.Session.Organization == organization)
        && (transaction.ExpectedUser is not { } user || live.Session.User == user)
        && (transaction.Request.ExpectedSubject is not { } subject || live.Subject == subject);

    private static bool IsFresh(LiveSession live, SignInRequest request, DateTimeOffset now) =>
        request.MaxAge is not { } maxAge || now - live.Session.AuthenticatedAt <= maxAge;
}

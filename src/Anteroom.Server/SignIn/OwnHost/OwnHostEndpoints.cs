using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.SignOut;
using Anteroom.Server.SignIn.Transactions;

namespace Anteroom.Server.SignIn.OwnHost;

/// <summary>The way from the base host to an organization's own: enter, leave, enter (docs/decisions/0009).</summary>
/// <remarks>
/// The base host holds the sign-in in a cookie of this browser; the own host gives the same browser a cookie and sends its hash; the
/// base host gives a handle for that hash, once. Who holds only one half, be it the handle, gets nothing.
/// </remarks>
internal sealed class OwnHostEndpoints(
    OrganizationHosts hosts,
    OrganizationDirectory organizations,
    TransactionCookies transactions,
    HandOvers handOvers,
    Arrivals arrivals,
    SignInDispatcher dispatcher,
    SignOutFlow signOut,
    ProblemPages problems,
    AnteroomOptions options,
    TimeProvider clock
)
{
    public async Task<IResult> EnterAsync(HttpContext http, CancellationToken ct)
    {
        PagePolicy.Of(http).HideReferrer(); // the address carries the handle
        if (OrganizationHost.Of(http) is not { } here)
            return problems.NotFound();

        var query = http.Request.Query;
        if (query.Count == 1 && query[SignInPaths.TransactionField] is [{ } named] && TransactionId.TryParse(named, out var id))
            return new SeeOther(
                $"{options.Issuer}{SignInPaths.With(SignInPaths.Leave, id)}&{SignInPaths.ArrivalField}={arrivals.Mark(http)}"
            );
        if (
            query.Count != 1
            || query[SignInPaths.HandleField] is not [{ } text]
            || !Handle.TryParse(HandOvers.Prefix, text, out var handle)
        )
            return problems.For(ReasonCodes.RequestInvalid);

        // Whose handle it is stands in it, and is true only if the row is found there.
        if (handle.Organization != here.Organization)
            return problems.For(ReasonCodes.TransactionMissing);
        if (await handOvers.TakeAsync(handle, ct) is not { SignIn: { } begun, Arrival: { } arrival } || !arrivals.IsOf(http, arrival))
            return problems.For(ReasonCodes.TransactionMissing);
        return begun.IsExpiredAt(clock.GetUtcNow())
            ? problems.For(ReasonCodes.TransactionExpired, problems.Frame(application: begun.Request.ApplicationName))
            : await dispatcher.ArriveAsync(http, begun, ct);
    }

    public async Task<IResult> LeaveAsync(HttpContext http, CancellationToken ct)
    {
        PagePolicy.Of(http).HideReferrer();
        if (OrganizationHost.Of(http) is not null)
            return problems.NotFound();

        var query = http.Request.Query;
        if (
            query.Count != 2
            || query[SignInPaths.TransactionField] is not [{ } named]
            || query[SignInPaths.ArrivalField] is not [{ } arrival]
            || !TransactionId.TryParse(named, out var id)
            || !Arrivals.IsPossible(arrival)
        )
            return problems.For(ReasonCodes.RequestInvalid);
        if (await transactions.ReadAsync(http, id, ct) is not { Organization: { } to } begun)
            return problems.For(ReasonCodes.TransactionMissing);
        if (begun.IsExpiredAt(clock.GetUtcNow()))
            return problems.For(ReasonCodes.TransactionExpired, problems.Frame(application: begun.Request.ApplicationName));
        if (await organizations.GetAsync(to, ct) is not { } organization || hosts.OwnOriginOf(organization) is not { } origin)
            return problems.For(ReasonCodes.TransactionMissing); // it lost its host meanwhile

        transactions.Delete(http, id);
        var handle = await handOvers.KeepAsync(http, to, new(begun, arrival, null), ct);
        return handle is null
            ? problems.For(ReasonCodes.TooManyRequests)
            : new SeeOther($"{origin}{SignInPaths.Enter}?{SignInPaths.HandleField}={handle.Reveal()}");
    }

    /// <summary>A sign-out needs no proof of the browser: it ends only what this browser's own cookies hold.</summary>
    public async Task<IResult> EnterSignOutAsync(HttpContext http, CancellationToken ct)
    {
        PagePolicy.Of(http).HideReferrer();
        var query = http.Request.Query;
        if (
            query.Count != 1
            || query[SignInPaths.HandleField] is not [{ } text]
            || !Handle.TryParse(HandOvers.Prefix, text, out var handle)
        )
            return problems.For(ReasonCodes.RequestInvalid);
        if (
            !await hosts.IsHomeAsync(http, handle.Organization, ct) || await handOvers.TakeAsync(handle, ct) is not { SignOut: { } request }
        )
            return problems.For(ReasonCodes.TransactionMissing);
        return await signOut.BeginAsync(http, request, ct);
    }
}

using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.SignOut;
using Anteroom.Server.SignIn.Transactions;

namespace Anteroom.Server.SignIn.OwnHost;

/// <summary>Sends a browser to the host where the organization's people sign in, before anything else happens with it there.</summary>
public sealed class Moves(
    OrganizationHosts hosts,
    TransactionCookies transactions,
    HandOvers handOvers,
    ApplicationProtocols protocols,
    SignInPages pages,
    ProblemPages problems
)
{
    /// <summary>Keeps what has begun in this browser's transaction; the organization's host comes to fetch it.</summary>
    public async Task<IResult> MoveAsync(HttpContext http, SignInTransaction begun, Organization organization, CancellationToken ct)
    {
        if (OrganizationHost.Of(http) is not null)
            return problems.NotFound(); // from one organization's host no way leads to another's

        // In a frame of another site neither host gets its cookies, so the answer there is certain, and asking would show a page.
        var request = begun.Request;
        if (request.Interaction == Interaction.None && IsForeignFrame(http))
            return protocols.Get(request.Protocol).Refuse(request, SignInRefusal.LoginRequired) ?? problems.For(ReasonCodes.SessionEnded);

        if (!await transactions.WriteAsync(http, begun with { Organization = organization.Id }, ct))
            return problems.For(ReasonCodes.TooManyRequests);
        var target = new Uri(hosts.OriginOf(organization) + SignInPaths.With(SignInPaths.Enter, begun.Id));
        if (!HttpMethods.IsPost(http.Request.Method))
            return new SeeOther(target.AbsoluteUri);

        // form-action would need to name the host of every organization, so the answer to a form is a page that goes on (SEC-005).
        var frame = problems.Frame(organization, request.ApplicationName);
        return new PageResult(context => pages.ContinueAsync(context, new(frame, target, organization.Name)));
    }

    /// <summary>The session lies on another host: the sign-out goes on there.</summary>
    public async Task<IResult> MoveAsync(HttpContext http, SignOutRequest request, Organization organization, CancellationToken ct)
    {
        var handle = await handOvers.KeepAsync(http, organization.Id, new(null, null, request), ct);
        return handle is null
            ? problems.For(ReasonCodes.TooManyRequests)
            : new SeeOther($"{hosts.OriginOf(organization)}{SignInPaths.EnterSignOut}?{SignInPaths.HandleField}={handle.Reveal()}");
    }

    /// <summary>What browsers say of where a document will be shown (Fetch Metadata §2); where they say nothing, nothing is assumed.</summary>
    private static bool IsForeignFrame(HttpContext http) =>
        http.Request.Headers["Sec-Fetch-Site"] == "cross-site" && http.Request.Headers["Sec-Fetch-Dest"] == "iframe";
}

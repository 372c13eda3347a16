using Anteroom.Server.Account.Access;

namespace Anteroom.Server.Account.Ways;

/// <summary>One kind of thing that people prove themselves with, on the page "Ways to sign in".</summary>
internal interface IWaySection
{
    /// <returns>What is shown, or null where there is nothing to say to this person.</returns>
    Task<WaySection?> OfAsync(HttpContext http, AccountCaller caller, CancellationToken ct);
}

/// <param name="View">A partial view of <c>Account/Pages</c>.</param>
/// <param name="Model">Its model.</param>
internal sealed record WaySection(string View, object Model);

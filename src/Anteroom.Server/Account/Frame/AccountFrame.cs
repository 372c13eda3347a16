using Anteroom.Server.Account.Access;

namespace Anteroom.Server.Account.Frame;

/// <summary>What stands around every account page.</summary>
/// <param name="Title">Of the page, as in the heading.</param>
/// <param name="Here">The page of the navigation that is open, such as <c>ways</c>; empty for the first.</param>
/// <param name="FormToken">For every form of the page (SEC-009).</param>
/// <param name="Done">What the last form did, in words; null where nothing was done.</param>
internal sealed record AccountFrame(string Title, AccountCaller Caller, string Here, string FormToken, string? Done)
{
    /// <summary>Left of the page: what there is.</summary>
    public static IReadOnlyList<(string Page, string Text)> Navigation { get; } =
    [
        ("", "Nav.Overview"),
        ("profile", "Nav.Profile"),
        ("ways", "Nav.Ways"),
        ("sessions", "Nav.Sessions"),
        ("activity", "Nav.Activity"),
        ("language", "Nav.Language"),
    ];
}

/// <summary>A page inside the frame; the layout needs no more of it.</summary>
internal interface IAccountPage
{
    AccountFrame Frame { get; }
}

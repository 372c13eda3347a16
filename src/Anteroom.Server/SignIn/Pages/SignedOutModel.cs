namespace Anteroom.Server.SignIn.Pages;

/// <summary>The sign-out is done.</summary>
/// <param name="ApplicationLogouts">Registered front-channel logout addresses with their parameters, loaded in hidden frames (OIDC Front-Channel Logout §3).</param>
/// <param name="ReturnTo">The registered address that the application asked to come back to.</param>
/// <param name="ReturnAfter">When to go there without a click; absent: only by the link.</param>
public sealed record SignedOutModel(
    PageFrame Frame,
    IReadOnlyList<Uri> ApplicationLogouts,
    Uri? ReturnTo = null,
    TimeSpan? ReturnAfter = null
) : ISignInPage;

/// <summary>Asks before signing out: anybody can send a browser to the end-session address (OIDC RP-Initiated Logout §2).</summary>
/// <param name="SignedInAs">The person's name as they know it.</param>
/// <param name="Stay">Where "stay signed in" leads: a path of ours; absent: no such link.</param>
public sealed record ConfirmSignOutModel(PageFrame Frame, PostForm Form, string SignedInAs, string? Stay = null) : ISignInPage;

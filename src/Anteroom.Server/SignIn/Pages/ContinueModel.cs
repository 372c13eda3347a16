namespace Anteroom.Server.SignIn.Pages;

/// <summary>The way to a provider whose host is not known beforehand: a page with a link, because a redirect would need its host in form-action (SEC-005).</summary>
/// <param name="Provider">The connection's name, as its administrator wrote it.</param>
public sealed record ContinueModel(PageFrame Frame, Uri Target, string Provider) : ISignInPage;

/// <summary>An answer that the browser carries to the application by POST (OAuth 2.0 Form Post Response Mode §2).</summary>
public sealed record FormPostModel(PageFrame Frame, Uri Target, IReadOnlyList<HiddenField> Fields) : ISignInPage;

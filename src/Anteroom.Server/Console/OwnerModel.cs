using Anteroom.Server.SignIn.Pages;

namespace Anteroom.Server.Console;

/// <summary>The owner page before and after the button.</summary>
/// <param name="Form">Null once the link is used.</param>
/// <param name="ApiKey">Shown this once.</param>
/// <param name="BaseUrl">Where the management API answers.</param>
public sealed record OwnerModel(PageFrame Frame, PostForm? Form, string? ApiKey, string BaseUrl) : ISignInPage;

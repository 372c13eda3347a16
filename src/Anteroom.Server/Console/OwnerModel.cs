using Anteroom.Server.SignIn.Pages;

namespace Anteroom.Server.Console;

/// <summary>The owner page before and after the button.</summary>
/// <param name="Form">For an API key. Null once the link is used.</param>
/// <param name="Passkey">For an administrator with a passkey; null once the link is used, and where browsers make none.</param>
/// <param name="ApiKey">Shown this once.</param>
/// <param name="BaseUrl">Where the management API answers.</param>
public sealed record OwnerModel(PageFrame Frame, PostForm? Form, PasskeyOffer? Passkey, string? ApiKey, string BaseUrl) : ISignInPage;

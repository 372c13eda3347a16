namespace Anteroom.Server.SignIn.Pages;

/// <summary>Entra's answer to admin consent, and what comes next.</summary>
/// <param name="IsGranted">What Entra's answer says; it proves nothing.</param>
/// <param name="UpstreamCode">Entra's own code, where it refused with one that we know.</param>
/// <param name="Connections">The page at which an administrator of ours goes on.</param>
public sealed record AdminConsentModel(PageFrame Frame, bool IsGranted, string? UpstreamCode, string Connections) : ISignInPage;

namespace Anteroom.Server.SignIn.Pages;

/// <summary>A page that redeems a code at the provider by its script and hands the id_token over by its form (SEC-068).</summary>
/// <param name="TokenEndpoint">Of the connection's provider: the one place that the script may call.</param>
/// <param name="Verifier">PKCE: worth something together with the code alone, which came with this very request (RFC 7636 §4.5).</param>
public sealed record RedeemModel(
    PageFrame Frame,
    PostForm Form,
    Uri TokenEndpoint,
    string ClientId,
    string RedirectUri,
    string Code,
    string Verifier
) : ISignInPage
{
    /// <summary>Neither code nor verifier is printed.</summary>
    public override string ToString() => "[redeem]";
}

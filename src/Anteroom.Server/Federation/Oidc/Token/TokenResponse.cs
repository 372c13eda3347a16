namespace Anteroom.Server.Federation.Oidc.Token;

/// <summary>A successful answer of the token endpoint (RFC 6749 §5.1, OIDC Core §3.1.3.3). Never logged.</summary>
/// <param name="ExpiresIn">Seconds.</param>
public sealed record TokenResponse(string AccessToken, string TokenType, int ExpiresIn, string? RefreshToken, string IdToken, string Scope)
{
    public override string ToString() => "[tokens]";
}

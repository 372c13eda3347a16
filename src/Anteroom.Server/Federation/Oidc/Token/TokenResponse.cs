namespace Anteroom.Server.Federation.Oidc.Token;

/// <summary>A successful answer of the token endpoint (RFC 6749 §5.1, OIDC Core §3.1.3.3). Never logged.</summary>
/// <param name="ExpiresIn">Seconds.</param>
/// <param name="Scope">Null where the token has none.</param>
public sealed record TokenResponse(string AccessToken, string TokenType, int ExpiresIn, string? Scope)
{
    public string? RefreshToken { get; init; }

    /// <summary>Only where a person signed in.</summary>
    public string? IdToken { get; init; }

    public override string ToString() => "[tokens]";
}

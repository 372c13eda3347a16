using System.Text.Json.Serialization;

namespace Anteroom.Server.Federation.Oidc.Introspection;

/// <summary>What we say of a token (RFC 7662 §2.2). Of one that is not active, or not the caller's business, nothing but that.</summary>
/// <param name="Exp">Seconds since 1970, as the other times.</param>
public sealed record IntrospectionResponse(
    bool Active,
    string? TokenType = null,
    string? Iss = null,
    string? Sub = null,
    string? Aud = null,
    string? ClientId = null,
    string? Scope = null,
    string? Jti = null,
    long? Iat = null,
    long? Exp = null,
    string? Sid = null,
    string? OrgId = null,
    long? AuthTime = null,
    string? Acr = null,
    IReadOnlyList<string>? Amr = null
)
{
    [JsonIgnore]
    public static IntrospectionResponse Inactive { get; } = new(false);
}

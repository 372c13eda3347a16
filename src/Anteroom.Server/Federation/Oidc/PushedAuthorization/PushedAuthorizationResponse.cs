namespace Anteroom.Server.Federation.Oidc.PushedAuthorization;

/// <summary>Where a pushed request waits (RFC 9126 §2.2).</summary>
/// <param name="ExpiresIn">Seconds.</param>
public sealed record PushedAuthorizationResponse(string RequestUri, int ExpiresIn);

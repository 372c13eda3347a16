using Anteroom.Protocols.OAuth;
using Anteroom.Server.Platform;

namespace Anteroom.Server.Federation.Oidc.Token;

/// <summary>An access token of ours whose signature, issuer and time hold (RFC 9068 §4).</summary>
/// <param name="Subject">The person as the client knows them, or the client itself.</param>
/// <param name="Organization">Of the person or of the client; the platform's clients are of none.</param>
/// <param name="SignIn">Null where no person is present.</param>
public sealed record AccessToken(
    string Id,
    string Subject,
    string ClientId,
    string Audience,
    ScopeSet Scope,
    OrganizationId Organization,
    DateTimeOffset IssuedAt,
    DateTimeOffset ExpiresAt,
    TokenSignIn? SignIn
);

/// <summary>What the access token of a person stands on.</summary>
public sealed record TokenSignIn(GrantId Grant, string Sid);

/// <summary>Why an access token is not one; for the log.</summary>
public sealed record AccessTokenError(string Reason);

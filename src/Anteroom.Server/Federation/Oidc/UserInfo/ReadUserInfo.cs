using System.Buffers;
using System.Text.Json;
using Anteroom.Protocols.OAuth;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Federation.Oidc.Token;

namespace Anteroom.Server.Federation.Oidc.UserInfo;

/// <summary>What userinfo answers.</summary>
public sealed record UserInfo(GrantFacts Facts, byte[] Document);

/// <summary>Verifies an access token of ours and asks the database whether it still stands (SEC-099, SEC-104).</summary>
/// <remarks>Errors: <c>invalid_token</c>, <c>insufficient_scope</c> (RFC 6750 §3.1).</remarks>
public sealed class ReadUserInfo(AccessTokens tokens, ApplicationStore applications, ILogger<ReadUserInfo> log)
{
    public async Task<Result<UserInfo, OAuthError>> HandleAsync(string text, CancellationToken ct)
    {
        if (!(await tokens.ReadAsync(text, ct)).TryGet(out var token, out var malformed))
            return Refuse(malformed.Reason);
        if (!token.Scope.Contains(OidcScopes.OpenId))
            return OAuthError.InsufficientScope("The access token lacks the scope openid.");

        var facts = await tokens.FactsAsync(token, ct);
        if (facts is null)
            return Refuse("no such grant");
        if (facts.Session != token.Session || facts.Person.Subject != token.Subject || facts.ClientId != token.ClientId)
            return Refuse("the grant is another's");
        if (!facts.SessionExists && !facts.IsOffline)
            return Refuse("the session has ended");
        var application = await applications.FindByClientIdAsync(facts.ClientId, ct);
        if (application is null)
            return Refuse("the application is gone");
        if (facts.Refusal(application.Channel) is { } refusal)
            return Refuse(refusal);
        return new UserInfo(facts, Write(facts, token.Scope));

        OAuthError Refuse(string reason)
        {
            log.AccessTokenRefused(reason);
            return OAuthError.InvalidToken("The access token is not valid.");
        }
    }

    private static byte[] Write(GrantFacts facts, ScopeSet scope)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("sub", facts.Person.Subject); // OIDC Core §5.3.2: always
            writer.WriteString("org_id", facts.Organization.ToString());
            PersonClaims.Write(writer, facts, scope);
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }
}

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
/// <remarks>A token that was narrowed to another API (RFC 8707 §3) tells that API nothing more about the person: it is not for us (RFC 9068 §4).</remarks>
/// <remarks>Errors: <c>invalid_token</c>, <c>insufficient_scope</c> (RFC 6750 §3.1).</remarks>
public sealed class ReadUserInfo(AccessTokens tokens, ApplicationStore applications, ILogger<ReadUserInfo> log)
{
    public async Task<Result<UserInfo, OAuthError>> HandleAsync(string text, CancellationToken ct)
    {
        if (!(await tokens.ReadAsync(text, ct)).TryGet(out var token, out var malformed))
            return Refuse(malformed.Reason);
        if (!token.Scope.Contains(OidcScopes.OpenId))
            return OAuthError.InsufficientScope("The access token lacks the scope openid.");

        if (!(await tokens.StandsOnAsync(token, ct)).TryGet(out var facts, out var fallen))
            return Refuse(fallen.Reason);
        if (await applications.FindByClientIdAsync(facts.ClientId, ct) is not { } client || token.Audience != client.Audience)
            return Refuse("made for another API");
        return new UserInfo(facts, Write(facts, token));

        OAuthError Refuse(string reason)
        {
            log.AccessTokenRefused(reason);
            return OAuthError.InvalidToken("The access token is not valid.");
        }
    }

    private static byte[] Write(GrantFacts facts, AccessToken token)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("sub", token.Subject); // OIDC Core §5.3.2: always, and as in the id_token
            writer.WriteString("org_id", facts.Organization.ToString());
            PersonClaims.Write(writer, facts, token.Scope);
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }
}

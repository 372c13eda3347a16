using System.Security.Cryptography;
using System.Text.Json;
using Anteroom.Protocols.Jose;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Federation.Oidc.Subjects;
using Anteroom.Server.Federation.Oidc.Token;
using Anteroom.Server.Keys.Signing;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.SignIn;

namespace Anteroom.Server.Federation.Oidc.BackChannelLogout;

/// <summary>Makes logout tokens (OIDC Back-Channel Logout §2.4): signed as the application's other tokens are, never with a nonce, so that none passes for an id_token.</summary>
public sealed class LogoutTokens(SigningKeys keys, SubjectNames subjects, AnteroomOptions options)
{
    /// <summary>Two minutes, the most that the specification advises.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(2);

    private const string Event = "http://schemas.openid.net/event/backchannel-logout";
    private const int JwtIdBytes = 16;

    /// <param name="subject">The person's public subject.</param>
    public async Task<string> IssueAsync(
        Application client,
        UserId user,
        string subject,
        SessionId session,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var known = await subjects.OfAsync(client, user, subject, ct);
        var sid = await subjects.SessionOfAsync(client, session, ct);
        var key = await keys.CurrentAsync(client.SigningAlgorithm, ct);
        return JsonWebToken.Sign(key, TokenTypes.LogoutToken, writer => Write(writer, client, known, sid, now));
    }

    private void Write(Utf8JsonWriter writer, Application client, string subject, string sid, DateTimeOffset now)
    {
        writer.WriteString("iss", options.Issuer);
        writer.WriteString("sub", subject);
        writer.WriteString("aud", client.ClientId);
        writer.WriteNumber("iat", now.ToUnixTimeSeconds());
        writer.WriteNumber("exp", (now + Life).ToUnixTimeSeconds());
        writer.WriteString("jti", Base64Url.Encode(RandomNumberGenerator.GetBytes(JwtIdBytes)));
        writer.WriteString("sid", sid);
        writer.WriteStartObject("events");
        writer.WriteStartObject(Event);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}

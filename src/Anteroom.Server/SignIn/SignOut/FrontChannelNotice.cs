using System.Diagnostics.CodeAnalysis;

namespace Anteroom.Server.SignIn.SignOut;

/// <summary>What a provider tells when it signs somebody out (OIDC Front-Channel Logout §3): whose sessions, and who says so where it says.</summary>
internal sealed record FrontChannelNotice(string Sid, string? Issuer)
{
    private const int LongestSid = 255;

    /// <summary>Refuses a notice without a session, and one that names session or issuer twice (SEC-015).</summary>
    public static bool TryRead(IQueryCollection query, [NotNullWhen(true)] out FrontChannelNotice? notice)
    {
        notice =
            query["sid"] is [{ Length: > 0 and <= LongestSid } sid] && query["iss"].Count <= 1
                ? new(sid, query["iss"].SingleOrDefault())
                : null;
        return notice is not null;
    }
}

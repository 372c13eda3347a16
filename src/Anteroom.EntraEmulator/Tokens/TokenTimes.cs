using System.Security.Cryptography;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary>Life times as measured on real tokens (entra-oidc.md §4.1, §11). Unix seconds.</summary>
internal sealed record TokenTimes(long IssuedAt, long ExpiresAt, int ExpiresIn)
{
    /// <summary>Every token is dated five minutes back, which hides clock skew.</summary>
    public const int BackDatingSeconds = 300;

    private const int Hour = 3600;

    /// <summary><c>exp - iat</c> is 3900 s: 60 minutes are usable, unless a token-lifetime policy says otherwise.</summary>
    public static TokenTimes IdToken(DateTimeOffset now, TimeSpan? policy = null) => From(now, Seconds(policy) ?? Hour);

    /// <summary>60 to 90 minutes, at random; 20 to 28 hours for who handles claims challenges (§9.3).</summary>
    public static TokenTimes AccessToken(DateTimeOffset now, TimeSpan? policy = null, bool isLong = false) =>
        From(
            now,
            isLong
                ? RandomNumberGenerator.GetInt32(20 * Hour, 28 * Hour)
                : Seconds(policy) ?? RandomNumberGenerator.GetInt32(Hour, Hour + Hour / 2)
        );

    /// <summary>3599 s; 86399 s were seen with the capability <c>cp1</c> (§3.2).</summary>
    public static TokenTimes AppOnlyToken(DateTimeOffset now, TimeSpan? policy = null, bool isLong = false) =>
        From(now, isLong ? 86_399 : Seconds(policy) ?? Hour - 1);

    private static int? Seconds(TimeSpan? policy) => policy is { } life ? (int)life.TotalSeconds : null;

    private static TokenTimes From(DateTimeOffset now, int expiresIn)
    {
        var seconds = now.ToUnixTimeSeconds();
        return new TokenTimes(seconds - BackDatingSeconds, seconds + expiresIn, expiresIn);
    }
}

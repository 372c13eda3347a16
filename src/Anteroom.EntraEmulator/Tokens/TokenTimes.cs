using System.Security.Cryptography;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary>Life times as measured on real tokens (entra-oidc.md §4.1, §11). Unix seconds.</summary>
internal sealed record TokenTimes(long IssuedAt, long ExpiresAt, int ExpiresIn)
{
    /// <summary>Every token is dated five minutes back, which hides clock skew.</summary>
    private const int BackDatingSeconds = 300;

    /// <summary><c>exp - iat</c> is 3900 s: 60 minutes are usable.</summary>
    public static TokenTimes IdToken(DateTimeOffset now) => From(now, 3600);

    /// <summary>60 to 90 minutes, at random.</summary>
    public static TokenTimes AccessToken(DateTimeOffset now) => From(now, RandomNumberGenerator.GetInt32(3600, 5400));

    public static TokenTimes AppOnlyToken(DateTimeOffset now) => From(now, 3599);

    private static TokenTimes From(DateTimeOffset now, int expiresIn)
    {
        var seconds = now.ToUnixTimeSeconds();
        return new TokenTimes(seconds - BackDatingSeconds, seconds + expiresIn, expiresIn);
    }
}

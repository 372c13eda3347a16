using System.Diagnostics.CodeAnalysis;

namespace Anteroom.Server.Platform.Web;

/// <summary>How our cookies are called: <c>__Host-anteroom-…</c> over https; over plain http on loopback without the prefix and with the port, since all ports of localhost share one jar (design.md §6).</summary>
public sealed class CookieNames(AnteroomOptions options)
{
    private readonly bool _https = options.IsHttps;
    private readonly string _prefix = options.IsHttps ? "__Host-anteroom-" : $"anteroom-{options.BaseUri.Port}-";

    public string For(string name) => _prefix + name;

    /// <summary>The rest of a cookie's name after our prefix and <paramref name="name"/>, where it is one of ours.</summary>
    public bool TryStrip(string cookie, string name, [NotNullWhen(true)] out string? rest)
    {
        var ours =
            cookie.Length > _prefix.Length + name.Length
            && cookie.StartsWith(_prefix, StringComparison.Ordinal)
            && cookie.AsSpan(_prefix.Length).StartsWith(name, StringComparison.Ordinal);
        rest = ours ? cookie[(_prefix.Length + name.Length)..] : null;
        return ours;
    }

    /// <summary>HttpOnly, host-only, whole site (SEC-001). A null lifetime ends with the browser.</summary>
    public CookieOptions Options(SameSiteMode sameSite, TimeSpan? lifetime) =>
        new()
        {
            HttpOnly = true,
            Secure = _https,
            SameSite = sameSite,
            Path = "/",
            MaxAge = lifetime,
            IsEssential = true,
        };
}

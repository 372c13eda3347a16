using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Claims;

namespace Anteroom.Samples.WebApplication;

/// <summary>Which sessions the provider has ended. Ours live in cookies, so each cookie is looked up here before it counts.</summary>
/// <remarks>In memory. A real site keeps these where all its instances find them.</remarks>
public sealed class EndedSessions(TimeProvider clock)
{
    /// <summary>How long a cookie lives when it is not used; what ended before needs no memory.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromHours(8);

    private readonly ConcurrentDictionary<(string Claim, string Value), DateTimeOffset> _ended = new();

    /// <summary>Ends one session where the provider names it, else all that this person has here.</summary>
    /// <param name="tokenId">Of the logout token: whoever caught one could else sign the person out again and again while it lives.</param>
    /// <returns>False where that token came before.</returns>
    public bool TryEnd(string tokenId, string? sessionId, string? subject)
    {
        var now = clock.GetUtcNow();
        foreach (var (key, at) in _ended)
            if (at + Memory < now)
                _ended.TryRemove(key, out _);
        if (!_ended.TryAdd(("jti", tokenId), now))
            return false;
        if (sessionId is not null)
            _ended[("sid", sessionId)] = now;
        else if (subject is not null)
            _ended[("sub", subject)] = now;
        return true;
    }

    /// <summary>Whether what the cookie says is over. Who signs in again after the end of everything has a new session.</summary>
    public bool Contains(ClaimsPrincipal person) =>
        EndOf(person, "sid") is not null || (EndOf(person, "sub") is { } end && SignedInAt(person) <= end);

    private DateTimeOffset? EndOf(ClaimsPrincipal person, string claim) =>
        person.FindFirstValue(claim) is { } value && _ended.TryGetValue((claim, value), out var at) ? at : null;

    private static DateTimeOffset SignedInAt(ClaimsPrincipal person) =>
        long.TryParse(person.FindFirstValue("iat"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : DateTimeOffset.MinValue;
}

using Anteroom.Protocols.Jose;

namespace Anteroom.Server.Keys.Signing;

/// <summary>When keys sign and when they show (SEC-110). Pure: every node comes to the same answer from the same rows.</summary>
public static class KeySchedule
{
    /// <summary>How long a key signs.</summary>
    public static readonly TimeSpan Term = TimeSpan.FromDays(90);

    /// <summary>How long a new key is published before it signs. SEC-110 asks for 24 hours; the second day is for a node that was down.</summary>
    public static readonly TimeSpan Notice = TimeSpan.FromHours(48);

    /// <summary>The least notice, where rotation comes late because nothing ran for weeks.</summary>
    public static readonly TimeSpan LeastNotice = TimeSpan.FromHours(25);

    /// <summary>How long a retired key stays in the key set: the longest life of a token (60 minutes), and as much again for clocks and caches.</summary>
    public static readonly TimeSpan Afterlife = TimeSpan.FromHours(2);

    /// <summary>How long we ourselves recognise an old id_token as a hint after its key has left the key set (OIDC Core §3.1.2.1): the longest session.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromDays(30);

    /// <summary>The key that signs now: of those whose time has come, the latest.</summary>
    public static T? Current<T>(IEnumerable<T> keys, SignatureAlgorithm algorithm, DateTimeOffset now)
        where T : class, IScheduledKey =>
        keys.Where(key => key.Algorithm == algorithm && key.ActiveFrom <= now && (key.RetiredAt is null || key.RetiredAt > now))
            .MaxBy(key => (key.ActiveFrom, key.Kid));

    /// <summary>Whether the key belongs in the key set.</summary>
    public static bool IsPublished(IScheduledKey key, DateTimeOffset now) =>
        key.CreatedAt <= now && (key.ExpiresAt is null || key.ExpiresAt > now);

    /// <summary>When a successor must begin to sign, if it must be made now; null while there is time. Without any key it is now.</summary>
    public static DateTimeOffset? SuccessorFrom(IEnumerable<IScheduledKey> keys, SignatureAlgorithm algorithm, DateTimeOffset now)
    {
        var latest = keys.Where(key => key.Algorithm == algorithm).MaxBy(key => key.ActiveFrom);
        if (latest is null)
            return now;

        var due = latest.ActiveFrom + Term;
        if (now < due - Notice)
            return null;
        return due > now + LeastNotice ? due : now + LeastNotice;
    }
}

/// <summary>The times of one signing key.</summary>
public interface IScheduledKey
{
    string Kid { get; }
    SignatureAlgorithm Algorithm { get; }

    /// <summary>Published from here.</summary>
    DateTimeOffset CreatedAt { get; }

    /// <summary>Signs from here.</summary>
    DateTimeOffset ActiveFrom { get; }

    /// <summary>Signs no longer.</summary>
    DateTimeOffset? RetiredAt { get; }

    /// <summary>Leaves the key set.</summary>
    DateTimeOffset? ExpiresAt { get; }
}

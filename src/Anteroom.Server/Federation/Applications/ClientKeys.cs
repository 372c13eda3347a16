using System.Runtime.CompilerServices;
using System.Text;
using Anteroom.Protocols.Jose;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Server.Federation.Applications;

/// <summary>Why a key set cannot be registered.</summary>
public sealed record ClientKeysError(string Reason);

/// <summary>The public keys of a client that proves itself by signing (SEC-097). The algorithm belongs to the registered key: ES256 for P-256; for RSA its <c>alg</c>, RS256 where it names none.</summary>
public sealed class ClientKeys
{
    public const int MaxKeys = 5;
    public const int MaxBytes = 32 * 1024;

    // Importing a key costs more than a verification with it; the settings are shared by all who have the application from the cache.
    private static readonly ConditionalWeakTable<ApplicationSettings, ClientKeys> Ready = [];

    private readonly IReadOnlyList<VerificationKey> _keys;

    private ClientKeys(IReadOnlyList<VerificationKey> keys) => _keys = keys;

    /// <summary>The keys that are registered for an application; null where none are.</summary>
    public static ClientKeys? Of(ApplicationSettings settings) =>
        settings.Jwks is null ? null : Ready.GetValue(settings, known => Read(known.Jwks!));

    /// <summary>The key of that name or, where the token names none, the only one there is.</summary>
    public VerificationKey? Find(string? kid) =>
        kid is null ? (_keys.Count == 1 ? _keys[0] : null) : _keys.FirstOrDefault(key => key.Kid == kid);

    /// <summary>Checks a JWK set that somebody registers and spells it in our own way; a key that cannot be used is refused, not skipped.</summary>
    public static Result<string, ClientKeysError> Register(string json)
    {
        if (!JsonWebKeySet.Parse(Encoding.UTF8.GetBytes(json), MaxBytes).TryGet(out var set, out var malformed))
            return new ClientKeysError(malformed.Reason);
        if (set.Skipped > 0)
            return new ClientKeysError("Each key is a public RSA key of 2,048 bits or more, or a public key on P-256.");
        if (set.Keys.Count is 0 or > MaxKeys)
            return new ClientKeysError($"There are 1 to {MaxKeys} keys.");
        foreach (var key in set.Keys)
            if (!VerificationOf(key).TryGet(out _, out var unusable))
                return unusable;
        if (set.Keys.Count > 1 && (set.Keys.Any(key => key.Kid is null) || set.Keys.DistinctBy(key => key.Kid).Count() < set.Keys.Count))
            return new ClientKeysError("Of several keys each has a kid of its own.");
        return Encoding.UTF8.GetString(set.ToUtf8());
    }

    /// <summary>What somebody publishes at an address of theirs: keys that cannot be used are passed over (RFC 7517 §5). Null where none is left.</summary>
    public static ClientKeys? Published(ReadOnlySpan<byte> utf8)
    {
        if (!JsonWebKeySet.Parse(utf8).TryGet(out var set, out _))
            return null;
        List<VerificationKey> usable = [];
        foreach (var key in set.Keys)
            if (VerificationOf(key).TryGet(out var ready, out _))
                usable.Add(ready);
        return usable.Count > 0 ? new(usable) : null;
    }

    private static ClientKeys Read(string registered)
    {
        if (!JsonWebKeySet.Parse(Encoding.UTF8.GetBytes(registered)).TryGet(out var set, out var malformed))
            throw new InvalidOperationException($"A registered key set is not usable: {malformed.Reason}");
        return new([
            .. set.Keys.Select(key =>
                VerificationOf(key).TryGet(out var usable, out var refused)
                    ? usable
                    : throw new InvalidOperationException($"A registered key is not usable: {refused.Reason}")
            ),
        ]);
    }

    private static Result<VerificationKey, ClientKeysError> VerificationOf(JsonWebKey key)
    {
        var name = key.Alg ?? (key.KeyType == SignatureAlgorithm.ES256.KeyType ? SignatureAlgorithm.ES256 : SignatureAlgorithm.RS256).Name;
        if (!SignatureAlgorithm.TryParse(name, out var algorithm))
            return new ClientKeysError("The alg of a key is ES256, RS256 or PS256.");
        return key.ToVerificationKey(algorithm).TryGet(out var usable, out var refused) ? usable : new ClientKeysError(refused.Reason);
    }
}

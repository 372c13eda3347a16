using Anteroom.Protocols.Jose;

namespace Anteroom.Entra.Providers;

/// <summary>The keys that a provider's own metadata leads to, ready for verifying. No other key ever verifies its tokens (SEC-062).</summary>
public sealed class ProviderKeys
{
    /// <summary>How many keys a token without <c>kid</c> may be tried against.</summary>
    private const int MostWithoutKid = 8;

    private readonly ILookup<(string? Kid, SignatureAlgorithm Algorithm), VerificationKey> _keys;
    private readonly ILookup<SignatureAlgorithm, VerificationKey> _byAlgorithm;
    private readonly HashSet<string> _kids;

    /// <remarks>Algorithms: those that the metadata announces for id_tokens; a key serves those that fit its type (RFC 8725 §3.1).</remarks>
    public ProviderKeys(JsonWebKeySet published, IReadOnlyCollection<SignatureAlgorithm> algorithms)
    {
        var ready = new List<VerificationKey>();
        foreach (var key in published.Keys)
        foreach (var algorithm in algorithms)
            if (key.ToVerificationKey(algorithm).TryGet(out var usable, out _))
                ready.Add(usable);
        _keys = ready.ToLookup(key => (key.Kid, key.Algorithm));
        _byAlgorithm = ready.ToLookup(key => key.Algorithm);
        _kids = [.. ready.Select(key => key.Kid).OfType<string>()];
        Count = ready.Count;
    }

    public int Count { get; }

    /// <summary>Usually one key. Without <c>kid</c> every key of the algorithm, unless there are too many to try.</summary>
    public IReadOnlyList<VerificationKey> Find(string? kid, SignatureAlgorithm algorithm)
    {
        if (kid is not null)
            return [.. _keys[(kid, algorithm)]];
        VerificationKey[] all = [.. _byAlgorithm[algorithm]];
        return all.Length <= MostWithoutKid ? all : [];
    }

    public bool Knows(string? kid) => kid is not null && _kids.Contains(kid);
}

using Anteroom.EntraEmulator.Hosting;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Signing;

/// <summary>The published keys: at least two, one of which signs, one of personal accounts, and applications' own (entra-oidc.md §1.4, §1.5).</summary>
internal sealed class KeyRing : IDisposable
{
    private readonly EntraDirectory _directory;
    private readonly EmulatorOptions _options;
    private readonly TimeProvider _clock;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, TokenKey> _loaded = [];
    private TokenKey? _foreign;

    public KeyRing(EntraDirectory directory, EmulatorOptions options, TimeProvider clock)
    {
        (_directory, _options, _clock) = (directory, options, clock);
        if (directory.Keys.Count == 0)
            Replace();
    }

    /// <summary>Keys of everybody, in order of creation.</summary>
    public IReadOnlyList<StoredKey> Published =>
        [.. _directory.Keys.All.Where(key => key.ServicePrincipalId is null).OrderBy(key => key.Sequence)];

    /// <summary>Keys of single applications, in order of creation.</summary>
    public IReadOnlyList<StoredKey> Own =>
        [.. _directory.Keys.All.Where(key => key.ServicePrincipalId is not null).OrderBy(key => key.Sequence)];

    public TokenKey Signing => Load(_directory.Keys.All.First(key => key is { Signs: true, ServicePrincipalId: null }));

    /// <summary>A key that is published nowhere, for tokens that must not verify.</summary>
    public TokenKey Foreign
    {
        get
        {
            lock (_lock)
                return _foreign ??= Make();
        }
    }

    /// <summary>The key of a token: the application's own, the one of personal accounts, or everybody's.</summary>
    public TokenKey SigningFor(Tenant tenant, ServicePrincipal? principal)
    {
        if (principal?.PreferredTokenSigningKeyThumbprint is { } kid && _directory.Keys.Find(kid) is { } own)
            return Load(own);
        return
            tenant.Id.ToString() == Authority.ConsumersTenantId
            && _directory.Keys.All.FirstOrDefault(key => key.IsConsumers) is { } consumers
            ? Load(consumers)
            : Signing;
    }

    /// <summary>The keys that only discovery with <c>?appid=</c> lists (§1.4, last point).</summary>
    public IEnumerable<StoredKey> OwnOf(ServicePrincipal principal) =>
        _directory.Keys.All.Where(key => key.ServicePrincipalId == principal.Id).OrderBy(key => key.Sequence);

    public TokenKey Load(StoredKey stored)
    {
        lock (_lock)
        {
            if (!_loaded.TryGetValue(stored.Kid, out var key))
                _loaded[stored.Kid] = key = TokenKey.Load(Convert.FromBase64String(stored.Pkcs12));
            return key;
        }
    }

    /// <summary>"Add next key": published, signs nothing yet.</summary>
    public StoredKey AddNext() =>
        _directory.Write(changes =>
        {
            var key = Make(NextSequence(), signs: false);
            changes.Put(_directory.Keys, key);
            return key;
        });

    /// <summary>"Switch signing" to the newest key.</summary>
    public StoredKey SwitchSigning() =>
        _directory.Write(changes =>
        {
            var newest = Published.Last(key => !key.IsConsumers);
            foreach (var key in Published.Where(key => key.Signs))
                changes.Put(_directory.Keys, key with { Signs = false });
            changes.Put(_directory.Keys, newest with { Signs = true });
            return newest;
        });

    /// <summary>"Remove old key": the oldest one that does not sign, as long as two stay.</summary>
    public StoredKey? RemoveOld() =>
        _directory.Write(changes =>
        {
            var keys = Published.Where(key => !key.IsConsumers).ToList();
            var oldest = keys.Find(key => !key.Signs);
            if (oldest is null || keys.Count <= 2)
                return null;
            changes.Remove(_directory.Keys, oldest.Kid);
            return oldest;
        });

    /// <summary>"Emergency": all keys of everybody go at once, new ones come.</summary>
    public void Replace()
    {
        var sequence = NextSequence();
        StoredKey[] made =
        [
            Make(sequence, signs: true),
            Make(sequence + 1, signs: false),
            Make(sequence + 2, signs: false, consumers: true),
        ];
        _directory.Write(changes =>
        {
            foreach (var old in Published)
                changes.Remove(_directory.Keys, old.Kid);
            foreach (var key in made)
                changes.Put(_directory.Keys, key);
        });
    }

    /// <summary>A key of its own for one service principal, which signs its tokens from now on.</summary>
    public StoredKey AddOwn(ServicePrincipal principal) =>
        _directory.Write(changes =>
        {
            var key = Make(NextSequence(), signs: true) with { ServicePrincipalId = principal.Id };
            changes.Put(_directory.Keys, key);
            changes.Put(_directory.ServicePrincipals, principal with { PreferredTokenSigningKeyThumbprint = key.Kid });
            return key;
        });

    public void Dispose()
    {
        foreach (var key in _loaded.Values)
            key.Dispose();
        _foreign?.Dispose();
    }

    private int NextSequence() => _directory.Keys.All.Select(key => key.Sequence).DefaultIfEmpty(0).Max() + 1;

    private TokenKey Make()
    {
        using var rsa = _options.NewKey();
        return TokenKey.Make(rsa, _clock.GetUtcNow());
    }

    private StoredKey Make(int sequence, bool signs, bool consumers = false)
    {
        using var key = Make();
        return new StoredKey(key.Kid, sequence, signs, consumers, Convert.ToBase64String(key.Export()));
    }
}

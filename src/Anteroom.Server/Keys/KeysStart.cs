using Anteroom.Server.Keys.DataProtection;

namespace Anteroom.Server.Keys;

/// <summary>What has to be in order before the first request.</summary>
public static class KeysStart
{
    /// <summary>Checks the runtime, opens the vault, makes or reads the keys of Data Protection. Call it before the host starts.</summary>
    /// <returns>One sentence for the operator when the server must not start, or null.</returns>
    public static async Task<string?> PrepareKeysAsync(this IServiceProvider services, CancellationToken ct)
    {
        if (RuntimeLevel.Check() is { } outdated)
            return outdated;
        var opened = await services.GetRequiredService<Vault.Vault>().OpenAsync(ct);
        if (!opened.TryGet(out _, out var failure))
            return failure.Sentence;
        await services.GetRequiredService<DataProtectionStart>().WarmUpAsync(ct);
        return null;
    }
}

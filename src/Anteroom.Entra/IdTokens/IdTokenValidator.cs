using Anteroom.Entra.Providers;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Entra.IdTokens;

/// <summary>Validates an id_token with the provider's current keys, and once more with fresh ones where the provider may have changed them (SEC-071).</summary>
public sealed class IdTokenValidator(ProviderMetadataCache providers, TimeProvider clock)
{
    public async Task<Result<ValidatedIdToken, IdTokenRefusal>> ValidateAsync(
        string token,
        ProviderDocument document,
        IdTokenExpectations expected,
        CancellationToken ct
    )
    {
        var first = IdTokenValidation.Validate(token, document.Keys, expected, clock.GetUtcNow());
        if (first.TryGet(out _, out var refusal) || !MayBeKeyChange(refusal))
            return first;
        var fresh = await providers.RefreshKeysAsync(document, ct);
        return fresh is null ? first : IdTokenValidation.Validate(token, fresh.Keys, expected, clock.GetUtcNow());
    }

    /// <summary>An unknown name, or a known name with another key behind it.</summary>
    private static bool MayBeKeyChange(IdTokenRefusal refusal) =>
        refusal == IdTokenRefusal.UnknownKey || refusal == IdTokenRefusal.Signature;
}

using Anteroom.Server.Audit;
using Anteroom.Server.Credentials.Passkeys;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Provisioning;

namespace Anteroom.Server.SignIn.Passkeys;

/// <summary>Removes a passkey and ends all that its owner has opened anywhere: whoever holds a lost device holds its sessions too (SEC-036).</summary>
public sealed class RemovePasskey(ChangePasskeys passkeys, OffBoarding offBoarding)
{
    /// <returns>Null when done, else as <see cref="ChangePasskeys.RemoveAsync"/>.</returns>
    /// <inheritdoc cref="ChangePasskeys.RemoveAsync"/>
    public async Task<PasskeyRefusal?> HandleAsync(
        Transaction tx,
        UserId user,
        PasskeyId id,
        DateTimeOffset provenAt,
        AuditContext context,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        if (await passkeys.RemoveAsync(tx, user, id, provenAt, context, ct) is { } refusal)
            return refusal;
        await offBoarding.EndAsync(tx, user, "passkey_removed", context, now, ct);
        return null;
    }
}

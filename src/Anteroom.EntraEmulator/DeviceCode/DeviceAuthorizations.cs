using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Signing;
using Anteroom.EntraEmulator.Tokens;

namespace Anteroom.EntraEmulator.DeviceCode;

/// <summary>Device authorizations: made by a device, answered by a person, redeemed once (RFC 8628; entra-oidc.md §3.1).</summary>
internal sealed class DeviceAuthorizations(EntraDirectory directory, SealedValue sealedValue, TimeProvider clock)
{
    /// <summary>15 minutes and 5 seconds, as the real endpoint answers.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(15);
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private const string GrantPurpose = "device-grant";
    private const string Prefix = "D1.";

    // Without vowels and look-alikes, so that it spells nothing and is read out easily.
    private const string UserCodeAlphabet = "BCDFGHJKLMNPQRSTVWXYZ23456789";
    private const int UserCodeLength = 9;

    /// <returns>The device code, which is known to the device alone.</returns>
    public (string DeviceCode, DeviceAuthorization Authorization) Begin(Guid appId, string path, string scope, bool isV1)
    {
        var code = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(48));
        var authorization = new DeviceAuthorization(
            IdOf(code),
            RandomNumberGenerator.GetString(UserCodeAlphabet, UserCodeLength),
            appId,
            path,
            scope,
            clock.GetUtcNow() + Life
        )
        {
            IsV1 = isV1,
        };
        directory.Write(changes => changes.Put(directory.DeviceAuthorizations, authorization));
        return (code, authorization);
    }

    public DeviceAuthorization? FindByDeviceCode(string code) => directory.DeviceAuthorizations.Find(IdOf(code));

    /// <summary>By what a person typed: case, spaces and dashes do not count.</summary>
    public DeviceAuthorization? FindByUserCode(string typed)
    {
        var code = string.Concat(typed.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();
        return directory.DeviceAuthorizationsByUserCode.First(code) is { } found && IsPending(found) ? found : null;
    }

    public DeviceAuthorization? FindPending(string id) =>
        directory.DeviceAuthorizations.Find(id) is { } found && IsPending(found) ? found : null;

    public void Approve(string id, Grant grant) =>
        Answer(id, DeviceAuthorization.Approved, sealedValue.Seal(GrantPurpose, grant, Authorize.SealedJson.Default.Grant));

    public void Decline(string id) => Answer(id, DeviceAuthorization.Declined, null);

    public Grant? GrantOf(DeviceAuthorization authorization) =>
        authorization.SealedGrant is { } grant ? sealedValue.Open(GrantPurpose, grant, Authorize.SealedJson.Default.Grant) : null;

    /// <summary>True for one of all who try at once.</summary>
    public bool Redeem(string id) =>
        directory.Write(changes =>
        {
            if (directory.DeviceAuthorizations.Find(id) is not { State: DeviceAuthorization.Approved } current)
                return false;
            changes.Put(directory.DeviceAuthorizations, current with { State = DeviceAuthorization.Redeemed, SealedGrant = null });
            return true;
        });

    /// <summary>Remembers a poll.</summary>
    /// <returns>True when the device asks more often than the interval allows.</returns>
    public bool IsPolledTooSoon(string id)
    {
        var now = clock.GetUtcNow();
        return directory.Write(
            changes =>
            {
                if (directory.DeviceAuthorizations.Find(id) is not { } current)
                    return false;
                changes.Put(directory.DeviceAuthorizations, current with { PolledAt = now });
                // A second of grace: the device's clock and ours need not tick together.
                return current.PolledAt is { } before && now - before < Interval - TimeSpan.FromSeconds(1);
            },
            durable: false
        );
    }

    public bool IsOver(DeviceAuthorization authorization) => authorization.ExpiresAt <= clock.GetUtcNow();

    private bool IsPending(DeviceAuthorization authorization) =>
        authorization.State == DeviceAuthorization.Pending && !IsOver(authorization);

    private void Answer(string id, string state, string? grant) =>
        directory.Write(changes =>
        {
            if (FindPending(id) is { } pending)
                changes.Put(directory.DeviceAuthorizations, pending with { State = state, SealedGrant = grant });
        });

    private static string IdOf(string deviceCode) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(deviceCode)));
}

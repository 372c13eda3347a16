using Anteroom.Server.Credentials.Passkeys;
using Anteroom.Server.Platform.Mail;
using Anteroom.Server.Provisioning;

namespace Anteroom.Server.Account.Person;

/// <summary>What somebody should look after, in the order of importance.</summary>
internal enum Attention
{
    /// <summary>A passkey may exist twice and signs nobody in any more (SEC-222).</summary>
    PasskeySuspended,

    /// <summary>Nobody can be told by mail of what happens with the account.</summary>
    NoAddress,

    /// <summary>One passkey and nothing else: if the device is lost, so is the way in.</summary>
    OneWay,

    /// <summary>The organization lets people use passkeys, and there is none.</summary>
    NoPasskey,
}

/// <summary>Looks at an account as its owner should. Pure.</summary>
internal static class AttentionRules
{
    /// <param name="otherWays">How many ways there are besides: providers that the account is linked with, and a password.</param>
    /// <param name="passkeysOffered">Whether the organization lets people sign in with passkeys, on this host.</param>
    public static IReadOnlyList<Attention> Of(User user, IReadOnlyList<Passkey> passkeys, int otherWays, bool passkeysOffered)
    {
        List<Attention> found = [];
        var usable = passkeys.Count(passkey => passkey.SuspendedAt is null);
        if (usable < passkeys.Count)
            found.Add(Attention.PasskeySuspended);
        if (!EmailAddress.TryParse(user.Email, out _))
            found.Add(Attention.NoAddress);
        if (usable == 1 && otherWays == 0)
            found.Add(Attention.OneWay);
        if (usable == 0 && passkeysOffered)
            found.Add(Attention.NoPasskey);
        return found;
    }
}

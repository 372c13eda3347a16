using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Credentials.Passkeys;

/// <summary>Why a passkey was not made, not believed or not removed.</summary>
/// <param name="Reason">A code of the catalogue.</param>
/// <param name="Check">Which check said no, for the record; a word of ours, never what somebody sent.</param>
public sealed record PasskeyRefusal(string Reason, string? Check = null)
{
    public static PasskeyRefusal Invalid(string check) => new(ReasonCodes.PasskeyInvalid, check);
}

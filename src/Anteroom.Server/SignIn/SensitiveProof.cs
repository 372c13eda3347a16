using Anteroom.Server.Credentials;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.SignIn.Sessions;

namespace Anteroom.Server.SignIn;

/// <summary>Whether somebody's last proof lets them change what they prove themselves with (SEC-041): recent, and not weaker than what they hold.</summary>
/// <remarks>
/// The word of the organization's provider always counts: the organization has made it the judge of who its people are. What we ask for
/// ourselves counts as one factor or as two, and whoever has a passkey changes nothing with less.
/// </remarks>
public static class SensitiveProof
{
    private static readonly string[] OfProviders = ["entra", "oidc"];

    /// <param name="holdsPasskey">Whether the person has a passkey that signs them in here.</param>
    /// <returns>Null where it counts, else <c>authentication_too_old</c> or <c>passkey_required</c>.</returns>
    public static string? Refusal(Evidence evidence, DateTimeOffset provenAt, bool holdsPasskey, DateTimeOffset now) =>
        !RecentProof.Counts(provenAt, now) ? ReasonCodes.AuthenticationTooOld
        : holdsPasskey && !evidence.SecondFactor && !OfProviders.Contains(evidence.Method) ? ReasonCodes.PasskeyRequired
        : null;
}

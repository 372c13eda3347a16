namespace Anteroom.Server.SignIn.Sessions;

/// <summary>What a person has proven, in this session: methods with their times, as stored with the session (design.md §2).</summary>
/// <param name="Method">How: <c>entra</c>, <c>oidc</c>, <c>passkey</c>, <c>password</c>.</param>
/// <param name="At">When, by the provider's <c>auth_time</c> where it tells, else by our own clock at the callback (SEC-107).</param>
/// <param name="Amr">Methods that the provider named, or our own word for what we asked for (RFC 8176 values), or empty.</param>
/// <param name="Acr">The authentication context that the provider named, or null.</param>
/// <param name="Acrs">Entra's satisfied authentication contexts (<c>acrs</c>), or empty.</param>
/// <param name="SecondFactor">Whether it counts as more than one factor; only when the connection says that the provider's word counts (SEC-077).</param>
public sealed record Evidence(
    string Method,
    DateTimeOffset At,
    IReadOnlyList<string> Amr,
    string? Acr,
    IReadOnlyList<string> Acrs,
    bool SecondFactor
)
{
    public const string Entra = "entra";
    public const string Oidc = "oidc";
    public const string Passkey = "passkey";
    public const string Password = "password";

    /// <summary>A password (RFC 8176 §2, <c>pwd</c>): something that others can know, and one factor.</summary>
    public static Evidence OfPassword(DateTimeOffset now) => new(Password, now, ["pwd"], null, [], SecondFactor: false);

    /// <summary>A passkey whose authenticator has verified the person: the key and the finger or PIN that opens it are two factors.</summary>
    /// <remarks>
    /// RFC 8176 §2: <c>hwk</c> where the key cannot leave its device, by the authenticator's word, since no attestation is asked for;
    /// <c>swk</c> where it may be copied to others. <c>user</c>: somebody was there.
    /// </remarks>
    public static Evidence OfPasskey(bool backupEligible, DateTimeOffset now) =>
        new(Passkey, now, [backupEligible ? "swk" : "hwk", "user"], null, [], SecondFactor: true);
}

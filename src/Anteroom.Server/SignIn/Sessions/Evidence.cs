namespace Anteroom.Server.SignIn.Sessions;

/// <summary>What a person has proven, in this session: methods with their times, as stored with the session (design.md §2).</summary>
/// <param name="Method">How: <c>entra</c>, <c>oidc</c>; later <c>passkey</c>, <c>password</c>, ….</param>
/// <param name="At">When, by the provider's <c>auth_time</c> where it tells, else by our own clock at the callback (SEC-107).</param>
/// <param name="Amr">Methods that the provider named (RFC 8176 values), or empty.</param>
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
);

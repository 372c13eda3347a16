namespace Anteroom.EntraEmulator.Objects;

/// <summary>A browser's single sign-on session at one listener, stored under the SHA-256 of its cookie.</summary>
internal sealed record BrowserSession(string Id, IReadOnlyList<SignedInAccount> Accounts, DateTimeOffset LastSeen, bool Persistent);

/// <summary>One account signed in at a browser: always the home account, also where it is a guest.</summary>
/// <param name="Sid">The session id of the <c>sid</c> claim and of front-channel logout.</param>
/// <param name="Applications">Client ids that received a token or code; the logout page tells them.</param>
internal sealed record SignedInAccount(Guid UserId, DateTimeOffset AuthenticatedAt, Guid Sid, IReadOnlyList<Guid> Applications)
{
    /// <summary>When a second factor was given, if one was.</summary>
    public DateTimeOffset? MultiFactorAt { get; init; }
}

/// <summary>An authorization code that was redeemed, remembered for as long as the code could have lived.</summary>
internal sealed record RedeemedCode(Guid Id, DateTimeOffset ForgetAt);

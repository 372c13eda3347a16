namespace Anteroom.EntraEmulator.Graph;

/// <summary>Switches of Microsoft Graph: what the documents leave open (graph.md §13), and what goes wrong in the field.</summary>
internal sealed record GraphSettings
{
    public const string Refused = "refused";
    public const string CloudOnly = "cloudOnly";

    /// <summary>An application needs a directory role beside its permission to set passwords (§6.2); field reports differ.</summary>
    public bool RequireDirectoryRoleForPassword { get; init; } = true;

    /// <summary>A password for a synced user is <c>refused</c>, or changed in the cloud only, <c>cloudOnly</c> (§6.4).</summary>
    public string SyncedPasswordChange { get; init; } = Refused;

    /// <summary>What revokeSignInSessions answers: 200 as it does, or 204 as it is documented (§6.5).</summary>
    public int RevokeSessionsStatus { get; init; } = 200;

    /// <summary>Seconds after its creation during which an object is not found (§9.4).</summary>
    public double ReplicationSeconds { get; init; }

    /// <summary>Resource units in ten seconds of one application in one tenant before 429 (§9.1); null never throttles.</summary>
    public int? ThrottleUnits { get; init; }

    /// <summary>The <c>Retry-After</c> of a 429 in seconds, which may be a fraction; null leaves the header out (§9.2).</summary>
    public double? ThrottleRetryAfterSeconds { get; init; } = 10;

    /// <summary>Every other page of a list is empty and has a next link (§4.3).</summary>
    public bool EmptyPages { get; init; }

    /// <summary>Further words that a password must not contain, as the tenant's banned list does (§6.3).</summary>
    public IReadOnlyList<string> BannedPasswords { get; init; } = [];
}

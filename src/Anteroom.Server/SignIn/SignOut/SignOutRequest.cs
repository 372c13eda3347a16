using Anteroom.Server.Platform;

namespace Anteroom.Server.SignIn.SignOut;

/// <summary>An application asks to sign out.</summary>
/// <param name="Organization">Whose session; null where the request does not tell.</param>
/// <param name="Session">Which session; null where the request does not tell.</param>
/// <param name="ReturnUrl">Registered for the application and checked, its state appended; null stays on our page.</param>
/// <param name="Confirmed">A valid hint of ours names the session, so that nobody needs to be asked (OIDC RP-Initiated Logout §2).</param>
public sealed record SignOutRequest(
    OrganizationId? Organization,
    SessionId? Session,
    string? ClientId,
    string? ApplicationName,
    string? ReturnUrl,
    bool Confirmed
)
{
    /// <summary>Pages of ours were shown in that session, so the browser is told to forget what it kept of them (SEC-008).</summary>
    public bool ClearsCache { get; init; }
}

/// <summary>What must survive the question and the way over the provider; in one encrypted cookie.</summary>
public sealed record PendingSignOut(OrganizationId? Organization, string? ApplicationName, string? ReturnUrl, DateTimeOffset CreatedAt)
{
    /// <summary>10 minutes for the question and the provider's own sign-out.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>Of a browser that remembers nothing.</summary>
    public static PendingSignOut Of(DateTimeOffset now) => new(null, null, null, now);

    /// <summary>As <see cref="SignOutRequest.ClearsCache"/>.</summary>
    public bool ClearsCache { get; init; }

    /// <summary>As many frames as one page loads (SEC-365).</summary>
    public const int MaxFarewells = 30;

    /// <summary>Whom the last page tells, when the browser is back from the provider.</summary>
    public IReadOnlyList<Farewell> Farewells
    {
        get;
        init => field = value ?? [];
    } = [];
}

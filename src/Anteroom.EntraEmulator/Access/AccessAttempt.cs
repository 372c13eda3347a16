using System.Net;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Access;

/// <summary>What Conditional Access is asked: who wants what from where, and what was proven when.</summary>
/// <param name="User">The object in <paramref name="Tenant"/>, whose policies count.</param>
/// <param name="Resources">Client ids of the application and of the API that it wants; a policy may name either.</param>
/// <param name="Contexts">Authentication contexts that the request asks for (entra-oidc.md §9.2).</param>
internal sealed record AccessAttempt(
    Tenant Tenant,
    User User,
    IReadOnlyList<Guid> Resources,
    IPAddress? Address,
    IReadOnlyList<string> Contexts
)
{
    public DateTimeOffset AuthenticatedAt { get; init; }

    /// <summary>When a second factor was given, or null.</summary>
    public DateTimeOffset? MultiFactorAt { get; init; }

    /// <summary>The browser's address; a proxy in front, or a test, names it by <c>X-Forwarded-For</c>.</summary>
    public static IPAddress? AddressOf(HttpContext http)
    {
        var first = http.Request.Headers["X-Forwarded-For"].ToString().Split(',')[0].Trim();
        return IPAddress.TryParse(first, out var forwarded) ? forwarded : http.Connection.RemoteIpAddress;
    }
}

/// <summary>What the policies of a tenant say, before anything was done about it.</summary>
internal sealed record AccessDecision
{
    /// <summary>A policy blocks, or asks for what the emulator cannot give: a compliant or joined device.</summary>
    public Errors.AadstsError? Refusal { get; init; }
    public bool NeedsMultiFactor { get; init; }

    /// <summary>A second factor is needed and the user has none.</summary>
    public bool NeedsEnrolment { get; init; }

    /// <summary>The shortest sign-in frequency that applies; the sign-in is older than that when <see cref="IsStale"/>.</summary>
    public TimeSpan? SignInFrequency { get; init; }
    public bool IsStale { get; init; }

    /// <summary>Asked contexts whose policies are satisfied as things stand.</summary>
    public IReadOnlyList<string> SatisfiedContexts { get; init; } = [];

    /// <summary>The claims challenge for a client whose token request fails (§3.3).</summary>
    public string? Challenge { get; init; }

    public IReadOnlyList<Objects.Logs.AppliedPolicy> Applied { get; init; } = [];
}

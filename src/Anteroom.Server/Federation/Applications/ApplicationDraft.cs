using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Federation.Applications;

/// <summary>What somebody wants registered or changed, not yet checked. In a change, null means "as it is".</summary>
public sealed record ApplicationDraft
{
    public string? Name { get; init; }
    public string? Protocol { get; init; }
    public string? ClientKind { get; init; }
    public string? ClientAuthentication { get; init; }
    public IReadOnlyList<string>? RedirectUris { get; init; }
    public IReadOnlyList<string>? PostLogoutRedirectUris { get; init; }
    public string? Audience { get; init; }
    public string? SigningAlgorithm { get; init; }
    public IReadOnlyList<string>? GrantTypes { get; init; }

    /// <summary>Empty takes the address away.</summary>
    public string? FrontChannelLogoutUri { get; init; }

    /// <summary>Empty takes the address away.</summary>
    public string? BackChannelLogoutUri { get; init; }
    public int? RefreshGraceSeconds { get; init; }
    public IReadOnlyList<string>? Scopes { get; init; }
    public IReadOnlyList<string>? Resources { get; init; }

    /// <summary>A JWK set as JSON; empty takes it away.</summary>
    public string? Jwks { get; init; }

    /// <summary>Empty takes the address away.</summary>
    public string? JwksUri { get; init; }
    public string? SubjectType { get; init; }

    /// <summary>Empty takes the name away.</summary>
    public string? SectorIdentifier { get; init; }
    public bool? RequirePushedAuthorizationRequests { get; init; }

    /// <summary>0 means the default again, as for the others below.</summary>
    public int? AccessTokenSeconds { get; init; }
    public int? IdTokenSeconds { get; init; }
    public int? RefreshTokenIdleSeconds { get; init; }
    public int? RefreshTokenAbsoluteSeconds { get; init; }
}

/// <summary>Why an application could not be registered or changed.</summary>
/// <param name="Reason">A code of the catalogue.</param>
/// <param name="Errors">Member of the request → what is wrong with it.</param>
public sealed record ApplicationRefusal(string Reason, IReadOnlyDictionary<string, string> Errors)
{
    public ApplicationRefusal(string reason)
        : this(reason, new Dictionary<string, string>()) { }

    public static ApplicationRefusal Invalid(string member, string message) =>
        new(ReasonCodes.ValidationFailed, new Dictionary<string, string> { [member] = message });
}

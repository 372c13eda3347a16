using Anteroom.Protocols.Primitives;

namespace Anteroom.Server.Connections;

/// <summary>A connection as somebody wants it, not yet checked.</summary>
/// <param name="Tenant">Kind entra: a tenant id or a domain of the tenant.</param>
/// <param name="ClientSecret">Null keeps the present one, or leaves the connection without.</param>
public sealed record ConnectionDraft(string Name, ConnectionKind Kind, string? Tenant, Secret? ClientSecret, ConnectionSettings Settings)
{
    /// <summary>Takes the present secret away where no other one is given.</summary>
    public bool DropsSecret { get; init; }

    /// <summary>A connection as it is, with other settings; tenant and secret stay.</summary>
    public static ConnectionDraft Of(Connection current, ConnectionSettings settings) =>
        new(
            current.Name,
            current.Kind,
            current.Settings.TenantDomain ?? current.Settings.TenantId?.ToString("D"),
            ClientSecret: null,
            settings
        );
}

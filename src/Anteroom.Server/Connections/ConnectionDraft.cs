using Anteroom.Protocols.Primitives;

namespace Anteroom.Server.Connections;

/// <summary>A connection as somebody wants it, not yet checked.</summary>
/// <param name="Tenant">Kind entra: a tenant id or a domain of the tenant.</param>
/// <param name="ClientSecret">Null keeps the present one, or leaves the connection without.</param>
public sealed record ConnectionDraft(string Name, ConnectionKind Kind, string? Tenant, Secret? ClientSecret, ConnectionSettings Settings);

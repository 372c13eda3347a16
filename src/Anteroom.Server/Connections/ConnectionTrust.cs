namespace Anteroom.Server.Connections;

/// <summary>Whom a connection trusts, and what becomes of an operator's approval when it trusts somebody else (IMP-11). Pure.</summary>
public static class ConnectionTrust
{
    /// <summary>Whether another provider, tenant or client is trusted. Who comes in by it, and as what, is the organization's own business.</summary>
    public static bool IsAnother(ConnectionSettings seen, ConnectionSettings wanted) =>
        seen.Registration != wanted.Registration
        || seen.ClientId != wanted.ClientId
        || seen.TenantId != wanted.TenantId
        || seen.Cloud != wanted.Cloud
        || seen.Authority != wanted.Authority
        || !seen.EndpointHosts.SequenceEqual(wanted.EndpointHosts);

    /// <summary>Where a connection stands that trusts another now: what has to be approved begins again.</summary>
    /// <returns>Null where it may not, because people sign in by what was approved.</returns>
    public static ConnectionState? After(ConnectionState state, bool needsApproval) =>
        !needsApproval ? state
        : state == ConnectionState.Active ? null
        : ConnectionState.Draft;
}

using Anteroom.Server.Connections;

namespace Anteroom.Server.Provisioning;

/// <summary>Who a provider says somebody is: the only thing that finds an account at a sign-in (SEC-060). Names and addresses never do.</summary>
public abstract record ExternalKey
{
    private protected ExternalKey() { }
}

/// <summary>Entra: cloud, <c>tid</c> and <c>oid</c>, whichever connection or directory brought it.</summary>
public sealed record EntraKey(string Cloud, Guid TenantId, Guid ObjectId) : ExternalKey;

/// <summary>Any other provider: connection, <c>iss</c> and <c>sub</c>; never equal to an Entra key, whatever its token carries.</summary>
public sealed record OidcKey(ConnectionId Connection, string Issuer, string Subject) : ExternalKey;

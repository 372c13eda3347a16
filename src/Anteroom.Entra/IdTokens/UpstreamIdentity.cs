namespace Anteroom.Entra.IdTokens;

/// <summary>Who a person is at a provider. There is no other kind: e-mail, user names and groups are not identities (SEC-060).</summary>
public abstract record UpstreamIdentity
{
    private protected UpstreamIdentity() { }
}

/// <summary>An account of an Entra tenant: cloud, <c>tid</c> and <c>oid</c>, whichever connection or directory brought it.</summary>
public sealed record EntraIdentity(string Cloud, Guid TenantId, Guid ObjectId) : UpstreamIdentity;

/// <summary>An account of any other provider: <c>iss</c> and <c>sub</c>. Never an Entra identity, even when the token carries <c>tid</c> and <c>oid</c>.</summary>
public sealed record OidcIdentity(string Issuer, string Subject) : UpstreamIdentity;

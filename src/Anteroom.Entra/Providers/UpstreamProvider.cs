using System.Diagnostics.CodeAnalysis;
using Anteroom.Entra.Outbound;

namespace Anteroom.Entra.Providers;

/// <summary>An upstream identity provider as configuration names it: where its metadata is and what that must say (SEC-070).</summary>
public abstract record UpstreamProvider
{
    private protected UpstreamProvider() { }

    /// <summary>Names the provider for caches and circuit breakers; the same for everybody who configures the same provider.</summary>
    public abstract string Key { get; }

    public abstract Uri DiscoveryAddress { get; }

    /// <summary>What the metadata's <c>issuer</c> must equal byte for byte (OIDC Discovery §4.3).</summary>
    public abstract string ExpectedIssuer { get; }

    /// <summary>Whether an answer may call itself so: the metadata's issuer, or of an authority for many tenants the issuer of one of them (RFC 9207 §2.4).</summary>
    public virtual bool Issues(string issuer) => issuer == ExpectedIssuer;

    /// <summary>Whether the metadata may name this endpoint.</summary>
    public abstract bool Owns(Uri endpoint);

    /// <summary>Who vouches for an address of this provider in place of the machine's authorities, or null.</summary>
    public abstract OutboundTrust? TrustFor(Uri address);
}

/// <summary>One tenant of an Entra cloud, or with no tenant its <c>organizations</c> authority, whose issuer is the template.</summary>
/// <remarks>ApplicationId asks for the metadata of one application: where it has a claims mapping of its own, its tokens are signed with a key that only that document leads to.</remarks>
public sealed record EntraProvider(Cloud Cloud, Guid? TenantId, Guid? ApplicationId = null) : UpstreamProvider
{
    private string Segment => TenantId?.ToString("D") ?? "organizations";

    public override string Key => $"entra:{Cloud.Key}:{Segment}:{ApplicationId:D}";

    public override Uri DiscoveryAddress =>
        new(Cloud.Authority, $"/{Segment}/v2.0/.well-known/openid-configuration{(ApplicationId is { } id ? $"?appid={id:D}" : "")}");

    public override string ExpectedIssuer => TenantId is { } tenant ? Cloud.IssuerOf(tenant) : Cloud.IssuerTemplate;

    public override bool Issues(string issuer) => TenantId is null ? Cloud.TenantOf(issuer) is not null : base.Issues(issuer);

    public override bool Owns(Uri endpoint) => Cloud.Owns(endpoint);

    public override OutboundTrust? TrustFor(Uri address) => Cloud.TrustFor(address);
}

/// <summary>Any standard OpenID Connect provider. Its endpoints lie on its issuer's origin, or on https hosts that the administrator has named.</summary>
public sealed record OidcProvider : UpstreamProvider
{
    private readonly HashSet<string> _origins;

    private OidcProvider(Uri issuer, string issuerText, IReadOnlyList<string> endpointHosts)
    {
        ExpectedIssuer = issuerText;
        _origins = [Origin.Of(issuer), .. endpointHosts.Select(host => $"https://{host.ToLowerInvariant()}")];
        Key = $"oidc:{issuerText} {string.Join(' ', _origins.Order(StringComparer.Ordinal))}";
        DiscoveryAddress = new Uri(issuerText.TrimEnd('/') + "/.well-known/openid-configuration");
    }

    public override string Key { get; }

    public override Uri DiscoveryAddress { get; }

    public override string ExpectedIssuer { get; }

    public override bool Owns(Uri endpoint) => _origins.Contains(Origin.Of(endpoint));

    public override OutboundTrust? TrustFor(Uri address) => null;

    public bool Equals(OidcProvider? other) => other is not null && Key == other.Key;

    public override int GetHashCode() => Key.GetHashCode(StringComparison.Ordinal);

    /// <summary>The issuer is https (http only on loopback) without query and fragment (OIDC Core §16.15, Discovery §3).</summary>
    public static bool TryCreate(string issuer, IReadOnlyList<string> endpointHosts, [NotNullWhen(true)] out OidcProvider? provider)
    {
        provider = null;
        if (
            issuer.Length > 512
            || !Uri.TryCreate(issuer, UriKind.Absolute, out var uri)
            || uri is not { Query: "", Fragment: "", UserInfo: "" }
            || issuer.AsSpan().IndexOfAny('?', '#', '@') >= 0
            || !(uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && OutboundAllowance.IsLoopbackHost(uri.IdnHost)))
            || endpointHosts.Any(host => Uri.CheckHostName(host) != UriHostNameType.Dns)
        )
            return false;
        provider = new OidcProvider(uri, issuer, endpointHosts);
        return true;
    }
}

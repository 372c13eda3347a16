using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Anteroom.Entra.Outbound;

namespace Anteroom.Entra.Providers;

/// <summary>One Entra cloud: where people sign in, what its tokens call themselves, where its Graph is. Operators add others by <see cref="TryCreate"/>.</summary>
/// <remarks>An app registration belongs to one cloud, and so does an identity: (organization, cloud, tid, oid), SEC-060.</remarks>
public sealed partial record Cloud
{
    private const string TenantPlaceholder = "{tenantid}";

    /// <summary>The directory of personal Microsoft accounts, the same in every cloud that has one.</summary>
    public static readonly Guid ConsumerTenant = new("9188040d-6c67-4c5b-b112-36a304b66dad");

    public static Cloud Global { get; } =
        BuiltIn(
            "global",
            "https://login.microsoftonline.com",
            "https://graph.microsoft.com",
            "login.windows.net",
            "login.microsoft.com",
            "sts.windows.net"
        );

    public static Cloud UsGovernment { get; } =
        BuiltIn("usgov", "https://login.microsoftonline.us", "https://graph.microsoft.us", "login.usgovcloudapi.net");

    public static Cloud China { get; } =
        BuiltIn("china", "https://login.partner.microsoftonline.cn", "https://microsoftgraph.chinacloudapi.cn", "login.chinacloudapi.cn");

    public static IReadOnlyList<Cloud> BuiltInClouds { get; } = [Global, UsGovernment, China];

    private readonly HashSet<string> _origins;
    private readonly OutboundTrust? _trust;

    private Cloud(string key, Uri authority, Uri graph, IEnumerable<string> aliases, OutboundTrust? trust)
    {
        (Key, Authority, Graph, _trust) = (key, authority, graph, trust);
        IssuerTemplate = $"{Origin.Of(authority)}/{TenantPlaceholder}/v2.0";
        _origins = [Origin.Of(authority), Origin.Of(graph), .. aliases.Select(alias => $"https://{alias}")];
    }

    /// <summary>How configuration and identities name it: <c>global</c>, <c>usgov</c>, <c>china</c>, or the operator's word.</summary>
    public string Key { get; }

    /// <summary>The login origin, without a tenant.</summary>
    public Uri Authority { get; }

    /// <summary>What Graph paths (<c>/v1.0/…</c>) are appended to.</summary>
    public Uri Graph { get; }

    /// <summary>The <c>scope</c> by which an application asks for all that it was granted of Graph.</summary>
    public string GraphScope => $"{Graph.GetLeftPart(UriPartial.Path).TrimEnd('/')}/.default";

    /// <summary>What a token of another issuer is made for when it stands in for a client's secret (a federated credential).</summary>
    /// <remarks>https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations: each national cloud has its own.</remarks>
    /// <param name="key">Of the cloud.</param>
    public static string TokenExchangeAudienceOf(string key) =>
        key switch
        {
            "usgov" => TokenExchange + "USGov",
            "china" => TokenExchange + "China",
            _ => TokenExchange,
        };

    /// <summary>How the audiences of federated credentials begin in every cloud. No token of ours for anybody else may be made for one of them.</summary>
    public const string TokenExchange = "api://AzureADTokenExchange";

    /// <summary>What <c>iss</c> looks like, with <c>{tenantid}</c> in the tenant's place, as the shared authorities publish it.</summary>
    public string IssuerTemplate { get; }

    /// <summary>The exact issuer of one tenant (SEC-061).</summary>
    public string IssuerOf(Guid tenantId) => Substitute(IssuerTemplate, tenantId);

    /// <summary>The tenant whose issuer this is, letter by letter; null where it is no tenant's of this cloud.</summary>
    public Guid? TenantOf(string issuer)
    {
        foreach (var segment in issuer.Split('/'))
            if (Guid.TryParseExact(segment, "D", out var tenant) && IssuerOf(tenant) == issuer)
                return tenant;
        return null;
    }

    /// <summary>Whether an endpoint lies on one of this cloud's own origins (SEC-070).</summary>
    public bool Owns(Uri endpoint) => _origins.Contains(Origin.Of(endpoint));

    /// <summary>Who vouches for an address of this cloud where the operator has said so; null for addresses that are not the cloud's own.</summary>
    public OutboundTrust? TrustFor(Uri address) => Owns(address) ? _trust : null;

    /// <summary>A cloud of the operator's own. Both addresses are https, or http on loopback; the fault is one sentence for the operator.</summary>
    /// <remarks>trustedCa: PEM of the authorities that vouch for this cloud's addresses, or null for the machine's.</remarks>
    public static bool TryCreate(
        string key,
        string authority,
        string graph,
        IReadOnlyList<string> aliases,
        [NotNullWhen(true)] out Cloud? cloud,
        [NotNullWhen(false)] out string? fault,
        string? trustedCa = null
    )
    {
        cloud = null;
        OutboundTrust? trust = null;
        if (!KeyPattern().IsMatch(key) || BuiltInClouds.Any(builtIn => builtIn.Key == key))
            fault = $"'{key}' is not a free cloud key: use 1 to 32 lower-case letters, digits and hyphens, and none of the built-in keys.";
        else if (!TryReadAddress(authority, out var authorityUri) || authorityUri.AbsolutePath != "/")
            fault = $"'{authority}' is not a login origin: it must be https (http only on loopback), without a path.";
        else if (!TryReadAddress(graph, out var graphUri))
            fault = $"'{graph}' is not a Graph address: it must be https (http only on loopback), without a query.";
        else if (aliases.FirstOrDefault(alias => Uri.CheckHostName(alias) != UriHostNameType.Dns) is { } alias)
            fault = $"'{alias}' is not a host name.";
        else if (trustedCa is not null && !OutboundTrust.TryParse(trustedCa, out trust))
            fault = "trustedCa holds no certificate in PEM.";
        else
        {
            fault = null;
            cloud = new Cloud(key, authorityUri, graphUri, aliases.Select(name => name.ToLowerInvariant()), trust);
            return true;
        }
        return false;
    }

    public bool Equals(Cloud? other) => other is not null && Key == other.Key && Authority == other.Authority && Graph == other.Graph;

    public override int GetHashCode() => HashCode.Combine(Key, Authority);

    internal static string Substitute(string template, Guid tenantId) =>
        template.Replace(TenantPlaceholder, tenantId.ToString("D"), StringComparison.Ordinal);

    private static Cloud BuiltIn(string key, string authority, string graph, params string[] aliases) =>
        new(key, new Uri(authority), new Uri(graph), aliases, trust: null);

    private static bool TryReadAddress(string text, [NotNullWhen(true)] out Uri? address) =>
        Uri.TryCreate(text, UriKind.Absolute, out address)
        && address is { Query: "", Fragment: "", UserInfo: "" }
        && (
            address.Scheme == Uri.UriSchemeHttps
            || (address.Scheme == Uri.UriSchemeHttp && OutboundAllowance.IsLoopbackHost(address.IdnHost))
        );

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,31}$", RegexOptions.CultureInvariant)]
    private static partial Regex KeyPattern();
}

using Anteroom.Server.Platform.Dns;

namespace Anteroom.Server.Platform;

/// <summary>The operator's settings, section <c>Anteroom</c> (environment: <c>ANTEROOM_…</c> wins over plain names).</summary>
public sealed class AnteroomOptions
{
    public const string Section = "Anteroom";

    /// <summary>The public address and issuer: https, or http on loopback only. No path, no query. Required for <c>serve</c>.</summary>
    public string BaseUrl { get; set; } = "http://localhost:5080";

    /// <summary>Where the embedded database, the key-encryption key and logs lie. Default: <c>.anteroom/server</c> under the working directory.</summary>
    public string DataFolder { get; set; } = Path.Combine(".anteroom", "server");

    /// <summary>File of the key-encryption key (SEC-280); default <c>kek</c> in <see cref="DataFolder"/>, made at the first start with mode 0400.</summary>
    public string? KeyFile { get; set; }

    /// <summary>Domain under which organizations have hosts of their own (<c>{slug}.…</c>); none by default. Needs https: name and certificate are wildcards.</summary>
    public string? OrganizationDomain { get; set; }

    /// <summary>Addresses of proxies whose forwarded headers count (SEC-014); none by default.</summary>
    public string[] TrustedProxies { get; set; } = [];

    /// <summary>Outbound targets beyond public https: <c>scheme://host:port</c>, http only for loopback (SEC-300); none by default.</summary>
    public string[] AllowedTargets { get; set; } = [];

    /// <summary>PEM file with certificate authorities trusted for outbound calls besides the system's; none by default.</summary>
    public string? TrustedAuthorities { get; set; }

    /// <summary>Shown on error pages: whom to ask. Plain text or a mailto/https address; none by default.</summary>
    public string? Contact { get; set; }

    /// <summary>PEM certificate and key for https on Kestrel itself; none by default (a proxy terminates TLS).</summary>
    public string? Certificate { get; set; }

    public string? CertificateKey { get; set; }

    /// <summary>Size of RSA signing keys that are made from now on (SEC-098): 2048, 3072 or 4096 bits, 2048 by default.</summary>
    public int RsaBits { get; set; } = 2048;

    /// <summary>Management listener for <c>/metrics</c>, e.g. <c>http://127.0.0.1:9090</c>; by default /metrics answers on loopback connections only.</summary>
    public string? ManagementUrl { get; set; }

    /// <summary>OTLP endpoint for traces, metrics and logs; none by default.</summary>
    public string? OtlpEndpoint { get; set; }

    /// <summary>Origins that outbound calls tell their trace (<c>traceparent</c>), as <c>scheme://host:port</c>: providers whose traces come to the same collector; none by default.</summary>
    public string[] TraceTargets { get; set; } = [];

    /// <summary>Requests stored for one network (/24, /64) in a minute before it is asked to wait (SEC-362): 1 to 100,000, 6,000 by default.</summary>
    public int StoredRequestsPerMinute { get; set; } = 6_000;

    /// <summary>Entries of a sign-in name tried by one network in a minute (HEL-26): 1 to 100,000, 300 by default.</summary>
    public int IdentifyPerMinute { get; set; } = 300;

    /// <summary>Codes of devices tried by one network in a minute (RFC 8628 §5.1): 1 to 100,000, 60 by default.</summary>
    public int DeviceCodesPerMinute { get; set; } = 60;

    /// <summary>How long audit rows are kept (SEC-326): 30 to 36,500 days, 400 by default. Written into the database by its owner's connection at the start.</summary>
    public int AuditRetentionDays { get; set; } = 400;

    /// <summary>Folder into which mails are laid as <c>.eml</c> files instead of being sent, whatever the mail settings say: for demos and tests; none by default.</summary>
    public string? MailFolder { get; set; }

    /// <summary>How names are looked up where domains are proven (SEC-269).</summary>
    public DnsOptions Dns { get; set; } = new();

    public Uri BaseUri => new(BaseUrl, UriKind.Absolute);

    public bool IsHttps => BaseUri.Scheme == Uri.UriSchemeHttps;

    /// <summary>The issuer: the base URL without a trailing slash.</summary>
    public string Issuer => BaseUri.GetLeftPart(UriPartial.Authority);

    /// <summary>Where an organization's own host would answer, without a slash at the end; null where no domain is set, or the name is the base host's.</summary>
    public string? OriginOf(string slug)
    {
        if (OrganizationDomain is not { } domain)
            return null;
        var port = BaseUri.IsDefaultPort ? "" : $":{BaseUri.Port}";
        var origin = $"{BaseUri.Scheme}://{slug}.{domain.ToLowerInvariant()}{port}";
        return origin == Issuer ? null : origin;
    }

    /// <summary>One sentence that names the wrong setting, or null.</summary>
    public string? Check()
    {
        if (!Uri.TryCreate(BaseUrl, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            return $"Anteroom:BaseUrl is not an http or https address: '{BaseUrl}'.";
        if (url.PathAndQuery != "/" || url.Fragment.Length > 0 || url.UserInfo.Length > 0)
            return $"Anteroom:BaseUrl must have neither path nor query: '{BaseUrl}'.";
        if (url.Scheme == "http" && !url.IsLoopback)
            return $"Anteroom:BaseUrl must be https unless it is a loopback address: '{BaseUrl}'.";
        if (OrganizationDomain is { } domain && (Uri.CheckHostName(domain) != UriHostNameType.Dns || domain.EndsWith('.')))
            return $"Anteroom:OrganizationDomain is not a domain such as sso.example.com: '{domain}'.";
        if (OrganizationDomain is not null && url.Scheme != "https")
            return "Anteroom:OrganizationDomain needs an https BaseUrl: organizations have hosts of their own over https only.";
        if (KeyFile is { } key && !File.Exists(key))
            return $"Anteroom:KeyFile does not exist: '{key}'.";
        if (Certificate is { } certificate && !File.Exists(certificate))
            return $"Anteroom:Certificate does not exist: '{certificate}'.";
        if (CertificateKey is { } certificateKey && !File.Exists(certificateKey))
            return $"Anteroom:CertificateKey does not exist: '{certificateKey}'.";
        if (TrustedAuthorities is { } authorities && !File.Exists(authorities))
            return $"Anteroom:TrustedAuthorities does not exist: '{authorities}'.";
        foreach (var target in TraceTargets)
            if (!Uri.TryCreate(target, UriKind.Absolute, out var origin) || origin.GetLeftPart(UriPartial.Authority) != target)
                return $"Anteroom:TraceTargets is not an origin such as https://login.example.com: '{target}'.";
        if (RsaBits is not (2048 or 3072 or 4096))
            return "Anteroom:RsaBits must be 2048, 3072 or 4096.";
        if (StoredRequestsPerMinute is < 1 or > 1_000_000)
            return "Anteroom:StoredRequestsPerMinute must be between 1 and 1000000.";
        if (IdentifyPerMinute is < 1 or > 1_000_000)
            return "Anteroom:IdentifyPerMinute must be between 1 and 1000000.";
        if (DeviceCodesPerMinute is < 1 or > 100_000)
            return "Anteroom:DeviceCodesPerMinute must be between 1 and 100000.";
        if (AuditRetentionDays is < 30 or > 36_500)
            return "Anteroom:AuditRetentionDays must be between 30 and 36500.";
        return Dns.Check();
    }
}

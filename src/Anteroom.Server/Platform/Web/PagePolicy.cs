namespace Anteroom.Server.Platform.Web;

/// <summary>What one response may do beyond, or less than, the strict policy of every page (SEC-005). Only exact origins can be named.</summary>
/// <remarks>An endpoint changes the policy of its own response with <see cref="Of"/> before the response starts.</remarks>
public sealed class PagePolicy
{
    private static readonly string[] ActiveSchemes = ["javascript", "data", "blob", "filesystem", "vbscript", "about", "file"];

    private readonly SortedSet<string> _formAction = new(StringComparer.Ordinal) { "'self'" };
    private readonly SortedSet<string> _frames = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _ancestors = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _connect = new(StringComparer.Ordinal) { "'self'" };

    /// <summary>The policy of the response in hand, made at the first call.</summary>
    public static PagePolicy Of(HttpContext http)
    {
        if (http.Features.Get<PagePolicy>() is { } known)
            return known;

        var policy = new PagePolicy();
        http.Features.Set(policy);
        return policy;
    }

    /// <summary>The page's address carries a handle, so that no referrer may leave with it (SEC-006).</summary>
    public bool HidesReferrer { get; private set; }

    /// <summary>A form of this page ends, after redirects, at one more place: browsers apply form-action to redirects too.</summary>
    public PagePolicy AllowFormAction(Uri target)
    {
        _formAction.Add(OriginOf(target));
        return this;
    }

    /// <summary>The page's form goes to this place and to no other, not even to us (form_post, SAML, WS-Federation).</summary>
    public PagePolicy OnlyFormAction(Uri target)
    {
        _formAction.Clear();
        return AllowFormAction(target);
    }

    /// <summary>The page shows a frame of this place (front-channel sign-out of an application).</summary>
    public PagePolicy AllowFrame(Uri source)
    {
        _frames.Add(OriginOf(source));
        return this;
    }

    /// <summary>This place may show the response in a frame (front-channel sign-out from a login host).</summary>
    public PagePolicy AllowFrameAncestor(Uri ancestor)
    {
        _ancestors.Add(OriginOf(ancestor));
        return this;
    }

    /// <summary>A script of this page may call this place (redemption of a code by the browser).</summary>
    public PagePolicy AllowConnect(Uri target)
    {
        _connect.Add(OriginOf(target));
        return this;
    }

    /// <summary>Scripts of this page call this place and no other, not even us.</summary>
    public PagePolicy OnlyConnect(Uri target)
    {
        _connect.Clear();
        return AllowConnect(target);
    }

    public PagePolicy HideReferrer()
    {
        HidesReferrer = true;
        return this;
    }

    internal string ContentSecurityPolicy() =>
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'"
        + $"; connect-src {string.Join(' ', _connect)}; form-action {string.Join(' ', _formAction)}; base-uri 'none'"
        + (_frames.Count == 0 ? "" : $"; frame-src {string.Join(' ', _frames)}")
        + $"; frame-ancestors {(_ancestors.Count == 0 ? "'none'" : string.Join(' ', _ancestors))}; object-src 'none'";

    /// <summary>Scheme, host and port of a web address; the scheme alone of an installed application's private one (RFC 8252 §7.1).</summary>
    private static string OriginOf(Uri address)
    {
        if (!address.IsAbsoluteUri || ActiveSchemes.Contains(address.Scheme))
            throw new ArgumentException("A page policy names an address of another place, with its scheme.", nameof(address));
        if (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps)
            return address.Scheme + ":";

        var host = address.HostNameType == UriHostNameType.IPv6 ? $"[{address.IdnHost.Trim('[', ']')}]" : address.IdnHost;
        if (host.AsSpan().ContainsAnyExcept(HostCharacters))
            throw new ArgumentException("A page policy names a host by letters, digits, dots and hyphens.", nameof(address));
        return address.IsDefaultPort ? $"{address.Scheme}://{host}" : $"{address.Scheme}://{host}:{address.Port}";
    }

    // Nothing that could end a directive or stand for many hosts: no ';', ',', space or '*'.
    private static readonly System.Buffers.SearchValues<char> HostCharacters = System.Buffers.SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]"
    );
}

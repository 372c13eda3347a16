using System.Security.Cryptography;
using Anteroom.Protocols.OAuth;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn.Transactions;
using Microsoft.AspNetCore.DataProtection;

namespace Anteroom.Server.Federation.Oidc.Authorize;

/// <summary>A request as it was posted, and the browser that posted it.</summary>
/// <param name="Path">The endpoint that it came to; no other reads it.</param>
/// <param name="Pairs">Names and values in turn.</param>
/// <param name="Browser">SHA-256 of the cookie's value.</param>
internal sealed record CrossedRequest(string Path, IReadOnlyList<string> Pairs, string Browser);

/// <summary>A request that cannot be read; the person sees why.</summary>
public sealed record UnreadableRequest(string Reason);

/// <summary>Requests that came by POST from another site, so without our cookies: kept for a moment and continued with a same-site GET by the same browser (SEC-003).</summary>
public sealed class CrossedRequests(StoredRequests stored, CookieNames names, IDataProtectionProvider protection, TimeProvider clock)
{
    public const string Parameter = "stored_request";

    private const string Cookie = "crossed";
    private const int CookieBytes = 32;

    private readonly SealedJson<CrossedRequest> _sealed = new(
        protection,
        "Anteroom.Federation.Oidc.CrossedRequest.v1",
        OidcJson.Default.CrossedRequest
    );

    /// <returns>The path to continue at, or null when this network has stored its share.</returns>
    public async Task<string?> KeepAsync(
        HttpContext http,
        string path,
        IReadOnlyList<KeyValuePair<string, string>> pairs,
        CancellationToken ct
    )
    {
        // Several tabs of one browser share the value, so that none undoes the other's.
        var browser = BrowserOf(http) ?? Base64Url.Encode(RandomNumberGenerator.GetBytes(CookieBytes));
        var request = new CrossedRequest(path, [.. pairs.SelectMany(pair => new[] { pair.Key, pair.Value })], Hash(browser));
        var handle = await stored.StoreAsync(http, _sealed.Seal(request), OidcLifetimes.StoredRequest, ct);
        if (handle is null)
            return null;

        http.Response.Cookies.Append(names.For(Cookie), browser, names.Options(SameSiteMode.Lax, OidcLifetimes.StoredRequest));
        return $"{path}?{Parameter}={handle.Reveal()}";
    }

    // Null where the handle is unknown, too old, of another endpoint or another browser.
    private async Task<IReadOnlyList<KeyValuePair<string, string>>?> FindAsync(
        HttpContext http,
        string path,
        string handleText,
        CancellationToken ct
    )
    {
        if (BrowserOf(http) is not { } browser || !Handle.TryParse(StoredRequests.Prefix, handleText, out var handle))
            return null;
        if (
            await stored.FindAsync(handle, clock.GetUtcNow(), ct) is not { } bytes
            || _sealed.Open(bytes) is not { } request
            || request.Path != path
            || request.Browser != Hash(browser)
        )
            return null;
        return [.. request.Pairs.Chunk(2).Select(pair => KeyValuePair.Create(pair[0], pair[1]))];
    }

    /// <summary>The parameters of a GET: those in its address or, where the address names a stored request, those that were posted.</summary>
    public async Task<Result<OAuthParameters, UnreadableRequest>> ParametersAsync(HttpContext http, string path, CancellationToken ct)
    {
        if (!http.Request.Query.TryGetValue(Parameter, out var handle))
            return (await OidcForms.ReadAsync(http, ct)).TryGet(out var direct, out _)
                ? direct
                : new UnreadableRequest(ReasonCodes.RequestInvalid);

        PagePolicy.Of(http).HideReferrer(); // the address carries the handle
        var pairs = handle is [{ } text] && http.Request.Query.Count == 1 ? await FindAsync(http, path, text, ct) : null;
        if (pairs is null)
            return new UnreadableRequest(ReasonCodes.TransactionMissing);
        return OidcForms.Parse(pairs).TryGet(out var posted, out _) ? posted : new UnreadableRequest(ReasonCodes.RequestInvalid);
    }

    private string? BrowserOf(HttpContext http) =>
        http.Request.Cookies.TryGetValue(names.For(Cookie), out var value)
        && Base64Url.TryDecode(value, out var bytes)
        && bytes.Length == CookieBytes
            ? value
            : null;

    private static string Hash(string browser) => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(browser)));
}

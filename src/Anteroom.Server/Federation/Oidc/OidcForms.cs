using System.Text;
using Anteroom.Protocols.OAuth;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Federation.Oidc.Token;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Anteroom.Server.Federation.Oidc;

/// <summary>Reads what a request carries, within bounds (SEC-015, SEC-016, SEC-360).</summary>
internal static class OidcForms
{
    private const int MaxBodyBytes = 64 * 1024;
    private const int MaxKeys = 200;
    private const int MaxKeyBytes = 256;
    private const string ContentType = "application/x-www-form-urlencoded";

    private static readonly FormOptions Bounds = new()
    {
        BufferBody = false,
        KeyLengthLimit = MaxKeyBytes,
        ValueCountLimit = MaxKeys,
        ValueLengthLimit = MaxBodyBytes,
        BufferBodyLengthLimit = MaxBodyBytes,
    };

    /// <summary>Whether the body is a form; otherwise the answer is 415.</summary>
    /// <remarks>
    /// A form is in UTF-8 (RFC 6749 appendix B) and its type has no parameter of that name; but widespread clients add a charset of which
    /// ASCII, all that a form is written in, is a part. It is read as UTF-8 all the same.
    /// </remarks>
    public static bool HasForm(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals(ContentType, StringComparison.OrdinalIgnoreCase)
        && (
            !type.Charset.HasValue || type.Encoding is UTF8Encoding or ASCIIEncoding || type.Encoding?.CodePage == Encoding.Latin1.CodePage
        );

    /// <summary>The pairs of query and form together, so that a name in both counts as repeated.</summary>
    public static async Task<Result<IReadOnlyList<KeyValuePair<string, string>>, OAuthError>> ReadPairsAsync(
        HttpContext http,
        CancellationToken ct
    )
    {
        var pairs = Pairs(http.Request.Query).ToList();
        if (!HttpMethods.IsPost(http.Request.Method))
            return pairs;

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MaxBodyBytes;
        http.Request.ContentType = ContentType;
        try
        {
            pairs.AddRange(Pairs(await http.Request.ReadFormAsync(Bounds, ct)));
            return pairs;
        }
        catch (Exception e) when (e is InvalidDataException or BadHttpRequestException)
        {
            return OAuthError.InvalidRequest("The form is too large or malformed.");
        }
    }

    /// <summary>All parameters, each once.</summary>
    public static async Task<Result<OAuthParameters, OAuthError>> ReadAsync(HttpContext http, CancellationToken ct) =>
        (await ReadPairsAsync(http, ct)).TryGet(out var pairs, out var malformed) ? Parse(pairs) : malformed;

    /// <summary>Parameters from their pairs, each name once but for <c>resource</c> (RFC 8707 §2).</summary>
    public static Result<OAuthParameters, OAuthError> Parse(IEnumerable<KeyValuePair<string, string>> pairs) =>
        OAuthParameters.Read(pairs, ResourceIndicators.Parameter);

    private static IEnumerable<KeyValuePair<string, string>> Pairs(
        IEnumerable<KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>> collection
    ) => collection.SelectMany(pair => pair.Value.Select(value => KeyValuePair.Create(pair.Key, value ?? "")));
}

using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Hosting;

namespace Anteroom.EntraEmulator.Errors;

/// <summary>A refusal as JSON (entra-oidc.md §3.3).</summary>
internal static class ErrorReplies
{
    /// <summary>The body of the token endpoint; members in the order that the real one sends.</summary>
    public static JsonObject TokenBody(AadstsError error, HttpContext http)
    {
        var ids = RequestIds.Of(http);
        var body = new JsonObject
        {
            ["error"] = error.Error,
            ["error_description"] = error.Describe(ids),
            ["error_codes"] = new JsonArray(error.Code),
            ["timestamp"] = ids.TimestampText,
            ["trace_id"] = ids.TraceId.ToString(),
            ["correlation_id"] = ids.CorrelationId.ToString(),
        };
        if (error.HasErrorUri)
            body["error_uri"] = ErrorUri(error, http);
        if (error.SubError is { } subError)
            body["suberror"] = subError;
        return body;
    }

    /// <summary>Discovery calls the same refusal <c>invalid_tenant</c> (§1.2).</summary>
    public static JsonObject DiscoveryBody(AadstsError error, HttpContext http)
    {
        var body = TokenBody(error, http);
        body["error"] = "invalid_tenant";
        return body;
    }

    public static string ErrorUri(AadstsError error, HttpContext http) => $"{Authority.Of(http).Url}/error?code={error.Code}";
}

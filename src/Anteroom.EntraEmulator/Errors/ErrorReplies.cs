using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Hosting;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Errors;

/// <summary>A refusal as JSON and as parameters of a redirect (entra-oidc.md §2.5, §3.3), with the switches for what the sources leave open.</summary>
internal static class ErrorReplies
{
    /// <summary>The body of the token endpoint; members in the order that the real one sends.</summary>
    /// <returns>The body, and the refusal as it was told.</returns>
    public static (JsonObject Body, AadstsError Told) TokenBody(AadstsError error, HttpContext http)
    {
        var settings = Settings(http);
        var told = error with { Error = settings.ErrorNames.GetValueOrDefault(error.Code) ?? error.Error };
        var ids = RequestIds.Of(http);
        var codes = settings.OlderErrorForm && error.OlderCode is { } older ? new JsonArray(older, error.Code) : new JsonArray(error.Code);
        var body = new JsonObject
        {
            ["error"] = told.Error,
            ["error_description"] = Describe(error, ids, settings),
            ["error_codes"] = codes,
            ["timestamp"] = ids.TimestampText,
            ["trace_id"] = ids.TraceId.ToString(),
            ["correlation_id"] = ids.CorrelationId.ToString(),
        };
        if (error.HasErrorUri)
            body["error_uri"] = ErrorUri(error, http);
        if (error.SubError is { } subError)
            body["suberror"] = subError;
        if (error.TellsPasswordChange)
            body["password_change_url"] = $"{Authority.Of(http).Url}/portal";
        if (error.Claims is { } claims)
            body["claims"] = claims;
        return (body, told);
    }

    /// <summary>Discovery calls the same refusal <c>invalid_tenant</c> (§1.2).</summary>
    public static JsonObject DiscoveryBody(AadstsError error, HttpContext http)
    {
        var (body, _) = TokenBody(error, http);
        body["error"] = "invalid_tenant";
        return body;
    }

    /// <summary>The parameters of a redirect, without <c>state</c>.</summary>
    public static ReplyParameters Redirect(AadstsError error, HttpContext http)
    {
        var settings = Settings(http);
        return new ReplyParameters()
            .Append("error", settings.ErrorNames.GetValueOrDefault(error.Code) ?? error.RedirectError ?? error.Error)
            .Append("error_subcode", error.SubCode)
            .Append("error_description", Describe(error, RequestIds.Of(http), settings))
            .Append("error_uri", error.HasErrorUri ? ErrorUri(error, http) : null)
            .Append("claims", error.Claims);
    }

    /// <summary>The sentence with the ids that support asks for. Older answers broke the line before each (§2.6).</summary>
    public static string Describe(AadstsError error, HttpContext http) => Describe(error, RequestIds.Of(http), Settings(http));

    private static string Describe(AadstsError error, RequestIds ids, EmulatorSettings settings)
    {
        var gap = settings.OlderErrorForm ? "\r\n" : " ";
        return $"AADSTS{error.Code}: {error.Message}{gap}Trace ID: {ids.TraceId}{gap}Correlation ID: {ids.CorrelationId}{gap}Timestamp: {ids.TimestampText}";
    }

    private static string ErrorUri(AadstsError error, HttpContext http) => $"{Authority.Of(http).Url}/error?code={error.Code}";

    private static EmulatorSettings Settings(HttpContext http) => http.RequestServices.GetRequiredService<EntraDirectory>().Settings;
}

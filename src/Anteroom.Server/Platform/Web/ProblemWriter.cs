using System.Text.Json.Serialization;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Platform.Web;

/// <summary>Tells a reason to whoever asked: problem details to programs, an OAuth error to OAuth clients, a page to people. Code and correlation id, nothing of our inside (SEC-325).</summary>
public sealed class ProblemWriter(IServiceProvider services)
{
    private static readonly PathString[] ForPrograms = ["/api", "/scim", "/.well-known", "/health", "/metrics"];

    // Of /connect only these two are pages; what applications call themselves speaks RFC 6749 §5.2.
    private static readonly PathString[] ForPeople = ["/connect/authorize", "/connect/endsession"];

    /// <summary>Replaces what was written so far; the response must not have started.</summary>
    public async Task WriteAsync(HttpContext http, Reason reason, TimeSpan? retryAfter = null)
    {
        http.Response.Clear();
        http.Response.StatusCode = reason.Status;
        http.Response.Headers.CacheControl = "no-store";
        if (retryAfter is { } pause)
            http.Response.Headers.RetryAfter = ((int)pause.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture);

        var path = http.Request.Path;
        var landing = path.StartsWithSegments("/api/single-sign-on"); // a callback address, which people see
        if (!landing && Array.Exists(ForPrograms, path.StartsWithSegments))
            await http.Response.WriteAsJsonAsync(
                new Problem(
                    $"urn:anteroom:reason:{reason.Code}",
                    reason.Code,
                    reason.Title,
                    reason.Status,
                    Detail(reason),
                    http.CorrelationId()
                ),
                ProblemJson.Default.Problem,
                "application/problem+json",
                CancellationToken.None
            );
        else if (path.StartsWithSegments("/connect") && !Array.Exists(ForPeople, path.StartsWithSegments))
            await http.Response.WriteAsJsonAsync(
                new OAuthProblem(OAuthCode(reason), Detail(reason), reason.Code, http.CorrelationId()),
                ProblemJson.Default.OAuthProblem,
                "application/json",
                CancellationToken.None
            );
        else
            await WritePageAsync(http, reason);
    }

    private async Task WritePageAsync(HttpContext http, Reason reason)
    {
        if (services.GetService<IProblemPage>() is { } page)
        {
            await page.WriteAsync(http, reason);
            return;
        }
        await WritePlainAsync(http, reason);
    }

    /// <summary>For when even the page cannot be shown.</summary>
    internal static Task WritePlainAsync(HttpContext http, Reason reason)
    {
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync(
            $"{reason.Title}\n\n{reason.Happened} {reason.Means}\n{reason.Now}\n\n{reason.Code} {http.CorrelationId()}\n",
            CancellationToken.None
        );
    }

    private static string Detail(Reason reason) => $"{reason.Happened} {reason.Means} {reason.Now}";

    private static string OAuthCode(Reason reason) =>
        reason.Status switch
        {
            StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests => "temporarily_unavailable",
            >= 500 => "server_error",
            _ => "invalid_request",
        };
}

internal sealed record Problem(string Type, string Code, string Title, int Status, string Detail, string CorrelationId);

internal sealed record OAuthProblem(
    [property: JsonPropertyName("error")] string Error,
    [property: JsonPropertyName("error_description")] string Description,
    [property: JsonPropertyName("code")] string Code,
    [property: JsonPropertyName("correlationId")] string CorrelationId
);

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(OAuthProblem))]
internal sealed partial class ProblemJson : JsonSerializerContext;

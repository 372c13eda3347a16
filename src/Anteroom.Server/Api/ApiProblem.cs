using System.Text.Json.Serialization;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Platform.Web;

namespace Anteroom.Server.Api;

/// <summary>Problem details (RFC 9457) of the management API: a code of the reason catalogue, a sentence, a correlation id; nothing of our inside (SEC-325).</summary>
public sealed record ApiProblem(string Type, string Code, string Title, string Detail, string CorrelationId);

/// <summary>Turns outcomes into HTTP.</summary>
public static class ApiResults
{
    public static IResult Problem(HttpContext http, string code, string? detail = null)
    {
        var reason = ReasonCatalogue.Get(code);
        var text = detail is null ? $"{reason.Happened} {reason.Means} {reason.Now}" : $"{detail} {reason.Now}";
        return Results.Json(
            new ApiProblem($"urn:anteroom:reason:{reason.Code}", reason.Code, reason.Title, text, http.CorrelationId()),
            ApiJson.Options,
            "application/problem+json",
            reason.Status
        );
    }

    public static IResult NotFound(HttpContext http) => Problem(http, ReasonCodes.NotFound);

    public static IResult Ok<T>(T body) => Results.Json(body, ApiJson.Options);

    /// <summary>With the version as a strong ETag (RFC 9110 §8.8.3).</summary>
    public static IResult Versioned<T>(HttpContext http, T body, long version, int status = StatusCodes.Status200OK)
    {
        http.Response.Headers.ETag = $"\"{version}\"";
        return Results.Json(body, ApiJson.Options, statusCode: status);
    }

    /// <summary>It will happen; the answer says what is known now.</summary>
    public static IResult Accepted<T>(T body) => Results.Json(body, ApiJson.Options, statusCode: StatusCodes.Status202Accepted);

    public static IResult Created<T>(HttpContext http, string location, T body, long? version = null)
    {
        http.Response.Headers.Location = location;
        if (version is { } number)
            http.Response.Headers.ETag = $"\"{number}\"";
        return Results.Json(body, ApiJson.Options, statusCode: StatusCodes.Status201Created);
    }
}

/// <summary>A page of a list; <c>next</c> is what <c>after</c> takes, null at the end.</summary>
public sealed record ApiList<T>(IReadOnlyList<T> Items, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next);

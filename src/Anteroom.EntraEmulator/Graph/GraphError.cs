using System.Globalization;
using System.Text.Json.Nodes;

namespace Anteroom.EntraEmulator.Graph;

/// <summary>A refusal of Microsoft Graph (graph.md §2, §3): status, code and words.</summary>
internal sealed record GraphError(int Status, string Code, string Message)
{
    /// <summary><c>details</c>: target and code of each conflict.</summary>
    public IReadOnlyList<(string Target, string Code)> Details { get; init; } = [];

    /// <summary><c>WWW-Authenticate</c> of a 401.</summary>
    public string? Challenge { get; init; }

    /// <summary>One body for five causes: permission not asked, not consented, token older than consent, role missing, target too privileged.</summary>
    public static readonly GraphError Denied = new(
        403,
        "Authorization_RequestDenied",
        "Insufficient privileges to complete the operation."
    );

    public static readonly GraphError Delegated = new(400, "BadRequest", "/me request is only valid with delegated authentication flow.");

    public static readonly GraphError PasswordPolicy = BadRequest(
        "The specified password does not comply with password complexity requirements. Please provide a different password."
    );

    public static readonly GraphError Synced = BadRequest(
        "Unable to update the specified properties for on-premises mastered Directory Sync objects or objects currently undergoing migration."
    );

    public static readonly GraphError NotPremium = new(
        403,
        "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
        "Neither tenant is B2C or tenant doesn't have premium license"
    );

    public static readonly GraphError NotImplemented = new(501, "NotImplemented", "This operation target is not yet supported.");

    public static readonly GraphError MethodNotAllowed = new(
        405,
        "Request_BadRequest",
        "Specified HTTP method is not allowed for the request target."
    );

    public static readonly GraphError ExpiredPageToken = new(
        400,
        "Directory_ExpiredPageToken",
        "The specified page token value has expired and can no longer be included in your request."
    );

    public static GraphError BadRequest(string message) => new(400, "Request_BadRequest", message);

    public static GraphError Syntax(string message) => new(400, "BadRequest", message);

    public static GraphError Unsupported(string message) => new(400, "Request_UnsupportedQuery", message);

    public static GraphError NotFound(string id) =>
        new(
            404,
            "Request_ResourceNotFound",
            $"Resource '{Short(id)}' does not exist or one of its queried reference-property objects are not present."
        );

    public static GraphError NoSegment(string segment) => Syntax($"Resource not found for the segment '{Short(segment)}'.");

    public static GraphError Conflict(string property) =>
        BadRequest($"Another object with the same value for property {property} already exists.") with
        {
            Details = [(property, "ObjectConflict")],
        };

    public static GraphError ReadOnly(string property) => BadRequest($"Property '{property}' is read-only and cannot be set.");

    public static GraphError InvalidValue(string property) => BadRequest($"Invalid value specified for property '{property}' of resource.");

    public static GraphError Unauthorized(string message) =>
        new(401, "InvalidAuthenticationToken", message)
        {
            Challenge =
                "Bearer realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\", client_id=\"00000003-0000-0000-c000-000000000000\"",
        };

    /// <summary>What a person typed is told back, but never at length.</summary>
    public static string Short(string text) => text.Length <= 128 ? text : text[..128] + "…";

    public JsonObject Body(DateTimeOffset at, Guid requestId, string clientRequestId)
    {
        var error = new JsonObject { ["code"] = Code, ["message"] = Message };
        if (Details.Count > 0)
        {
            error["details"] = new JsonArray([
                .. Details.Select(detail => new JsonObject
                {
                    ["code"] = detail.Code,
                    ["message"] = Message,
                    ["target"] = detail.Target,
                }),
            ]);
        }
        error["innerError"] = new JsonObject
        {
            ["date"] = at.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture),
            ["request-id"] = requestId.ToString(),
            ["client-request-id"] = clientRequestId,
        };
        return new JsonObject { ["error"] = error };
    }
}

using System.Globalization;
using Anteroom.Server.Audit;
using Anteroom.Server.Organizations;

namespace Anteroom.Server.Api;

/// <summary>What the filter has found out about a request before its endpoint runs.</summary>
public static class ApiRequest
{
    private const string CallerKey = "anteroom.api.caller";
    private const string OrganizationKey = "anteroom.api.organization";

    public static ApiCaller Caller(this HttpContext http) => (ApiCaller)http.Items[CallerKey]!;

    /// <summary>The organization that the address names; for addresses without one, the platform's id is meant by the endpoint itself.</summary>
    public static Organization TargetOrganization(this HttpContext http) => (Organization)http.Items[OrganizationKey]!;

    public static AuditContext ApiAudit(this HttpContext http) => http.AuditContext(http.Caller().Actor);

    public static Administrator ApiAdministrator(this HttpContext http) => new(http.Caller().Permissions, http.ApiAudit());

    internal static void Remember(this HttpContext http, ApiCaller caller) => http.Items[CallerKey] = caller;

    internal static void Remember(this HttpContext http, Organization organization) => http.Items[OrganizationKey] = organization;

    /// <summary>The version that If-Match names; false with the answer where it is missing or no version of ours.</summary>
    public static bool TryGetIfMatch(this HttpContext http, out long? version, out IResult? problem)
    {
        (version, problem) = (null, null);
        var header = http.Request.Headers.IfMatch.ToString();
        if (header == "*")
            return true;
        if (header.Length == 0)
            problem = ApiResults.Problem(http, Platform.Reasons.ReasonCodes.PreconditionRequired);
        else if (
            header.Length > 2
            && header[0] == '"'
            && header[^1] == '"'
            && long.TryParse(header.AsSpan(1, header.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && header.Length == 2 + Digits(number) // an entity tag is compared letter by letter (RFC 9110 §8.8.3.2): "007" is not "7"
        )
            version = number;
        else
            problem = ApiResults.Problem(http, Platform.Reasons.ReasonCodes.VersionMismatch);
        return problem is null;
    }

    private static int Digits(long number) => number.ToString(CultureInfo.InvariantCulture).Length;
}

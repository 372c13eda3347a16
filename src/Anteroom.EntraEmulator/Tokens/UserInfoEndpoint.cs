using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Hosting;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary>UserInfo, which is Graph's and takes Graph tokens only (entra-oidc.md §4.5).</summary>
internal static class UserInfoEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/graph/oidc/userinfo", ["GET", "POST"], Handle);
        routes.MapMethods("/{tenant}/openid/userinfo", ["GET", "POST"], Handle);
    }

    private static IResult Handle(HttpContext http, EntraDirectory directory, TokenIssuer issuer)
    {
        var header = http.Request.Headers.Authorization.ToString();
        var claims = header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            ? issuer.OpenGraphToken(header["Bearer ".Length..].Trim())
            : null;
        if (
            claims is null
            || !Guid.TryParse((string?)claims["oid"], out var userId)
            || !Guid.TryParse((string?)claims["appid"], out var appId)
            || directory.Users.Find(userId) is not { AccountEnabled: true } user
            || directory.Tenants.Find(user.TenantId) is not { } tenant
            || directory.FindApplication(appId) is not { } application
        )
            return Refuse(http);

        // The same pairwise subject as in the ID token; no groups, no oid, no tid.
        var scopes = ((string?)claims["scp"] ?? "").Split(' ');
        var body = new JsonObject { ["sub"] = PairwiseSubject.Of(tenant, user, application.AppId) };
        if (scopes.Contains("profile"))
        {
            Add(body, "name", user.DisplayName);
            Add(body, "family_name", user.Surname);
            Add(body, "given_name", user.GivenName);
            body["picture"] = $"{Authority.Of(http).Url}/graph/v1.0/me/photo/$value";
        }
        if (scopes.Contains("email"))
            Add(body, "email", user.Mail);
        http.Response.Headers.CacheControl = "private";
        return Results.Text(body.ToJsonString(), "application/json", System.Text.Encoding.UTF8);
    }

    private static void Add(JsonObject body, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            body[name] = value;
    }

    private static IResult Refuse(HttpContext http)
    {
        var ids = RequestIds.Of(http);
        http.Response.Headers.WWWAuthenticate = "Bearer";
        var body = new JsonObject
        {
            ["error"] = new JsonObject
            {
                ["code"] = "InvalidAuthenticationToken",
                ["message"] = "Access token validation failure.",
                ["innerError"] = new JsonObject
                {
                    ["date"] = ids.At.ToString("yyyy-MM-ddTHH:mm:ss", System.Globalization.CultureInfo.InvariantCulture),
                    ["request-id"] = ids.TraceId.ToString(),
                    ["client-request-id"] = ids.CorrelationId.ToString(),
                },
            },
        };
        return Results.Text(body.ToJsonString(), "application/json", System.Text.Encoding.UTF8, 401);
    }
}

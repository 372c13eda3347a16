using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Discovery;
using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Objects;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary>The token endpoints (entra-oidc.md §3): HTTP in, HTTP out; each grant has its own rules.</summary>
internal static class TokenEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        Map(routes, "/{tenant}/oauth2/v2.0/token", isV1: false);
        Map(routes, "/{tenant}/oauth2/token", isV1: true);
    }

    private static void Map(IEndpointRouteBuilder routes, string path, bool isV1)
    {
        routes.MapPost(
            path,
            (HttpContext http, string tenant, EntraDirectory directory, IEnumerable<ITokenGrant> grants, CancellationToken ct) =>
                HandleAsync(http, tenant, isV1, directory, grants, ct)
        );
        routes.MapGet(path, (HttpContext http) => TokenReplies.Refuse(http, RequestErrors.NeedsPost("GET"), isV1));
        routes.MapMethods(path, ["OPTIONS"], Preflight);
    }

    private static async Task<IResult> HandleAsync(
        HttpContext http,
        string tenant,
        bool isV1,
        EntraDirectory directory,
        IEnumerable<ITokenGrant> grants,
        CancellationToken ct
    )
    {
        var form = Requests.Read(await Requests.ReadFormAsync(http.Request, ct));
        var answered = await RedeemAsync(http, tenant, form, isV1, directory, grants, ct);
        return answered.TryGet(out var answer, out var error)
            ? TokenReplies.Send(http, answer, StatusCodes.Status200OK)
            : TokenReplies.Refuse(http, error, isV1);
    }

    /// <summary>In the order in which Entra complains: tenant, grant type, client, then the grant itself.</summary>
    private static async Task<Result<JsonObject, AadstsError>> RedeemAsync(
        HttpContext http,
        string tenant,
        Dictionary<string, string> form,
        bool isV1,
        EntraDirectory directory,
        IEnumerable<ITokenGrant> grants,
        CancellationToken ct
    )
    {
        if (TenantSelector.Find(directory, tenant) is not { } selector)
            return RequestErrors.TenantNotFound(tenant);
        if (form.GetValueOrDefault(Requests.Duplicate) is { } duplicate)
            return RequestErrors.DuplicateParameter(duplicate);
        if (form.GetValueOrDefault("grant_type") is not { Length: > 0 } grantType)
            return RequestErrors.MissingParameter("grant_type");
        if (grants.FirstOrDefault(known => known.GrantTypes.Contains(grantType, StringComparer.Ordinal)) is not { } grant)
            return RequestErrors.UnsupportedGrantType(grantType);

        var (clientId, credential) = PresentedCredential.Read(http.Request, form);
        if (string.IsNullOrEmpty(clientId))
            return RequestErrors.MissingParameter("client_id");
        if (!Clients.Find(directory, selector, clientId).TryGet(out var client, out var unknown))
            return unknown;
        if (isV1 && selector.IsConsumers)
            return RequestErrors.PersonalTenantNeedsVersion2();
        return await grant.RedeemAsync(new TokenRequest(http, selector, form, client, credential, isV1), ct);
    }

    private static IResult Preflight(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlAllowMethods = "POST, OPTIONS";
        headers.AccessControlAllowHeaders = "client-request-id, x-client-sku, x-client-ver, content-type";
        return Results.Ok();
    }
}

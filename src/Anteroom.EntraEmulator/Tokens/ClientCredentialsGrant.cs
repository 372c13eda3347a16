using System.Globalization;
using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Objects;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary>App-only tokens: no person, no refresh token, no ID token (entra-oidc.md §3.1, §3.2).</summary>
internal sealed class ClientCredentialsGrant(
    EntraDirectory directory,
    ClientAuthentication authentication,
    TokenIssuer issuer,
    TimeProvider clock
) : ITokenGrant
{
    private const string Default = "/.default";

    public IReadOnlyList<string> GrantTypes { get; } = ["client_credentials"];

    public async Task<Result<JsonObject, AadstsError>> RedeemAsync(TokenRequest request, CancellationToken ct)
    {
        if (request.Tenant is { IsConsumers: true } or { IsShared: true } || request.Tenant.Tenant is not { } tenant)
            return RequestErrors.GrantNeedsTenant();
        if (request.Origin.Length > 0)
            return GrantErrors.CrossOriginNotAllowed(request.Origin);
        if (!(await authentication.VerifyAsync(request, ct)).TryGet(out var proven, out var refused))
            return refused;
        var client = request.Client;
        if (directory.FindServicePrincipal(tenant.Id, client.AppId) is not { } principal)
            return RequestErrors.ApplicationNotFound(client.AppId.ToString(), tenant.DisplayName);
        if (!principal.AccountEnabled)
            return RequestErrors.ServicePrincipalDisabled(client.AppId, client.DisplayName);

        if (!Resource(request).TryGet(out var uri, out var badScope))
            return badScope;
        if (!ScopeSet.TryFindResource(directory, request.Tenant, uri, out var resource))
            return RequestErrors.ResourceNotFound(uri, tenant.Id.ToString());
        if (IsShutOut(tenant, principal, resource))
            return PolicyErrors.AppNotAssigned(client.AppId, resource!.AppId.ToString());

        var capabilities = ClaimsRequest.Read(request["claims"])?.Capabilities ?? [];
        var subject = new AppSubject(tenant, principal, client, resource, uri, proven.Proof, capabilities.Contains("cp1"));
        var issued = issuer.AppOnlyToken(request.Http, subject);
        return request.IsV1 ? Version1(issued, uri) : Version2(issued);
    }

    /// <summary>Version 2 takes one resource's <c>.default</c>, version 1 the parameter <c>resource</c>.</summary>
    private static Result<string, AadstsError> Resource(TokenRequest request)
    {
        if (request.IsV1)
            return request["resource"] is { } resource ? resource.TrimEnd('/') : RequestErrors.MissingParameter("resource");
        if (request["scope"] is not { } scope)
            return RequestErrors.MissingParameter("scope");
        return scope.EndsWith(Default, StringComparison.Ordinal) && !scope.Contains(' ', StringComparison.Ordinal)
            ? scope[..^Default.Length]
            : RequestErrors.ScopeNotDefault(scope);
    }

    private bool IsShutOut(Tenant tenant, ServicePrincipal principal, Application? resource) =>
        resource is not null
        && directory.FindServicePrincipal(tenant.Id, resource.AppId) is { AppRoleAssignmentRequired: true } target
        && !directory.AssignmentsOf.Find(target.Id.ToString()).Any(assignment => assignment.PrincipalId == principal.Id);

    private static JsonObject Version2(IssuedAccessToken issued) =>
        new()
        {
            ["token_type"] = "Bearer",
            ["expires_in"] = issued.ExpiresIn,
            ["ext_expires_in"] = issued.ExpiresIn,
            ["access_token"] = issued.Token,
        };

    private JsonObject Version1(IssuedAccessToken issued, string resource)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        return new JsonObject
        {
            ["token_type"] = "Bearer",
            ["expires_in"] = issued.ExpiresIn.ToString(CultureInfo.InvariantCulture),
            ["ext_expires_in"] = issued.ExpiresIn.ToString(CultureInfo.InvariantCulture),
            ["expires_on"] = (now + issued.ExpiresIn).ToString(CultureInfo.InvariantCulture),
            ["not_before"] = (now - TokenTimes.BackDatingSeconds).ToString(CultureInfo.InvariantCulture),
            ["resource"] = resource,
            ["access_token"] = issued.Token,
        };
    }
}

using Anteroom.Protocols.OAuth;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Federation.Oidc.Authorize;
using Anteroom.Server.Federation.Oidc.Clients;
using Anteroom.Server.Federation.Oidc.Token;
using Anteroom.Server.Platform;

namespace Anteroom.Server.Federation.Oidc.Device;

/// <summary>Two codes for a device that cannot show a sign-in: one for itself, one for a person with a browser (RFC 8628 §3.1, §3.2).</summary>
/// <remarks>Errors: <c>unauthorized_client</c>, <c>invalid_scope</c> and <c>invalid_target</c> as at the authorization endpoint; <c>temporarily_unavailable</c> where its network has asked its share.</remarks>
public sealed class BeginDeviceAuthorization(DeviceAuthorizations devices, AnteroomOptions options, TimeProvider clock)
{
    // One of 25,600,000,000 is taken so seldom that a third try is not needed while the server lives.
    private const int MostTries = 3;

    public async Task<Result<DeviceAuthorizationResponse, OAuthError>> HandleAsync(
        AuthenticatedClient authenticated,
        OAuthParameters parameters,
        string network,
        CancellationToken ct
    )
    {
        var client = authenticated.Application;
        if (!client.Settings.Allows(GrantType.DeviceCode))
            return OAuthError.UnauthorizedClient("The application may not use the device grant.");
        if (!AuthorizationRequestParser.ScopesOf(parameters["scope"], client).TryGet(out var scope, out var badScope))
            return badScope;
        if (!ResourceIndicators.Read(parameters, client).TryGet(out var resources, out var badTarget))
            return badTarget;

        var now = clock.GetUtcNow();
        for (var tries = 0; tries < MostTries; tries++)
        {
            var code = Handle.New(DeviceAuthorizations.Prefix, OrganizationId.Platform);
            var userCode = UserCode.New();
            var begun = await devices.BeginAsync(code, userCode, client, scope, resources, network, now, ct);
            if (begun == BegunDevice.TooMany)
                break;
            if (begun == BegunDevice.Written)
                return Answer(code, userCode);
        }
        return OAuthError.TooManyRequests("Too many devices have asked from this network. Wait a minute.");
    }

    private DeviceAuthorizationResponse Answer(Handle code, UserCode userCode)
    {
        var page = options.Issuer + OidcPaths.DeviceVerification;
        return new(
            code.Reveal(),
            userCode.ToString(),
            page,
            $"{page}?{VerificationEndpoints.UserCodeField}={userCode}",
            (int)OidcLifetimes.DeviceCode.TotalSeconds,
            (int)DevicePolling.FirstInterval.TotalSeconds
        );
    }
}

using Anteroom.Server.Federation.Oidc.Authorize;
using Anteroom.Server.Federation.Oidc.BackChannelLogout;
using Anteroom.Server.Federation.Oidc.Clients;
using Anteroom.Server.Federation.Oidc.Device;
using Anteroom.Server.Federation.Oidc.Discovery;
using Anteroom.Server.Federation.Oidc.EndSession;
using Anteroom.Server.Federation.Oidc.FrontChannelLogout;
using Anteroom.Server.Federation.Oidc.Introspection;
using Anteroom.Server.Federation.Oidc.Jwks;
using Anteroom.Server.Federation.Oidc.PushedAuthorization;
using Anteroom.Server.Federation.Oidc.Revocation;
using Anteroom.Server.Federation.Oidc.Subjects;
using Anteroom.Server.Federation.Oidc.Token;
using Anteroom.Server.Federation.Oidc.UserInfo;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Jobs;
using Anteroom.Server.Platform.Outbox;
using Anteroom.Server.Provisioning;
using Anteroom.Server.SignIn;
using Anteroom.Server.SignIn.SignOut;

namespace Anteroom.Server.Federation.Oidc;

/// <summary>OpenID Connect towards applications: discovery, authorize, pushed requests, devices, token, introspection, revocation, userinfo and end of session.</summary>
public static class OidcFeature
{
    public static IServiceCollection AddOidc(this IServiceCollection services, AnteroomOptions _) =>
        services
            .AddSingleton<IApplicationProtocol, OidcProtocol>()
            .AddSingleton<BeginAuthorization>()
            .AddSingleton<CrossedRequests>()
            .AddSingleton<IdTokenHints>()
            .AddSingleton<PushedRequests>()
            .AddSingleton<PushAuthorization>()
            .AddSingleton<SubjectKey>()
            .AddSingleton<SubjectNames>()
            .AddSingleton<ClientKeySets>()
            .AddSingleton<ClientAssertions>()
            .AddSingleton<ClientAuthenticator>()
            .AddSingleton<AuthorizationCodes>()
            .AddSingleton<RefreshTokens>()
            .AddSingleton<AccessTokens>()
            .AddSingleton<GrantRevocation>()
            .AddSingleton<TokenIssuer>()
            .AddSingleton<TokenGrants>()
            .AddSingleton<ITokenGrant, RedeemAuthorizationCode>()
            .AddSingleton<ITokenGrant, RefreshAccess>()
            .AddSingleton<ITokenGrant, ClientCredentialsGrant>()
            .AddSingleton<ITokenGrant, DeviceCodeGrant>()
            .AddSingleton<DeviceAuthorizations>()
            .AddSingleton<BeginDeviceAuthorization>()
            .AddSingleton<IApplicationProtocol, DeviceProtocol>()
            .AddSingleton<DeviceTickets>()
            .AddSingleton<AnswerDevice>()
            .AddSingleton<UserCodeLimiter>()
            .AddSingleton<VerificationEndpoints>()
            .AddSingleton<IntrospectToken>()
            .AddSingleton<RevokeToken>()
            .AddSingleton<ReadUserInfo>()
            .AddSingleton<CheckEndSession>()
            .AddSingleton<IDepartureNotices, LogoutNotices>()
            .AddSingleton<LogoutTokens>()
            .AddSingleton<IFrontChannelLogout, LogoutFrames>()
            .AddSingleton<IOutboxHandler, DeliverLogoutNotice>()
            .AddRecurringJob<PurgeGrants>(PurgeGrants.JobKind, PurgeGrants.Every);

    public static IEndpointRouteBuilder MapOidc(this IEndpointRouteBuilder routes)
    {
        DiscoveryEndpoint.Map(routes);
        JwksEndpoint.Map(routes);
        AuthorizeEndpoint.Map(routes);
        PushedAuthorizationEndpoint.Map(routes);
        DeviceAuthorizationEndpoint.Map(routes);
        VerificationEndpoints.Map(routes);
        TokenEndpoint.Map(routes);
        IntrospectionEndpoint.Map(routes);
        RevocationEndpoint.Map(routes);
        UserInfoEndpoint.Map(routes);
        EndSessionEndpoint.Map(routes);
        return routes;
    }
}

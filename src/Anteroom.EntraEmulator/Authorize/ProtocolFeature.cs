using Anteroom.EntraEmulator.Access;
using Anteroom.EntraEmulator.Consenting;
using Anteroom.EntraEmulator.DeviceCode;
using Anteroom.EntraEmulator.Discovery;
using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Logout;
using Anteroom.EntraEmulator.Pages;
using Anteroom.EntraEmulator.Signing;
using Anteroom.EntraEmulator.Tokens;

namespace Anteroom.EntraEmulator.Authorize;

/// <summary>Everything that speaks OAuth and OpenID Connect.</summary>
internal static class ProtocolFeature
{
    public static void AddProtocol(this IServiceCollection services)
    {
        services.AddSingleton<KeyRing>();
        services.AddSingleton<SealedValue>();
        services.AddSingleton<PageRenderer>();

        services.AddSingleton<Accounts>();
        services.AddSingleton<AccountSelection>();
        services.AddSingleton<Browser>();
        services.AddSingleton<PasswordCheck>();
        services.AddSingleton<ConditionalAccessRules>();
        services.AddSingleton<Consent>();
        services.AddSingleton<ConsentGate>();
        services.AddSingleton<ApprovalRequests>();
        services.AddSingleton<GuestRedemption>();

        services.AddSingleton<AuthorizeRequestParser>();
        services.AddSingleton<AdminConsentRequests>();
        services.AddSingleton<DeviceRequests>();
        services.AddSingleton<InvitationRequests>();
        services.AddSingleton<FlowRequests>();
        services.AddSingleton<FlowEnds>();
        services.AddSingleton<Grants>();
        services.AddSingleton<SignInFlow>();
        services.AddSingleton<SignInSteps>();
        services.AddSingleton<PasswordSteps>();
        services.AddSingleton<SignInPages>();
        services.AddSingleton<AuthorizeReplies>();
        services.AddSingleton<SignOutPages>();

        services.AddSingleton<IssuerKeys>();
        services.AddSingleton<CertificateAssertions>();
        services.AddSingleton<FederatedAssertions>();
        services.AddSingleton<ClientAuthentication>();
        services.AddSingleton<PlatformRules>();
        services.AddSingleton<DeviceAuthorizations>();
        services.AddSingleton<ITokenGrant, AuthorizationCodeGrant>();
        services.AddSingleton<ITokenGrant, RefreshTokenGrant>();
        services.AddSingleton<ITokenGrant, ClientCredentialsGrant>();
        services.AddSingleton<ITokenGrant, DeviceCodeGrant>();
        services.AddSingleton<ITokenGrant, OnBehalfOfGrant>();
        services.AddSingleton<ITokenGrant, PasswordGrant>();

        services.AddSingleton<GrantSubject>();
        services.AddSingleton<TokenStates>();
        services.AddSingleton<TokenLifetimes>();
        services.AddSingleton<GroupClaims>();
        services.AddSingleton<OptionalClaimValues>();
        services.AddSingleton<IdTokenClaims>();
        services.AddSingleton<AccessTokenClaims>();
        services.AddSingleton<TokenSigner>();
        services.AddSingleton<SignInRecorder>();
        services.AddSingleton<TokenIssuer>();
        services.AddSingleton<TokenAnswers>();
    }

    public static void MapProtocol(this IEndpointRouteBuilder routes)
    {
        DiscoveryEndpoints.Map(routes);
        UserRealmEndpoint.Map(routes);
        ErrorLookup.Map(routes);
        AuthorizeEndpoint.Map(routes);
        AdminConsentEndpoint.Map(routes);
        InvitationEndpoint.Map(routes);
        DeviceCodeEndpoint.Map(routes);
        TokenEndpoint.Map(routes);
        UserInfoEndpoint.Map(routes);
        LogoutEndpoint.Map(routes);
    }
}

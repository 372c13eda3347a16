using Anteroom.Entra.IdTokens;
using Anteroom.Server.Connections;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Jobs;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn.Consent;
using Anteroom.Server.SignIn.FirstLink;
using Anteroom.Server.SignIn.HomeRealm;
using Anteroom.Server.SignIn.OwnHost;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.Passkeys;
using Anteroom.Server.SignIn.Passwords;
using Anteroom.Server.SignIn.Records;
using Anteroom.Server.SignIn.Sessions;
using Anteroom.Server.SignIn.SignOut;
using Anteroom.Server.SignIn.TenantProof;
using Anteroom.Server.SignIn.Transactions;
using Anteroom.Server.SignIn.Trials;
using Anteroom.Server.SignIn.Upstream;
using Microsoft.AspNetCore.Antiforgery;

namespace Anteroom.Server.SignIn;

/// <summary>The interactive flow: discovery, the way to the provider and back, sessions, sign-out.</summary>
public static class SignInFeature
{
    public static IServiceCollection AddSignIn(this IServiceCollection services, AnteroomOptions _)
    {
        services.AddAnteroomPages();
        services.AddSingleton<ProblemPages>();
        services.AddAntiforgery();
        services
            .AddOptions<AntiforgeryOptions>()
            .Configure<CookieNames, AnteroomOptions>(
                (antiforgery, names, options) =>
                {
                    antiforgery.Cookie = new CookieBuilder
                    {
                        Name = names.For(FormGuard.CookieName),
                        HttpOnly = true,
                        SameSite = SameSiteMode.Lax,
                        SecurePolicy = options.IsHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.None,
                        Path = "/",
                    };
                    antiforgery.FormFieldName = FormGuard.FieldName;
                    antiforgery.SuppressXFrameOptionsHeader = true; // frame-ancestors says it (SEC-004)
                }
            );
        services.AddSingleton<CookieNames>();
        services.AddSingleton<FormGuard>();
        services.AddSingleton<StoredRequests>();
        services.AddSingleton<TransactionCookies>();
        services.AddSingleton<SessionCookies>();
        services.AddSingleton<SessionStore>();
        services.AddSingleton<DeviceSessions>();
        services.AddSingleton<UserSessions>();
        services.AddSingleton<SignInHours>();
        services.AddSingleton<SignInHistory>();
        services.AddSingleton<HomeRealmDiscovery>();
        services.AddSingleton<EntryLimiter>();
        services.AddSingleton<IdentifyEndpoints>();
        services.AddSingleton<LoginHosts>();
        services.AddSingleton<UpstreamMetadata>();
        services.AddSingleton<UpstreamRedirect>();
        services.AddSingleton<IdTokenValidator>();
        services.AddSingleton<CodeExchange>();
        services.AddSingleton<AnswerProof>();
        services.AddSingleton<GroupLookup>();
        services.AddSingleton<StepUpRules>();
        services.AddSingleton<PostedAnswers>();
        services.AddSingleton<BrowserRedemption>();
        services.AddSingleton<CallbackPlaces>();
        services.AddSingleton<LinkMails>();
        services.AddSingleton<FinishSignIn>();
        services.AddSingleton<TrialResults>();
        services.AddSingleton<ConcludeTrial>();
        services.AddSingleton<IApplicationProtocol, TrialProtocol>();
        services.AddSingleton<AdminConsentLinks>();
        services.AddSingleton<AdminConsentEndpoint>();
        services.AddSingleton<ConsentHelp>();
        services.AddSingleton<AgainEndpoint>();
        services.AddSingleton<TenantProofs>();
        services.AddSingleton<ConcludeTenantProof>();
        services.AddSingleton<IApplicationProtocol, TenantProofProtocol>();
        services.AddSingleton<IJobHandler, TellOfConnection>();
        services.AddSingleton<CompleteSignIn>();
        services.AddSingleton<CallbackEndpoint>();
        services.AddSingleton<PasskeyOffers>();
        services.AddSingleton<PasskeySignIn>();
        services.AddPasskeyCare();
        services.AddSingleton<OwnPasskeys>();
        services.AddPasswordWays();
        services.AddSingleton<PendingSignOuts>();
        services.AddSingleton<SignOutFlow>();
        services.AddSingleton<FrontChannelSignOut>();
        services.AddSingleton<SharedSignOut>();
        services.AddSingleton<SharedSessions>();
        services.AddSingleton<HandOvers>();
        services.AddSingleton<Arrivals>();
        services.AddSingleton<Moves>();
        services.AddSingleton<OwnHostEndpoints>();
        services.AddSingleton<ApplicationProtocols>();
        services.AddSingleton<SignInDispatcher>();
        return services;
    }

    public static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        routes.MapAnteroomPages();
        routes.MapGet(
            SignInPaths.Identify,
            (HttpContext http, IdentifyEndpoints identify, CancellationToken ct) => identify.ShowAsync(http, ct)
        );
        routes.MapPost(
            SignInPaths.Identify,
            (HttpContext http, IdentifyEndpoints identify, CancellationToken ct) => identify.AnswerAsync(http, ct)
        );
        routes.MapGet(
            SignInPaths.Account,
            (HttpContext http, IdentifyEndpoints identify, CancellationToken ct) => identify.ShowAccountsAsync(http, ct)
        );
        routes.MapPost(
            SignInPaths.Account,
            (HttpContext http, IdentifyEndpoints identify, CancellationToken ct) => identify.ChooseAccountAsync(http, ct)
        );
        routes.MapGet(
            SignInPaths.Connection,
            (HttpContext http, IdentifyEndpoints identify, CancellationToken ct) => identify.ShowConnectionsAsync(http, ct)
        );
        routes.MapPost(
            SignInPaths.Connection,
            (HttpContext http, IdentifyEndpoints identify, CancellationToken ct) => identify.ChooseConnectionAsync(http, ct)
        );
        routes.MapPost(
            SignInPaths.PasskeyOptions,
            (HttpContext http, PasskeySignIn passkeys, CancellationToken ct) => passkeys.BeginAsync(http, ct)
        );
        routes.MapPost(
            SignInPaths.Passkey,
            (HttpContext http, PasskeySignIn passkeys, CancellationToken ct) => passkeys.FinishAsync(http, ct)
        );
        routes.MapPasswordWays();
        routes.MapCallbacks();
        AdminConsentEndpoint.Map(routes);
        AgainEndpoint.Map(routes);
        routes.MapGet(
            "/sso/{key}/logout",
            (HttpContext http, string key, FrontChannelSignOut signOut, CancellationToken ct) => signOut.HandleAsync(http, key, ct)
        );
        routes.MapGet(
            CallbackPaths.SharedLogout,
            (HttpContext http, SharedSignOut signOut, CancellationToken ct) => signOut.HandleAsync(http, ct)
        );
        routes.MapGet(
            SignInPaths.Enter,
            (HttpContext http, OwnHostEndpoints endpoints, CancellationToken ct) => endpoints.EnterAsync(http, ct)
        );
        routes.MapGet(
            SignInPaths.Leave,
            (HttpContext http, OwnHostEndpoints endpoints, CancellationToken ct) => endpoints.LeaveAsync(http, ct)
        );
        routes.MapGet(
            SignInPaths.EnterSignOut,
            (HttpContext http, OwnHostEndpoints endpoints, CancellationToken ct) => endpoints.EnterSignOutAsync(http, ct)
        );
        routes.MapPost(
            SignInPaths.SignOut,
            (HttpContext http, SignOutFlow signOut, CancellationToken ct) => signOut.ConfirmAsync(http, ct)
        );
    }
}

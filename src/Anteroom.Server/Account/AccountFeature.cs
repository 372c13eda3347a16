using Anteroom.Server.Account.Access;
using Anteroom.Server.Account.Frame;
using Anteroom.Server.Account.Person;
using Anteroom.Server.Account.Ways;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.SignIn;

namespace Anteroom.Server.Account;

/// <summary>The face for people: who they are here, how they sign in, where they are signed in (design.md §2; docs/decisions/0016).</summary>
public static class AccountFeature
{
    public static IServiceCollection AddAccount(this IServiceCollection services, AnteroomOptions _) =>
        services
            .AddSingleton<AccountPages>()
            .AddSingleton<ApplicationNames>()
            .AddSingleton<AccountSignIn>()
            .AddSingleton<OtherWays>()
            .AddSingleton<IApplicationProtocol>(provider => provider.GetRequiredService<AccountSignIn>())
            // What people prove themselves with, in the order in which it is shown.
            .AddSingleton<IWaySection, PasskeySection>()
            .AddSingleton<IWaySection, PasswordSection>()
            .AddSingleton<IWaySection, ProviderSection>();

    public static void MapAccount(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                AccountSignIn.Path,
                (
                    HttpContext http,
                    AccountSignIn entrance,
                    SignInDispatcher signIn,
                    OrganizationDirectory organizations,
                    CancellationToken ct
                ) => entrance.BeginAsync(http, signIn, organizations, ct)
            )
            .ExcludeFromDescription();

        var account = routes
            .MapGroup(AccountSignIn.Path + "/{slug}")
            .AddEndpointFilter<RouteGroupBuilder, AccountGate>()
            .ExcludeFromDescription();
        OverviewPage.Map(account);
        ProfilePage.Map(account);
        WaysPage.Map(account);
        PasskeyPages.Map(account);
        PasswordPages.Map(account);
        SessionPages.Map(account);
        ActivityPage.Map(account);
        LanguagePage.Map(account);
    }

    /// <summary>The page, or the form behind it, changes what people prove themselves with (SEC-041).</summary>
    internal static RouteHandlerBuilder Sensitive(this RouteHandlerBuilder route) => route.WithMetadata(SensitiveChange.Instance);
}

using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Finding;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Console.Integrations;
using Anteroom.Server.Console.Operating;
using Anteroom.Server.Console.People;
using Anteroom.Server.Console.Settings;
using Anteroom.Server.Console.Trail;
using Anteroom.Server.Platform;
using Anteroom.Server.SignIn;

namespace Anteroom.Server.Console;

/// <summary>The face for people who administer: operators in all rooms, an organization's own in theirs (design.md §2).</summary>
public static class ConsoleFeature
{
    public static IServiceCollection AddConsole(this IServiceCollection services, AnteroomOptions _) =>
        services
            .AddSingleton<OwnerLinks>()
            .AddSingleton<OwnerPage>()
            .AddSingleton<OwnerPasskey>()
            .AddSingleton<Icons>()
            .AddSingleton<ConsolePages>()
            .AddSingleton<TenantsView>()
            .AddSingleton<ConsoleSessions>()
            .AddSingleton<ConsoleSignIn>()
            .AddSingleton<IApplicationProtocol>(provider => provider.GetRequiredService<ConsoleSignIn>());

    public static void MapConsole(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(OwnerLink.Path, (HttpContext http, OwnerPage page, CancellationToken ct) => page.ShowAsync(http, ct))
            .ExcludeFromDescription();
        routes
            .MapPost(OwnerLink.Path, (HttpContext http, OwnerPage page, CancellationToken ct) => page.EnterAsync(http, ct))
            .ExcludeFromDescription();
        routes
            .MapPost(
                OwnerPasskey.OptionsPath,
                (HttpContext http, OwnerPasskey passkey, CancellationToken ct) => passkey.BeginAsync(http, ct)
            )
            .ExcludeFromDescription();
        routes
            .MapPost(OwnerPasskey.Path, (HttpContext http, OwnerPasskey passkey, CancellationToken ct) => passkey.FinishAsync(http, ct))
            .ExcludeFromDescription();
        EntranceEndpoints.MapOutside(routes);

        var console = routes.MapGroup("/console").AddEndpointFilter<RouteGroupBuilder, ConsoleGate>().ExcludeFromDescription();
        EntranceEndpoints.Map(console);
        SearchPage.Map(console);
        HelpPage.Map(console);
        OrganizationPages.Map(console);
        MailPage.Map(console);
        CloudPages.Map(console);
        SharedAppPages.Map(console);
        HealthPage.Map(console);
        OverviewPage.Map(console);
        UserPages.Map(console);
        UserForms.Map(console);
        IdentityForm.Map(console);
        UserActions.Map(console);
        UserPasswordActions.Map(console);
        UserPasskeyActions.Map(console);
        GroupPages.Map(console);
        RolePages.Map(console);
        FieldPages.Map(console);
        GeneralPage.Map(console);
        ProtectionPage.Map(console);
        BrandingPage.Map(console);
        DomainPages.Map(console);
        ConnectionPages.Map(console);
        ConnectionForms.Map(console);
        ConnectionSetup.Map(console);
        SharedForm.Map(console);
        TenantPages.Map(console);
        IntakeForm.Map(console);
        OidcForm.Map(console);
        TrialPages.Map(console);
        TesterForm.Map(console);
        ClaimPages.Map(console);
        CertificatePages.Map(console);
        ApplicationPages.Map(console);
        ApplicationForms.Map(console);
        ApiKeyPages.Map(console);
        AuditPages.Map(console);
        AuditExport.Map(console);
    }

    /// <summary>Which operation a page is, of <see cref="Organizations.Operations.Table"/>.</summary>
    internal static RouteHandlerBuilder Operation(this RouteHandlerBuilder route, string name) =>
        route.WithMetadata(new ConsoleOperation(name));
}

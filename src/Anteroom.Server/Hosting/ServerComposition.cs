using System.Security.Cryptography.X509Certificates;
using Anteroom.Server.Account;
using Anteroom.Server.Api;
using Anteroom.Server.Audit;
using Anteroom.Server.Connections;
using Anteroom.Server.Console;
using Anteroom.Server.Credentials;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Federation.Oidc;
using Anteroom.Server.Keys;
using Anteroom.Server.Keys.Signing;
using Anteroom.Server.Mail;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Observability;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.Provisioning;
using Anteroom.Server.SignIn;
using Anteroom.Server.SignIn.Sessions;

namespace Anteroom.Server.Hosting;

/// <summary>The table of contents: one AddX and one MapX for each feature, in the order of the dependency arrows (style.md §1).</summary>
internal static class ServerComposition
{
    /// <summary>One sentence that names the wrong setting, or null.</summary>
    public static string? Check(IConfiguration configuration, AnteroomOptions options) =>
        options.Check() ?? Sessions(configuration).Check() ?? Forwarding.Check(options) ?? StartCheck.Check(configuration, options);

    public static void AddServices(WebApplicationBuilder builder, AnteroomOptions options, ServerDatabase database, TimeProvider clock)
    {
        var services = builder.Services;
        services.AddSingleton(options);
        services.AddSingleton(Sessions(builder.Configuration));
        services.AddSingleton(clock);
        services.AddSingleton(database.App);
        services.AddSingleton<Database>();

        services.AddPlatform(builder, options);
        services.AddAudit();
        services.AddKeys(options);
        services.AddSigningKeys(options);
        services.AddOrganizations(options);
        services.AddConnections(options);
        services.AddMail();
        services.AddCredentials(options);
        services.AddProvisioning(options);
        services.AddSignIn(options);
        services.AddApplications(options);
        services.AddOidc(options);
        services.AddManagementApi(options);
        services.AddConsole(options);
        services.AddAccount(options);
    }

    public static void Map(WebApplication application, AnteroomOptions options)
    {
        application.UsePlatform(options);
        application.MapPlatform();
        application.MapSignIn();
        application.MapOidc();
        application.MapManagementApi();
        application.MapConsole();
        application.MapAccount();
    }

    /// <summary>What must be there before the first request, so that it is as quick as the second.</summary>
    public static async Task<StartFailure?> PrepareAsync(IServiceProvider services, CancellationToken ct)
    {
        if (await services.PrepareKeysAsync(ct) is { } sentence)
            return new(sentence);
        await services.PreparePlatformAsync(ct);
        return null;
    }

    /// <summary>Kestrel's own https, where the operator gave a certificate.</summary>
    public static void UseCertificate(WebApplicationBuilder builder, AnteroomOptions options)
    {
        if (options is not { Certificate: { } certificate, CertificateKey: { } key })
            return;
        var loaded = X509Certificate2.CreateFromPemFile(certificate, key);
        builder.Services.AddSingleton(ServedCertificate.Of(loaded));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureHttpsDefaults(https => https.ServerCertificate = loaded));
    }

    private static SessionLifetimes Sessions(IConfiguration configuration) =>
        configuration.GetSection(SessionLifetimes.Section).Get<SessionLifetimes>() ?? new SessionLifetimes();
}

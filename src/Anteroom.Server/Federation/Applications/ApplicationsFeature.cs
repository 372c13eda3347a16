using Anteroom.Server.Platform;

namespace Anteroom.Server.Federation.Applications;

public static class ApplicationsFeature
{
    public static IServiceCollection AddApplications(this IServiceCollection services, AnteroomOptions _) =>
        services.AddSingleton<ApplicationStore>().AddSingleton<ApplicationSecrets>().AddSingleton<ApplicationRegistry>();
}

using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Jobs;

namespace Anteroom.Server.Keys.Signing;

public static class SigningFeature
{
    public static IServiceCollection AddSigningKeys(this IServiceCollection services, AnteroomOptions _) =>
        services
            .AddSingleton<SigningKeyStore>()
            .AddSingleton<SigningKeys>()
            .AddSingleton<SigningKeyTimes>()
            .AddRecurringJob<RotateSigningKeys>(RotateSigningKeys.JobKind, RotateSigningKeys.Every);
}

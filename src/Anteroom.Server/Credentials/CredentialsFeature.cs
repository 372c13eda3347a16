using Anteroom.Server.Credentials.Passkeys;
using Anteroom.Server.Platform;

namespace Anteroom.Server.Credentials;

/// <summary>What a person proves locally: passkeys so far.</summary>
public static class CredentialsFeature
{
    public static IServiceCollection AddCredentials(this IServiceCollection services, AnteroomOptions _)
    {
        services.AddSingleton<PasskeyChallenges>();
        services.AddSingleton<PasskeyCeremonies>();
        services.AddSingleton<PasskeyAssertions>();
        services.AddSingleton<PasskeyEnrolment>();
        services.AddSingleton<PasskeyStore>();
        services.AddSingleton<ChangePasskeys>();
        return services;
    }
}

using Anteroom.Server.Credentials.Passkeys;
using Anteroom.Server.Credentials.Passwords;
using Anteroom.Server.Credentials.Recovery;
using Anteroom.Server.Platform;

namespace Anteroom.Server.Credentials;

/// <summary>What a person proves locally: passkeys and passwords.</summary>
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
        services.AddSingleton(_ => new PasswordHashing());
        services.AddSingleton<PasswordStore>();
        services.AddSingleton<PasswordThrottle>();
        services.AddSingleton<KnownDevices>();
        services.AddSingleton<PasswordLinks>();
        services.AddSingleton<RecoveryRequests>();
        return services;
    }
}

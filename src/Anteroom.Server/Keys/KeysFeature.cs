using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Keys;

public static class KeysFeature
{
    public static IServiceCollection AddKeys(this IServiceCollection services, AnteroomOptions options) =>
        services.AddSingleton(provider => new Vault.Vault(
            provider.GetRequiredService<Database>(),
            options,
            provider.GetRequiredService<TimeProvider>()
        ));
}

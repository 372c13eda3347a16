using Anteroom.Server.Keys.DataProtection;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel;
using Microsoft.AspNetCore.DataProtection.KeyManagement;

namespace Anteroom.Server.Keys;

public static class KeysFeature
{
    public static IServiceCollection AddKeys(this IServiceCollection services, AnteroomOptions options)
    {
        services.AddSingleton(provider => new Vault.Vault(
            provider.GetRequiredService<Database>(),
            options,
            provider.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton<DataProtectionStart>();
        services
            .AddDataProtection()
            .SetApplicationName("anteroom")
            .UseCryptographicAlgorithms(new AuthenticatedEncryptorConfiguration { EncryptionAlgorithm = EncryptionAlgorithm.AES_256_GCM });
        services
            .AddOptions<KeyManagementOptions>()
            .Configure<Database, Vault.Vault, TimeProvider>(
                (keys, database, vault, clock) => keys.XmlRepository = new KeyRing(database, vault, clock)
            );
        // It warns that no encryptor is set; the repository itself seals what it stores.
        services.AddLogging(logging => logging.AddFilter(typeof(XmlKeyManager).FullName, LogLevel.Error));
        return services;
    }
}

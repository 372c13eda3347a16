namespace Anteroom.Server.SignIn.Passkeys;

/// <summary>What administrators do about people's passkeys: apart from the sign-in, because the API needs no more of it.</summary>
public static class PasskeyCare
{
    public static IServiceCollection AddPasskeyCare(this IServiceCollection services) =>
        services.AddSingleton<PasskeyMails>().AddSingleton<RemovePasskey>().AddSingleton<RevokePasskey>();
}

using Anteroom.Server.Platform.Jobs;

namespace Anteroom.Server.SignIn.Passwords;

/// <summary>Signing in with a password, setting, recovering and changing it.</summary>
public static class PasswordWays
{
    /// <summary>What the faces use: links and stops, by administrators; changes, by people.</summary>
    public static IServiceCollection AddPasswordCare(this IServiceCollection services) =>
        services.AddSingleton<PasswordMails>().AddSingleton<SendPasswordLink>().AddSingleton<LiftPasswordStop>();

    public static IServiceCollection AddPasswordWays(this IServiceCollection services) =>
        services
            .AddPasswordCare()
            .AddSingleton<PasswordSteps>()
            .AddSingleton<PasswordSignIn>()
            .AddSingleton<PasswordEndpoints>()
            .AddSingleton<RecoveryEndpoints>()
            .AddSingleton<WritePassword>()
            .AddSingleton<NewPasswordEndpoints>()
            .AddSingleton<ChangePassword>()
            .AddSingleton<IJobHandler, SendRecovery>();

    public static void MapPasswordWays(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(
            SignInPaths.Password,
            (HttpContext http, PasswordEndpoints passwords, CancellationToken ct) => passwords.ShowAsync(http, ct)
        );
        routes.MapPost(
            SignInPaths.Password,
            (HttpContext http, PasswordEndpoints passwords, CancellationToken ct) => passwords.AnswerAsync(http, ct)
        );
        routes.MapPost(
            SignInPaths.PasswordName,
            (HttpContext http, PasswordEndpoints passwords, CancellationToken ct) => passwords.NameAsync(http, ct)
        );
        routes.MapGet(
            SignInPaths.ForgottenPassword,
            (HttpContext http, RecoveryEndpoints recovery, CancellationToken ct) => recovery.ShowAsync(http, ct)
        );
        routes.MapPost(
            SignInPaths.ForgottenPassword,
            (HttpContext http, RecoveryEndpoints recovery, CancellationToken ct) => recovery.AskAsync(http, ct)
        );
        routes.MapGet(
            SignInPaths.PasswordLink,
            (HttpContext http, NewPasswordEndpoints passwords, CancellationToken ct) => passwords.ArriveAsync(http, ct)
        );
        routes.MapGet(
            SignInPaths.NewPassword,
            (HttpContext http, NewPasswordEndpoints passwords, CancellationToken ct) => passwords.ShowAsync(http, ct)
        );
        routes.MapPost(
            SignInPaths.NewPassword,
            (HttpContext http, NewPasswordEndpoints passwords, CancellationToken ct) => passwords.SetAsync(http, ct)
        );
    }
}

namespace Anteroom.Server.Federation.Applications;

/// <summary>How long what an application is given is good for (SEC-098, SEC-101).</summary>
/// <param name="AccessToken">1 to 60 minutes, 10 by default: it bounds what a checker that never asks us may still accept (SEC-036).</param>
/// <param name="IdToken">1 to 5 minutes, 5 by default.</param>
/// <param name="RefreshIdle">A refresh token that is not used: 1 minute to 14 days, 14 days by default.</param>
/// <param name="RefreshAbsolute">A family of refresh tokens, from the sign-in: 1 minute to 90 days, 30 days by default.</param>
public readonly record struct TokenLifetimes(TimeSpan AccessToken, TimeSpan IdToken, TimeSpan RefreshIdle, TimeSpan RefreshAbsolute)
{
    public const int MinSeconds = 60;

    public static TokenLifetimes Default { get; } =
        new(TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(5), TimeSpan.FromDays(14), TimeSpan.FromDays(30));

    public static TokenLifetimes Longest { get; } =
        new(TimeSpan.FromMinutes(60), TimeSpan.FromMinutes(5), TimeSpan.FromDays(14), TimeSpan.FromDays(90));

    internal static TokenLifetimes Of(ApplicationSettings settings) =>
        new(
            Or(settings.AccessTokenSeconds, Default.AccessToken),
            Or(settings.IdTokenSeconds, Default.IdToken),
            Or(settings.RefreshTokenIdleSeconds, Default.RefreshIdle),
            Or(settings.RefreshTokenAbsoluteSeconds, Default.RefreshAbsolute)
        );

    private static TimeSpan Or(int? seconds, TimeSpan otherwise) => seconds is { } chosen ? TimeSpan.FromSeconds(chosen) : otherwise;
}

namespace Anteroom.Server.SignIn.Sessions;

/// <summary>How long sessions last (SEC-034).</summary>
public sealed class SessionLifetimes
{
    public const string Section = "Anteroom:Sessions";

    /// <summary>Without use: 5 minutes to 24 hours, 60 minutes by default.</summary>
    public TimeSpan Idle { get; set; } = TimeSpan.FromMinutes(60);

    /// <summary>In all: 5 minutes to 7 days, 12 hours by default.</summary>
    public TimeSpan Absolute { get; set; } = TimeSpan.FromHours(12);

    /// <summary>One sentence that names the wrong setting, or null.</summary>
    public string? Check() =>
        Idle < TimeSpan.FromMinutes(5) || Idle > TimeSpan.FromHours(24) ? $"{Section}:Idle must be between 5 minutes and 24 hours."
        : Absolute < TimeSpan.FromMinutes(5) || Absolute > TimeSpan.FromDays(7)
            ? $"{Section}:Absolute must be between 5 minutes and 7 days."
        : null;
}

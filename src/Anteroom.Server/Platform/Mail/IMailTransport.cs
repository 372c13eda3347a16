namespace Anteroom.Server.Platform.Mail;

/// <summary>A way for a mail to leave this process.</summary>
public interface IMailTransport
{
    /// <summary>What a test of it goes through, in order; an outcome names the step at which it ended.</summary>
    IReadOnlyList<string> Steps { get; }

    /// <summary>Tries once, within its own time. What can go wrong outside is a value.</summary>
    Task<MailOutcome> SendAsync(MailSender sender, MailMessage message, CancellationToken ct);
}

public enum MailVerdict
{
    /// <summary>The other side took the mail over.</summary>
    Taken,

    /// <summary>It certainly did not, and may do so later.</summary>
    Later,

    /// <summary>It certainly did not, and will not.</summary>
    Refused,

    /// <summary>The mail left, and no answer came: sending it again might be the second time.</summary>
    Unknown,
}

/// <summary>How an attempt ended.</summary>
/// <param name="Verdict">Whether the mail left.</param>
/// <param name="Code">A reason code; null where it was taken.</param>
/// <param name="Step">Of <see cref="IMailTransport.Steps"/>: where it ended.</param>
public sealed record MailOutcome(MailVerdict Verdict, string? Code, string Step)
{
    /// <summary>Our own words on what the other side said: a status, never its text.</summary>
    public string? Detail { get; init; }

    /// <summary>How long the other side wants us to wait.</summary>
    public TimeSpan? After { get; init; }

    /// <summary>Whether the steps before <see cref="Step"/> are known to have passed.</summary>
    public bool EarlierStepsPassed { get; init; } = true;
}

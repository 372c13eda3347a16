namespace Anteroom.Server.Platform.Dns;

/// <summary>What came of looking for the TXT records of a name.</summary>
public abstract record TextLookup
{
    private TextLookup() { }

    /// <param name="Texts">Of each record the text, one character a byte; none where the name has no TXT record.</param>
    public sealed record Answered(IReadOnlyList<string> Texts) : TextLookup;

    /// <summary>The name does not exist.</summary>
    public sealed record NoSuchName : TextLookup;

    /// <summary>No server gave an answer that says anything about the name: silence, failure, refusal.</summary>
    public sealed record Unanswered : TextLookup;
}

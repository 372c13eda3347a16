namespace Anteroom.Server.Platform.Database;

/// <summary>A text for the database holds U+0000, which no column of PostgreSQL can hold: whoever sent it sent nothing that could be meant.</summary>
/// <remarks>It is found before anything is sent: PostgreSQL refuses it in the middle of a batch, and the connection answers the next statement wrongly.</remarks>
public sealed class NullCharacterException : Exception
{
    public NullCharacterException()
        : base("A text holds U+0000.") { }

    public NullCharacterException(string message)
        : base(message) { }

    public NullCharacterException(string message, Exception innerException)
        : base(message, innerException) { }

    internal static void ThrowIfIn(string? text)
    {
        if (text?.Contains('\0', StringComparison.Ordinal) == true)
            throw new NullCharacterException();
    }
}

namespace Anteroom.Protocols.OAuth;

/// <summary>Percent-encoding (RFC 3986 §2.1), which the framework's decoders forgive where it is broken.</summary>
internal static class PercentEncoding
{
    /// <summary>Whether two hexadecimal digits follow every percent sign.</summary>
    public static bool IsWellFormed(string text)
    {
        for (var at = text.IndexOf('%', StringComparison.Ordinal); at >= 0; at = text.IndexOf('%', at + 1))
        {
            if (at + 2 >= text.Length || !char.IsAsciiHexDigit(text[at + 1]) || !char.IsAsciiHexDigit(text[at + 2]))
                return false;
        }
        return true;
    }
}

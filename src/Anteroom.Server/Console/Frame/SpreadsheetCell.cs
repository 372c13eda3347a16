namespace Anteroom.Server.Console.Frame;

/// <summary>A cell of a CSV file (RFC 4180) that no spreadsheet takes for a formula (SEC-270).</summary>
internal static class SpreadsheetCell
{
    public static string Of(string? text)
    {
        if (text is not { Length: > 0 })
            return "";
        var safe = text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? "'" + text : text;
        return safe.AsSpan().ContainsAny(",\"\r\n") ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}

namespace Anteroom.Server.Console.Access;

/// <summary>Where somebody wanted to go before they were asked who they are: a page of the console and nothing else (SEC-012).</summary>
internal static class ReturnPath
{
    public const string Parameter = "return";
    public const string Default = "/console";
    private const int Longest = 2048;

    /// <summary>The path, or the console's first page where it is anything else.</summary>
    public static string Of(string? wanted) =>
        wanted is { Length: <= Longest }
        && (
            wanted == Default
            || wanted.StartsWith(Default + "/", StringComparison.Ordinal)
            || wanted.StartsWith(Default + "?", StringComparison.Ordinal)
        )
        && !wanted.Contains('\\', StringComparison.Ordinal)
        && !wanted.Any(char.IsControl)
            ? wanted
            : Default;
}

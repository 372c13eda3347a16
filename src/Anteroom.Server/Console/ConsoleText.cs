namespace Anteroom.Server.Console;

/// <summary>Names the text of the console: <c>ConsoleText.resx</c> and its translations.</summary>
public sealed class ConsoleText;

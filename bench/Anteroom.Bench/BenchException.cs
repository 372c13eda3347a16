namespace Anteroom.Bench;

/// <summary>Ends the run with one sentence for the person at the terminal.</summary>
internal sealed class BenchException(string sentence) : Exception(sentence);

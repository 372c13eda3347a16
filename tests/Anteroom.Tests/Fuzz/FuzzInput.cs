namespace Anteroom.Tests.Fuzz;

/// <summary>Bytes for a reader, printed so that they can be put into the corpus, and made smaller piece by piece where they broke something.</summary>
internal sealed record FuzzInput(byte[] Bytes)
{
    private const int LongestShown = 2_000;

    public IEnumerable<FuzzInput> Smaller()
    {
        for (var piece = Bytes.Length / 2; piece > Bytes.Length / 512; piece /= 2)
        for (var at = 0; at + piece <= Bytes.Length; at += piece)
            yield return new([.. Bytes[..at], .. Bytes[(at + piece)..]]);
    }

    public override string ToString()
    {
        var line = FuzzText.ToLine(Bytes);
        return line.Length <= LongestShown ? line : $"{line[..LongestShown]}... ({Bytes.Length} bytes)";
    }
}

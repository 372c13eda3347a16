namespace Anteroom.Protocols.Images;

/// <summary>Why bytes are no picture that is taken.</summary>
public sealed record PngFault
{
    private PngFault(string text) => Text = text;

    /// <summary>One sentence for whoever chose the file.</summary>
    public string Text { get; }

    public static PngFault NotPng { get; } = new("The file is no PNG picture.");

    public static PngFault TooLarge { get; } = new("The picture has too many pixels.");

    public static PngFault Broken { get; } = new("The PNG file is damaged or uses something that the standard does not know.");
}

namespace Anteroom.EntraEmulator.Storage;

/// <summary>How far somebody has read: generated rows come first and are counted, stored ones follow in the order of their keys.</summary>
/// <param name="Generated">Generated rows that were passed.</param>
/// <param name="Stored">The key of the last stored row that was passed; null before the first.</param>
internal readonly record struct RowCursor(long Generated, string? Stored)
{
    public static RowCursor Start => default;
}

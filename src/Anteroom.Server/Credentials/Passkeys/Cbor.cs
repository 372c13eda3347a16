using System.Formats.Cbor;

namespace Anteroom.Server.Credentials.Passkeys;

/// <summary>What may come from an authenticator as CBOR: definite lengths, no key twice, no tags, not deep, nothing behind the end (SEC-223).</summary>
/// <remarks>The framework's parser lets more through, so what it is to see is measured here first.</remarks>
internal static class Cbor
{
    public const int MaxBytes = 64 * 1024;
    private const int MaxDepth = 16;

    /// <summary>The length of the first item, or null where it is not one that we read.</summary>
    public static int? Measure(ReadOnlyMemory<byte> data)
    {
        if (data.Length is 0 or > MaxBytes)
            return null;
        var reader = Reader(data);
        try
        {
            do if (!Step(reader))
                return null;
            while (reader.CurrentDepth > 0);
            return data.Length - reader.BytesRemaining;
        }
        catch (Exception e) when (e is CborContentException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Whether the data is one such item and nothing else.</summary>
    public static bool IsWhole(ReadOnlyMemory<byte> data) => Measure(data) == data.Length;

    /// <summary>For reading what <see cref="Measure"/> has let through.</summary>
    public static CborReader Reader(ReadOnlyMemory<byte> data) => new(data, CborConformanceMode.Strict, allowMultipleRootLevelValues: true);

    private static bool Step(CborReader reader)
    {
        switch (reader.PeekState())
        {
            case CborReaderState.StartMap:
                return reader.CurrentDepth < MaxDepth && reader.ReadStartMap() is not null;
            case CborReaderState.EndMap:
                reader.ReadEndMap();
                return true;
            case CborReaderState.StartArray:
                return reader.CurrentDepth < MaxDepth && reader.ReadStartArray() is not null;
            case CborReaderState.EndArray:
                reader.ReadEndArray();
                return true;
            case CborReaderState.StartIndefiniteLengthByteString:
            case CborReaderState.StartIndefiniteLengthTextString:
            case CborReaderState.Tag:
            case CborReaderState.Finished:
                return false;
            default:
                reader.SkipValue();
                return true;
        }
    }
}

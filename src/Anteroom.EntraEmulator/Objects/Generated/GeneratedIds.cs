using System.Buffers.Binary;

namespace Anteroom.EntraEmulator.Objects.Generated;

internal enum GeneratedKind
{
    User = 1,
    Group = 2,
}

/// <summary>Object ids that can be read backwards: which population, what kind, which number. They look like random version 4 UUIDs.</summary>
/// <param name="tag">The population's first four bytes.</param>
/// <param name="key">Scrambles numbers and fills the rest, so that an id cannot be guessed from its neighbour's.</param>
internal sealed class GeneratedIds(uint tag, ulong key)
{
    public Guid Of(GeneratedKind kind, int number)
    {
        Span<byte> bytes = stackalloc byte[16];
        var filler = Mix(key ^ ((ulong)kind << 40) ^ (uint)number);
        BinaryPrimitives.WriteUInt32BigEndian(bytes, tag);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], (uint)filler);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[8..], (uint)(filler >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(bytes[12..], (uint)number ^ Mask(bytes));
        bytes[6] = (byte)(0x40 | (bytes[6] & 0x0f));
        bytes[8] = (byte)(0x80 | ((int)kind << 4) | (bytes[8] & 0x0f));
        return new Guid(bytes, bigEndian: true);
    }

    public static uint TagOf(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }

    /// <summary>Null when the id is not one that this population would give.</summary>
    public (GeneratedKind Kind, int Number)? Read(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        var kind = (GeneratedKind)((bytes[8] >> 4) & 0x3);
        var number = (int)(BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]) ^ Mask(bytes));
        return number >= 0 && Of(kind, number) == id ? (kind, number) : null;
    }

    /// <summary>From the bytes that version, variant and kind leave alone.</summary>
    private uint Mask(ReadOnlySpan<byte> bytes) =>
        (uint)Mix(
            key ^ BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]) ^ ((ulong)BinaryPrimitives.ReadUInt16BigEndian(bytes[10..]) << 16)
        );

    /// <summary>splitmix64: quick, and good enough for made-up people.</summary>
    internal static ulong Mix(ulong value)
    {
        value += 0x9e3779b97f4a7c15;
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
        value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
        return value ^ (value >> 31);
    }
}

using System.Buffers.Binary;

namespace Anteroom.Protocols.Primitives;

/// <summary>How our identifiers look outside: a prefix, an underscore, and the UUID as 26 lower-case base32 characters.</summary>
public static class Identifiers
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567"; // RFC 4648 §6, lower case

    /// <summary>Characters of a UUID in base32: 128 bits in groups of five.</summary>
    public const int Base32Length = 26;

    /// <summary>A new UUID, version 7 (RFC 9562 §5.7), so that keys of one table grow in order.</summary>
    public static Guid NewUuid(TimeProvider clock) => Guid.CreateVersion7(clock.GetUtcNow());

    public static string Format(string prefix, Guid value) => $"{prefix}_{ToBase32(value)}";

    public static bool TryParse(string prefix, string? text, out Guid value)
    {
        value = default;
        return text is not null
            && text.Length == prefix.Length + 1 + Base32Length
            && text.StartsWith(prefix, StringComparison.Ordinal)
            && text[prefix.Length] == '_'
            && TryFromBase32(text.AsSpan(prefix.Length + 1), out value);
    }

    public static string ToBase32(Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        var bits = BinaryPrimitives.ReadUInt128BigEndian(bytes);

        // 26 characters carry 130 bits: the first holds the top three, so that one UUID has one spelling.
        Span<char> text = stackalloc char[Base32Length];
        for (var i = Base32Length - 1; i >= 0; i--, bits >>= 5)
            text[i] = Alphabet[(int)(bits & 31)];
        return new string(text);
    }

    public static bool TryFromBase32(ReadOnlySpan<char> text, out Guid value)
    {
        value = default;
        if (text.Length != Base32Length || Alphabet.IndexOf(text[0], StringComparison.Ordinal) is < 0 or > 7)
            return false;

        UInt128 bits = 0;
        foreach (var character in text)
        {
            var digit = Alphabet.IndexOf(character, StringComparison.Ordinal);
            if (digit < 0)
                return false;
            bits = (bits << 5) | (uint)digit;
        }

        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, bits);
        value = new Guid(bytes, bigEndian: true);
        return true;
    }
}

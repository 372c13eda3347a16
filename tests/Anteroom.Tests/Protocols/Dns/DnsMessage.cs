using System.Buffers.Binary;
using System.Text;

namespace Anteroom.Tests.Protocols.Dns;

/// <summary>An answer as a server writes it, each part to be bent.</summary>
internal sealed record DnsMessage
{
    public const string Host = "_anteroom-challenge.contoso.example";
    public const int Txt = 16;
    public const int Cname = 5;

    /// <summary>A pointer to the question's name, as nearly every record begins (RFC 1035 §4.1.4).</summary>
    public static readonly byte[] Asked = [0xC0, 12];

    public int Id { get; init; } = 0x1234;
    public int Flags { get; init; } = 0x8180;
    public byte[] Question { get; init; } = [.. Name(Host), 0, Txt, 0, 1];
    public int Questions { get; init; } = 1;
    public IReadOnlyList<byte[]> Records { get; init; } = [];

    /// <summary>How many records the header counts; null for as many as there are.</summary>
    public int? Count { get; init; }

    public byte[] ToBytes()
    {
        byte[] message = [.. new byte[12], .. Question, .. Records.SelectMany(record => record)];
        foreach (var (at, value) in new[] { (0, Id), (2, Flags), (4, Questions), (6, Count ?? Records.Count) })
            BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(at), (ushort)value);
        return message;
    }

    public static byte[] Name(string name) =>
        [.. name.Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.Latin1.GetBytes(label)]), 0];

    public static byte[] Record(byte[] owner, int type, byte[] data, int klass = 1) =>
        [.. owner, 0, (byte)type, 0, (byte)klass, 0, 0, 0, 60, (byte)(data.Length >> 8), (byte)data.Length, .. data];

    public static byte[] Text(byte[] owner, params string[] strings) =>
        Record(owner, Txt, [.. strings.SelectMany(text => (byte[])[(byte)text.Length, .. Encoding.Latin1.GetBytes(text)])]);

    public static byte[] Alias(string owner, string target) => Record(Name(owner), Cname, Name(target));
}

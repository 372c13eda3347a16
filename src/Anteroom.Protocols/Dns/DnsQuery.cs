using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Anteroom.Protocols.Dns;

/// <summary>The question for the TXT records of a name, to a server that finds the answer for us (RFC 1035 §4.1).</summary>
/// <param name="Id">Whose answer it is; a number that nobody can guess.</param>
/// <param name="Name">What is asked for.</param>
public sealed record DnsQuery(int Id, DnsName Name)
{
    internal const int HeaderBytes = 12;
    internal const int Txt = 16;
    internal const int Cname = 5;
    internal const int Internet = 1;

    private const int RecursionDesired = 0x0100;

    public static DnsQuery For(DnsName name) => new(RandomNumberGenerator.GetInt32(ushort.MaxValue + 1), name);

    public byte[] ToBytes()
    {
        var name = Name.ToBytes();
        var message = new byte[HeaderBytes + name.Length + 4];
        Write(0, Id);
        Write(2, RecursionDesired);
        Write(4, 1); // one question
        name.CopyTo(message, HeaderBytes);
        Write(message.Length - 4, Txt);
        Write(message.Length - 2, Internet);
        return message;

        void Write(int at, int value) => BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(at), (ushort)value);
    }
}

namespace Anteroom.Protocols.Dns;

/// <summary>Why a message is not used.</summary>
public sealed record DnsError
{
    private DnsError(string code) => Code = code;

    public string Code { get; }

    /// <summary>It has another id or question, or is no answer: perhaps somebody else's, perhaps forged. The true one may still come.</summary>
    public static DnsError NotTheAnswer { get; } = new("not_the_answer");

    /// <summary>It is the answer, and does not read as one (RFC 1035 §4).</summary>
    public static DnsError Malformed { get; } = new("malformed");
}

using System.Security.Cryptography;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Server.Organizations.Proof;

/// <summary>The TXT record by which whoever rules a domain's DNS proves that it belongs to an organization (SEC-269).</summary>
/// <param name="Domain">The domain in its normal spelling.</param>
/// <param name="Value">What the record has to say, letter by letter: a word of ours and 128 random bits.</param>
public sealed record DomainChallenge(string Domain, string Value)
{
    public const string RecordType = "TXT";

    /// <summary>The one label below which the record counts. Nothing is read at the domain itself, where others keep records of theirs.</summary>
    public const string Label = "_anteroom-challenge";

    private const string Word = "anteroom-domain-verification=";

    /// <summary>The record's whole name.</summary>
    public string Host => $"{Label}.{Domain}";

    public static string NewValue() => Word + Identifiers.ToBase32(new Guid(RandomNumberGenerator.GetBytes(16)));
}

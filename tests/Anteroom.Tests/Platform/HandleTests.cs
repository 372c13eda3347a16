using System.Security.Cryptography;
using System.Text;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Platform;

namespace Anteroom.Tests.Platform;

/// <summary>What we issue and later recognise: exactly the shape that was made, nothing near it.</summary>
[Trait("Security", "SEC-030")]
public sealed class HandleTests
{
    private const string Prefix = "ac";
    private static readonly OrganizationId Acme = new(Guid.Parse("0192f0c1-0000-7000-8000-000000000001"));

    [Fact]
    public void Is_recognised_with_its_organization()
    {
        var made = Handle.New(Prefix, Acme);
        Assert.True(Handle.TryParse(Prefix, made.Reveal(), out var read));
        Assert.Equal((Prefix, Acme, made.Reveal()), (read.Prefix, read.Organization, read.Reveal()));
        Assert.Equal(made.Sha256(), read.Sha256());
        Assert.Equal(SHA256.HashData(Encoding.ASCII.GetBytes(made.Reveal())), read.Sha256());
    }

    [Fact] // 256 bits behind the organization
    public void Has_a_secret_of_its_own_that_it_does_not_tell()
    {
        var (one, other) = (Handle.New(Prefix, Acme), Handle.New(Prefix, Acme));
        Assert.NotEqual(one.Reveal(), other.Reveal());
        Assert.Equal($"{Prefix}_{Identifiers.ToBase32(Acme.Value)}", one.Reveal()[..29]);
        Assert.True(Base64Url.TryDecode(one.Reveal().AsSpan(29), out var secret));
        Assert.Equal(32, secret.Length);
        Assert.NotEqual(new byte[32], secret);
        Assert.Equal("ac_[secret]", one.ToString());
    }

    [Fact]
    public void Nothing_near_it_is_recognised()
    {
        var text = Handle.New(Prefix, Acme).Reveal();
        var organization = Identifiers.ToBase32(Acme.Value);
        string?[] near =
        [
            null,
            "",
            Prefix,
            text[..^1],
            text + "A",
            text + "\n",
            " " + text,
            " " + text[1..],
            text.ToUpperInvariant(),
            "AC" + text[2..],
            "ad" + text[2..],
            "a" + text[2..] + "A", // as long, but not that prefix
            "ac-" + text[3..],
            "ac_" + organization.ToUpperInvariant() + text[29..],
            "ac_" + "i" + organization[1..] + text[29..], // more than 128 bits
            "ac_" + organization[..^1] + "8" + text[29..], // not of the alphabet
            text[..^1] + "=",
            text[..^1] + "+",
            text[..^1] + "é",
            text[..^1] + "B", // bits behind the last byte: another spelling of some handle
            text[..29] + new string('A', 42),
            text[..29] + new string('A', 44),
        ];
        Assert.All(near, wrong => Assert.False(Handle.TryParse(Prefix, wrong, out _), wrong));
        Assert.False(Handle.TryParse("ses", text, out _));
        Assert.False(Handle.TryParse("a", text, out _));
    }
}

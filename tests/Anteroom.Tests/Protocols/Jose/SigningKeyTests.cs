using System.Security.Cryptography;
using Anteroom.Protocols.Jose;
using static Anteroom.Tests.Protocols.Jose.JoseScenario;

namespace Anteroom.Tests.Protocols.Jose;

public sealed class SigningKeyTests
{
    [Theory]
    [InlineData("ES256")]
    [InlineData("RS256")]
    [InlineData("PS256")]
    public void A_key_survives_its_export(string algorithm)
    {
        var key = Of(algorithm);
        var copy = SigningKey.FromPkcs8(key.ExportPkcs8(), key.Algorithm);
        Assert.Equal(key.Kid, copy.Kid);
        Assert.True(key.PublicKey.Verify("data"u8, copy.Sign("data"u8)));
        Assert.False(key.PublicKey.Verify("date"u8, copy.Sign("data"u8)));
        Assert.Equal(key.SignatureBytes, copy.Sign("data"u8).Length);
    }

    [Fact, Trait("Security", "SEC-110")]
    public void The_name_is_the_thumbprint_unless_another_is_given()
    {
        Assert.Equal(Es256.PublicKey.JsonWebKey.Thumbprint(), Es256.Kid);
        Assert.Equal("mine", SigningKey.Generate(SignatureAlgorithm.ES256, kid: "mine").Kid);
        Assert.Equal(128, SigningKey.Generate(SignatureAlgorithm.ES256, kid: new string('k', 128)).Kid.Length);
        var refused = Assert.Throws<ArgumentException>(() => SigningKey.Generate(SignatureAlgorithm.ES256, kid: new string('k', 129)));
        Assert.StartsWith("A kid has 1 to 128 characters.", refused.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => SigningKey.Generate(SignatureAlgorithm.ES256, kid: ""));
    }

    [Theory]
    [InlineData("ES256", 64)]
    [InlineData("RS256", 256)]
    [InlineData("PS256", 256)]
    public void A_new_key_is_of_its_algorithm(string algorithm, int signatureBytes)
    {
        Assert.True(SignatureAlgorithm.TryParse(algorithm, out var parsed));
        var key = SigningKey.Generate(parsed);
        Assert.Equal((parsed, parsed.KeyType, signatureBytes), (key.Algorithm, key.PublicKey.JsonWebKey.KeyType, key.SignatureBytes));
        Assert.Equal(signatureBytes, key.Sign("data"u8).Length);
    }

    [Fact, Trait("Security", "SEC-098")]
    public void Small_and_foreign_keys_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => SigningKey.Generate(SignatureAlgorithm.RS256, rsaBits: 1024));

        using var small = RSA.Create(1024);
        var tooSmall = Assert.Throws<ArgumentException>(() =>
            SigningKey.FromPkcs8(small.ExportPkcs8PrivateKey(), SignatureAlgorithm.RS256)
        );
        Assert.StartsWith("An RSA key has at least 2048 bits.", tooSmall.Message, StringComparison.Ordinal);
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Throws<ArgumentException>(() => SigningKey.FromPkcs8(p384.ExportPkcs8PrivateKey(), SignatureAlgorithm.ES256));
        Assert.ThrowsAny<CryptographicException>(() => SigningKey.FromPkcs8(Rs256.ExportPkcs8(), SignatureAlgorithm.ES256));
        foreach (var key in new[] { Es256, Rs256 })
        {
            var leftover = Assert.Throws<CryptographicException>(() => SigningKey.FromPkcs8([.. key.ExportPkcs8(), 0], key.Algorithm));
            Assert.Equal("Something follows the private key.", leftover.Message);
        }
        Assert.ThrowsAny<CryptographicException>(() => SigningKey.FromPkcs8(Es256.ExportPkcs8().AsSpan(..^1), SignatureAlgorithm.ES256));
    }

    [Fact]
    public void A_signature_needs_its_room()
    {
        var refused = Assert.Throws<ArgumentException>(() => Es256.Sign("data"u8, new byte[63]));
        Assert.StartsWith("A signature of this key has 64 bytes.", refused.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Rs256.Sign("data"u8, new byte[255]));
    }

    // .NET promises thread safety for no key object in general; we keep ours and share them, so this must hold on every platform we run on.
    [Theory]
    [InlineData("ES256", 2000)]
    [InlineData("RS256", 150)]
    [InlineData("PS256", 150)]
    public async Task All_threads_may_share_one_key(string algorithm, int perThread)
    {
        var key = Of(algorithm);
        var wrong = 0;
        await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(thread =>
                    Task.Factory.StartNew(() => SignAndVerify(thread), default, TaskCreationOptions.LongRunning, TaskScheduler.Default)
                )
        );
        Assert.Equal(0, wrong);

        void SignAndVerify(int thread)
        {
            for (var i = 0; i < perThread; i++)
            {
                var data = BitConverter.GetBytes((thread * perThread) + i);
                var signature = key.Sign(data);
                if (!key.PublicKey.Verify(data, signature))
                    Interlocked.Increment(ref wrong);
                signature[^1] ^= 1;
                if (key.PublicKey.Verify(data, signature))
                    Interlocked.Increment(ref wrong);
            }
        }
    }
}

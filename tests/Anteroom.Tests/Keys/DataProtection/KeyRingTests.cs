using System.Security.Cryptography;
using System.Text;
using Anteroom.Server.Keys;
using Anteroom.Server.Keys.DataProtection;
using Anteroom.Server.Platform;
using Anteroom.Tests.Platform;
using Microsoft.AspNetCore.DataProtection;

namespace Anteroom.Tests.Keys.DataProtection;

public sealed class KeyRingTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("anteroom-ring-").FullName;
    private GroundScenario _ground = null!;

    public async ValueTask InitializeAsync() => _ground = await GroundScenario.CreateAsync();

    public async ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        await _ground.DisposeAsync();
    }

    private ServiceProvider Node() =>
        new ServiceCollection()
            .AddLogging()
            .AddSingleton(_ground.Database)
            .AddSingleton(TimeProvider.System)
            .AddKeys(new AnteroomOptions { DataFolder = _folder })
            .BuildServiceProvider();

    private Task<List<byte[]>> StoredAsync() =>
        _ground.Database.In(OrganizationId.Platform).ListAsync<byte[]>("SELECT sealed FROM data_protection_keys", null, default);

    [Fact]
    [Trait("Security", "SEC-282")]
    public async Task Three_nodes_that_start_at_once_share_one_key_that_is_sealed()
    {
        var nodes = Enumerable.Range(0, 3).Select(_ => Node()).ToList();
        Assert.All(await Task.WhenAll(nodes.Select(node => node.PrepareKeysAsync(default))), Assert.Null);

        var stored = Assert.Single(await StoredAsync());
        Assert.DoesNotContain("<key", Encoding.UTF8.GetString(stored), StringComparison.Ordinal);
        Assert.DoesNotContain("masterKey", Encoding.UTF8.GetString(stored), StringComparison.Ordinal);

        var sealedByFirst = nodes[0].GetRequiredService<IDataProtectionProvider>().CreateProtector("Test").Protect("hello");
        Assert.Equal("hello", nodes[2].GetRequiredService<IDataProtectionProvider>().CreateProtector("Test").Unprotect(sealedByFirst));
        nodes.ForEach(node => node.Dispose());
    }

    [Fact]
    [Trait("Security", "SEC-282")]
    public async Task No_bit_of_a_payload_can_be_flipped()
    {
        await using var node = Node();
        Assert.Null(await node.PrepareKeysAsync(default));
        var protector = node.GetRequiredService<IDataProtectionProvider>().CreateProtector("Test");
        var payload = protector.Protect(Encoding.UTF8.GetBytes("hello"));
        for (var bit = 0; bit < payload.Length * 8; bit++)
        {
            var flipped = payload.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.ThrowsAny<CryptographicException>(() => protector.Unprotect(flipped));
        }
    }

    [Fact]
    [Trait("Security", "SEC-282")]
    public async Task A_payload_of_another_purpose_is_refused()
    {
        await using var node = Node();
        Assert.Null(await node.PrepareKeysAsync(default));
        var provider = node.GetRequiredService<IDataProtectionProvider>();
        var payload = provider.CreateProtector("One").Protect("hello");
        Assert.ThrowsAny<CryptographicException>(() => provider.CreateProtector("Two").Unprotect(payload));
    }

    [Theory]
    [Trait("Security", "SEC-020")]
    [InlineData("10.0.6", false)]
    [InlineData("9.0.20", false)]
    [InlineData("10.0.7", true)]
    [InlineData("10.1.0", true)]
    [InlineData(null, false)]
    public void A_runtime_with_the_hole_is_refused(string? version, bool accepted) =>
        Assert.Equal(accepted, RuntimeLevel.Check(version is null ? null : Version.Parse(version)) is null);

    [Fact]
    [Trait("Security", "SEC-020")]
    public void The_runtime_that_these_tests_run_on_is_recent_enough() => Assert.Null(RuntimeLevel.Check());
}

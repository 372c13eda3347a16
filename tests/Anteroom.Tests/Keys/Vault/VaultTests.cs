using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using Anteroom.Server.Keys.Vault;
using Anteroom.Server.Platform;
using Anteroom.Tests.Platform;

namespace Anteroom.Tests.Keys.Vault;

[SupportedOSPlatform("linux")]
public sealed class VaultTests : IAsyncLifetime
{
    private static readonly Field Place = new("connection_revisions", "7|1", "client_secret");
    private static readonly byte[] Plain = Encoding.UTF8.GetBytes("canary-secret");

    private readonly string _folder = Directory.CreateTempSubdirectory("anteroom-vault-").FullName;
    private GroundScenario _ground = null!;

    public async ValueTask InitializeAsync() => _ground = await GroundScenario.CreateAsync();

    public async ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        await _ground.DisposeAsync();
    }

    private Server.Keys.Vault.Vault NewVault(string? keyFile = null) =>
        new(_ground.Database, new AnteroomOptions { DataFolder = _folder, KeyFile = keyFile }, _ground.Clock);

    private string KekPath => Path.Combine(_folder, "kek");

    private async Task<string> OpeningFailureAsync()
    {
        using var vault = NewVault();
        Assert.False((await vault.OpenAsync(default)).TryGet(out _, out var failure));
        return failure!.Sentence;
    }

    [Fact]
    [Trait("Security", "SEC-280")]
    public async Task What_was_sealed_opens_in_its_place_also_on_another_node()
    {
        using var vault = NewVault();
        var box = await vault.SealAsync(GroundScenario.Acme, Place, Plain, default);
        using var other = NewVault();
        Assert.Equal(Plain, await other.UnsealAsync(GroundScenario.Acme, Place, box, default));
        Assert.NotEqual(box, await vault.SealAsync(GroundScenario.Acme, Place, Plain, default)); // fresh nonce
        Assert.DoesNotContain("canary", Encoding.Latin1.GetString(box), StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Security", "SEC-280")]
    [InlineData("connection_revisions", "7|2", "client_secret")]
    [InlineData("connection_revisions", "7|1", "secret")]
    [InlineData("signing_keys", "7|1", "client_secret")]
    [InlineData("connection_revisions", "7", "1|client_secret")]
    public async Task A_ciphertext_moved_elsewhere_does_not_open(string table, string row, string column)
    {
        using var vault = NewVault();
        var box = await vault.SealAsync(GroundScenario.Acme, Place, Plain, default);
        await Assert.ThrowsAnyAsync<Exception>(async () =>
            await vault.UnsealAsync(GroundScenario.Acme, new(table, row, column), box, default)
        );
    }

    [Fact]
    [Trait("Security", "SEC-280")]
    public async Task A_ciphertext_of_another_organization_does_not_open()
    {
        using var vault = NewVault();
        var box = await vault.SealAsync(GroundScenario.Acme, Place, Plain, default);
        await vault.SealAsync(GroundScenario.Globex, Place, Plain, default); // so that Globex has a key of the same version
        await Assert.ThrowsAnyAsync<CryptographicException>(async () =>
            await vault.UnsealAsync(GroundScenario.Globex, Place, box, default)
        );
    }

    [Fact]
    [Trait("Security", "SEC-280")]
    public async Task No_bit_can_be_flipped_and_no_byte_cut()
    {
        using var vault = NewVault();
        var box = await vault.SealAsync(GroundScenario.Acme, Place, Plain, default);
        for (var bit = 0; bit < box.Length * 8; bit++)
        {
            var flipped = box.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            await Assert.ThrowsAnyAsync<CryptographicException>(async () =>
                await vault.UnsealAsync(GroundScenario.Acme, Place, flipped, default)
            );
        }
        for (var length = 0; length < box.Length; length++)
            await Assert.ThrowsAnyAsync<CryptographicException>(async () =>
                await vault.UnsealAsync(GroundScenario.Acme, Place, box.AsMemory(0, length), default)
            );
    }

    [Fact]
    [Trait("Security", "SEC-280")]
    public async Task The_key_file_is_made_once_and_readable_by_its_owner_alone()
    {
        using var vault = NewVault();
        await vault.SealAsync(GroundScenario.Acme, Place, Plain, default);
        Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(KekPath));
        var first = await File.ReadAllTextAsync(KekPath);
        using var next = NewVault();
        await next.OpenAsync(default);
        Assert.Equal(first, await File.ReadAllTextAsync(KekPath));
    }

    [Fact]
    [Trait("Security", "SEC-281")]
    public async Task The_database_holds_no_key_in_clear()
    {
        using var vault = NewVault();
        await vault.SealAsync(GroundScenario.Acme, Place, Plain, default);
        var kek = Convert.FromBase64String(await File.ReadAllTextAsync(KekPath));
        var rows = await _ground.Database.In(GroundScenario.Acme).ListAsync<byte[]>("SELECT wrapped FROM data_keys", null, default);
        Assert.NotEmpty(rows);
        Assert.All(rows, wrapped => Assert.True(wrapped.Length > 48 && wrapped.AsSpan().IndexOf(kek) < 0));
    }

    [Fact]
    public async Task A_missing_key_file_is_named_and_never_replaced()
    {
        using (var vault = NewVault())
            await vault.SealAsync(GroundScenario.Acme, Place, Plain, default);
        File.Delete(KekPath);
        var sentence = await OpeningFailureAsync();
        Assert.Contains("Anteroom:KeyFile", sentence, StringComparison.Ordinal);
        Assert.False(File.Exists(KekPath));
    }

    [Fact]
    public async Task Another_key_file_is_recognised()
    {
        using (var vault = NewVault())
            await vault.OpenAsync(default);
        File.Delete(KekPath);
        await File.WriteAllTextAsync(KekPath, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        File.SetUnixFileMode(KekPath, UnixFileMode.UserRead);
        Assert.Contains("is not the one", await OpeningFailureAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("too short", UnixFileMode.UserRead, "32 bytes")]
    [InlineData(null, UnixFileMode.UserRead | UnixFileMode.OtherRead, "chmod 0400")]
    public async Task An_unfit_key_file_is_refused(string? text, UnixFileMode mode, string expected)
    {
        await File.WriteAllTextAsync(KekPath, text ?? Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        File.SetUnixFileMode(KekPath, mode);
        Assert.Contains(expected, await OpeningFailureAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ten_first_uses_at_once_make_one_data_key()
    {
        var vaults = Enumerable.Range(0, 10).Select(_ => NewVault()).ToList();
        var boxes = await Task.WhenAll(vaults.Select(vault => vault.SealAsync(GroundScenario.Acme, Place, Plain, default).AsTask()));
        foreach (var box in boxes)
            Assert.Equal(Plain, await vaults[0].UnsealAsync(GroundScenario.Acme, Place, box, default));
        Assert.Single(
            await _ground
                .Database.In(GroundScenario.Acme)
                .ListAsync<int>("SELECT version FROM data_keys WHERE organization_id = @organization", null, default)
        );
        vaults.ForEach(vault => vault.Dispose());
    }
}

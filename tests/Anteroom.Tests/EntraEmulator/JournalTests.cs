using System.Net;
using Anteroom.EntraEmulator;
using Anteroom.EntraEmulator.Hosting;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.Tests.EntraEmulator;

/// <summary>design.md §6: an append-only journal with snapshots; what was answered is there after a restart.</summary>
public sealed class JournalTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("emulator-journal-").FullName;

    private EmulatorOptions Options => new() { HttpsPort = null, Folder = _folder };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_restart_keeps_people_secrets_keys_and_used_codes(bool compacted)
    {
        string tenant,
            code,
            kid;
        (string, string?)[] form;
        await using (var stage = await EmulatorStage.StartAsync(Options))
        {
            code = await stage.CodeAsync();
            var tokens = await stage.RedeemAsync(code);
            kid = (string)Jwt.Header((string)tokens.Body["id_token"]!)["kid"]!;
            tenant = stage.TenantId;
            form =
            [
                ("grant_type", "authorization_code"),
                ("client_id", stage.AppId),
                ("client_secret", stage.Secret),
                ("code", code),
                ("redirect_uri", EmulatorStage.RedirectUri),
            ];
            if (compacted)
                stage.Server.Get<EntraDirectory>().Compact();
        }

        Assert.Equal(compacted, File.Exists(Path.Combine(_folder, "snapshot-000001.jsonl")));
        await using var again = await EmulatorStage.StartAsync(Options);
        var reply = await again.TokenAsync(tenant, null, form);
        Assert.Equal(54005, reply.Code); // the secret was right and the code is still used
        var keys = await again.JsonAsync($"/{tenant}/discovery/v2.0/keys");
        Assert.Contains(kid, keys.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_torn_last_line_is_dropped_and_the_rest_kept()
    {
        string tenant;
        await using (var stage = await EmulatorStage.StartAsync(Options))
            tenant = stage.TenantId;
        var journal = Path.Combine(_folder, "journal-000000.jsonl");
        var whole = new FileInfo(journal).Length;
        await File.AppendAllTextAsync(journal, "[{\"t\":\"tenants\",\"k\":\"6f0c");

        await using var again = await EmulatorStage.StartAsync(Options);
        Assert.Equal(whole, new FileInfo(journal).Length);
        using var response = await again.GetAsync($"/{tenant}/v2.0/.well-known/openid-configuration");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_broken_line_in_the_middle_stops_the_start()
    {
        await using (await EmulatorStage.StartAsync(Options)) { }
        var journal = Path.Combine(_folder, "journal-000000.jsonl");
        var lines = await File.ReadAllLinesAsync(journal);
        lines[1] = lines[1][..20];
        await File.WriteAllLinesAsync(journal, lines);

        var refused = await Assert.ThrowsAsync<EmulatorStartException>(() => EmulatorServer.StartAsync(Options, TimeProvider.System));
        Assert.Contains("Line 2", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_emulator_is_kept_out_of_the_folder()
    {
        await using var first = await EmulatorServer.StartAsync(Options, TimeProvider.System);
        var refused = await Assert.ThrowsAsync<EmulatorStartException>(() => EmulatorServer.StartAsync(Options, TimeProvider.System));
        Assert.Contains("in use", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Neither_password_nor_secret_value_is_in_the_folder()
    {
        await using (var stage = await EmulatorStage.StartAsync(Options))
        {
            await stage.RedeemAsync(await stage.CodeAsync());
            await stage.Server.DisposeAsync();
            var text = await File.ReadAllTextAsync(Path.Combine(_folder, "journal-000000.jsonl"));
            Assert.DoesNotContain(EmulatorStage.Password, text, StringComparison.Ordinal);
            Assert.DoesNotContain(stage.Secret, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_addresses_are_written_where_launchers_look()
    {
        await using var server = await EmulatorServer.StartAsync(new EmulatorOptions { Folder = _folder }, TimeProvider.System);
        var written = System.Text.Json.Nodes.JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, "emulator.json")))!;
        Assert.Equal(server.Http!.ToString().TrimEnd('/'), (string?)written["http"]);
        Assert.Equal(server.Https!.ToString().TrimEnd('/'), (string?)written["https"]);
        Assert.Equal(server.CertificateAuthorityPem, await File.ReadAllTextAsync((string)written["caCertificate"]!));
    }
}

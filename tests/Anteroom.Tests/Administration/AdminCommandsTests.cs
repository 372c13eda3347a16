using Anteroom.Server.Administration;
using Anteroom.Server.Audit;
using Anteroom.Server.Platform;
using Anteroom.Tests.Audit;
using Anteroom.Tests.Platform;

namespace Anteroom.Tests.Administration;

public sealed class AdminCommandsTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("anteroom-admin-").FullName;
    private GroundScenario _ground = null!;

    public async ValueTask InitializeAsync() => _ground = await GroundScenario.CreateAsync();

    public async ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        await _ground.DisposeAsync();
    }

    private async Task<(int Code, string[] Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var options = new AnteroomOptions { BaseUrl = "https://id.example", DataFolder = _folder };
        var code = await AdminCommands.RunAsync(args, options, _ground.Source, _ground.Clock, output, error, default);
        return (code, output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries), error.ToString());
    }

    private async Task<AuditItem> LastAuditAsync(OrganizationId organization) =>
        (await new AuditReader(_ground.Database).ListAsync(organization, new(Limit: 1), default))[0];

    [Fact]
    [Trait("Security", "SEC-266")]
    public async Task Bootstrap_prints_a_link_that_the_database_knows_by_hash_for_thirty_minutes()
    {
        var (code, output, _) = await RunAsync("bootstrap");
        Assert.Equal(0, code);
        var link = new Uri(output[^1]);
        Assert.Equal("https://id.example/console/owner", link.GetLeftPart(UriPartial.Path));
        Assert.True(Handle.TryParse(OwnerLink.Prefix, link.Query["?link=".Length..], out var handle));
        var expires = await _ground
            .Database.In(OrganizationId.Platform)
            .FirstAsync<DateTimeOffset>(
                "SELECT expires_at FROM one_time_links WHERE organization_id = @organization AND sha256 = @hash AND purpose = 'owner' AND consumed_at IS NULL",
                new { hash = handle.Sha256() },
                default
            );
        Assert.Equal(30, (expires - _ground.Clock.GetUtcNow()).TotalMinutes, 0.01);
        var audit = await LastAuditAsync(OrganizationId.Platform);
        Assert.Equal(("owner_link.created", "success"), (audit.Action, audit.Result));
        Assert.DoesNotContain(handle.Reveal(), audit.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_api_key_is_printed_once_and_stored_as_its_hash()
    {
        var (code, output, _) = await RunAsync("api-key", "--name", "demo", "--organization", "acme", "--Anteroom:DataFolder=/elsewhere");
        Assert.Equal(0, code);
        Assert.True(Handle.TryParse("ak", output[^1], out var handle));
        Assert.Equal(GroundScenario.Acme, handle.Organization);
        var row = await _ground
            .Database.In(GroundScenario.Acme)
            .FirstAsync<string>("SELECT name || ' ' || last4 FROM api_keys WHERE sha256 = @hash", new { hash = handle.Sha256() }, default);
        Assert.Equal("demo " + output[^1][^4..], row);
        Assert.Equal(
            ("api_key.created", "demo"),
            ((await LastAuditAsync(GroundScenario.Acme)).Action, (await LastAuditAsync(GroundScenario.Acme)).TargetName)
        );
    }

    [Theory]
    [InlineData(2, "name", "api-key")]
    [InlineData(1, "no organization", "api-key", "--name", "x", "--organization", "nobody")]
    [InlineData(2, "not a command", "explode")]
    [InlineData(2, "not a command")]
    public async Task A_wrong_command_ends_with_a_sentence(int expected, string says, params string[] args)
    {
        var (code, _, error) = await RunAsync(args);
        Assert.Equal(expected, code);
        Assert.Contains(says, error, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Security", "SEC-281")]
    public async Task Keys_are_listed_without_any_key()
    {
        var (code, output, _) = await RunAsync("keys");
        Assert.Equal(0, code);
        var kek = (await File.ReadAllTextAsync(Path.Combine(_folder, "kek"))).Trim();
        Assert.DoesNotContain(kek, string.Concat(output), StringComparison.Ordinal);
        Assert.Contains(output, line => line.Contains("version 1  1 organization", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Security", "SEC-321")]
    public async Task Verify_audit_ends_with_0_for_a_sound_trail_and_with_1_and_the_record_for_an_edited_one()
    {
        for (var i = 0; i < 3; i++)
            await _ground.RecordAsync(GroundScenario.Acme, new("user.created", AuditResult.Success));
        await _ground.SealAllAsync();
        Assert.Equal(0, (await RunAsync("verify-audit")).Code);

        await _ground.AsOwnerAsync(
            GroundScenario.Acme,
            "UPDATE audit_events SET action = 'user.deleted' WHERE audit_id = (SELECT max(audit_id) FROM audit_events)"
        );
        var (code, output, error) = await RunAsync("verify-audit", "--organization", "acme");
        Assert.Equal(1, code);
        Assert.Contains(output, line => line.Contains("RowChanged: Record ", StringComparison.Ordinal));
        Assert.Contains("gaps or edits", error, StringComparison.Ordinal);
        Assert.Equal("failed", (await LastAuditAsync(GroundScenario.Acme)).Result);
    }

    [Fact]
    public async Task Migrate_tells_the_schema()
    {
        var (code, output, _) = await RunAsync("migrate");
        Assert.Equal(0, code);
        Assert.Contains("schema", output[^1], StringComparison.Ordinal);
    }

    [Fact] // the new key is published first and signs after the notice; a second call adds nothing
    [Trait("Security", "SEC-110")]
    public async Task Rotating_signing_keys_publishes_successors_that_sign_after_the_notice()
    {
        await RunAsync("keys", "rotate-signing"); // the first of all sign at once
        var (code, output, error) = await RunAsync("keys", "rotate-signing");
        Assert.True(code == 0, error);
        Assert.Equal(4, output.Length);
        var keys = await KeysAsync();
        foreach (var algorithm in (string[])["ES256", "RS256"])
        {
            var (old, next) = (
                keys.Single(key => key.Algorithm == algorithm && key.RetiredAt is not null),
                keys.Single(key => key.Algorithm == algorithm && key.RetiredAt is null)
            );
            Assert.True(next.ActiveFrom - _ground.Clock.GetUtcNow() >= TimeSpan.FromHours(24));
            Assert.Equal(next.ActiveFrom, old.RetiredAt);
            Assert.True(old.ExpiresAt > old.RetiredAt + TimeSpan.FromMinutes(60));
            Assert.Contains(output, line => line.StartsWith($"{algorithm}  {next.Kid}  published now", StringComparison.Ordinal));
        }
        Assert.Equal(
            ("signing_keys.rotated", "success"),
            ((await LastAuditAsync(OrganizationId.Platform)).Action, (await LastAuditAsync(OrganizationId.Platform)).Result)
        );

        var (_, again, _) = await RunAsync("keys", "rotate-signing");
        Assert.Contains(again, line => line.Contains("was published before", StringComparison.Ordinal));
        Assert.Equal(4, (await KeysAsync()).Count);
    }

    private Task<List<KeyRow>> KeysAsync() =>
        _ground
            .Database.In(OrganizationId.Platform)
            .ListAsync<KeyRow>(
                "SELECT kid, algorithm, active_from, retired_at, expires_at FROM signing_keys WHERE organization_id = @organization",
                null,
                default
            );

    private sealed record KeyRow(
        string Kid,
        string Algorithm,
        DateTimeOffset ActiveFrom,
        DateTimeOffset? RetiredAt,
        DateTimeOffset? ExpiresAt
    );
}

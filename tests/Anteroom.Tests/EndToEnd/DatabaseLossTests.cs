using System.Diagnostics;
using System.Net;
using Anteroom.Harness;
using Npgsql;

namespace Anteroom.Tests.EndToEnd;

/// <summary>The database is full, read-only or gone: a clean refusal in time, nothing half-written, and everything works again by itself.</summary>
public sealed class DatabaseLossTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    [Trait("Security", "SEC-347")]
    public async Task Refuses_cleanly_while_the_database_is_read_only()
    {
        await using var rig = await AnteroomRig.StartAsync();
        var application = await RelyingParty.RegisterAsync(rig);
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        using var browser = rig.NewBrowser();
        var tokens = await contoso.SignInAsync(application, browser, mira);
        Assert.True(tokens.IsSuccess);
        var before = await contoso.Rows.CountAsync();

        await SetReadOnlyAsync(rig, "on");
        using var stranger = rig.NewBrowser();
        Refused.AssertPage(
            await Contoso.SignInAsync(stranger, application.Begin(("organization", contoso.Slug)), mira),
            "database_unavailable"
        );
        Assert.False(rig.HasSession(stranger));
        // Whoever is signed in gets no code either: it could not be audited.
        var known = await browser.GetAsync(application.Begin(("organization", contoso.Slug)).Address.AbsoluteUri);
        Refused.AssertPage(known, "database_unavailable");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, known.Status);
        Assert.False(string.IsNullOrEmpty(known.Headers["Retry-After"]));
        // What a person or an application can quote is in the log.
        var refresh = await application.RefreshAsync(tokens.RefreshToken);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "temporarily_unavailable"), (refresh.Status, refresh.Error));
        foreach (var id in (string?[])[known.CorrelationId, refresh.CorrelationId])
            Assert.Single(rig.Errors, line => line.Contains($"({id})", StringComparison.Ordinal));
        Assert.Equal(before, await contoso.Rows.CountAsync());

        await SetReadOnlyAsync(rig, "off");
        Assert.True((await contoso.SignInAsync(application, browser, mira)).IsSuccess);
        Assert.Empty(await rig.Invariants.ViolationsAsync());
    }

    [Fact]
    [Trait("Security", "SEC-347")]
    public async Task Refuses_cleanly_while_the_disk_is_full_and_recovers_without_a_restart()
    {
        await using var disk = await SmallDisk.MountAsync();
        Assert.SkipWhen(disk is null, "Making a small disk needs the right to mount one.");
        await using var rig = await AnteroomRig.StartAsync(
            new() { Durable = true, DatabaseFolder = Path.Combine(disk.Folder, "database") }
        );
        var application = await RelyingParty.RegisterAsync(rig);
        var contoso = await Contoso.CreateAsync(rig);
        using (var browser = rig.NewBrowser())
            Assert.True((await contoso.SignInAsync(application, browser, await contoso.AddPersonAsync())).IsSuccess);

        disk.Fill();
        var refused = 0;
        List<(Person Person, string Subject)> admitted = [];
        for (var attempt = 0; attempt < 400 && refused < 5; attempt++)
        {
            var person = await contoso.AddPersonAsync($"person{attempt}");
            using var browser = rig.NewBrowser();
            await contoso.SignInAtEntraAsync(browser, person);
            var begun = application.Begin(("organization", contoso.Slug));
            var page = await browser.GetAsync(begun.Address.AbsoluteUri);
            var tokens = page.Answer.TryGetValue("code", out var code) ? await application.RedeemAsync(code, begun.Verifier) : null;
            if (tokens is { IsSuccess: true })
            {
                admitted.Add((person, tokens.Subject)); // what is left of allocated pages is used up first
                continue;
            }
            refused++;
            Assert.Equal(HttpStatusCode.ServiceUnavailable, tokens?.Status ?? page.Status);
            if (tokens is null)
            {
                Refused.AssertPage(page, "database_unavailable", "outcome_unknown");
                Assert.False(rig.HasSession(browser));
            }
        }
        Assert.True(refused > 0, "The disk never was full.");

        disk.Empty();
        await Poll.UntilAsync(
            "people are signed in again",
            Patience,
            async () =>
            {
                var person = await contoso.AddPersonAsync($"later{Guid.CreateVersion7():N}");
                using var browser = rig.NewBrowser();
                await contoso.SignInAtEntraAsync(browser, person);
                var begun = application.Begin(("organization", contoso.Slug));
                var page = await browser.GetAsync(begun.Address.AbsoluteUri);
                return page.Answer.TryGetValue("code", out var code) && (await application.RedeemAsync(code, begun.Verifier)).IsSuccess;
            }
        );
        Assert.Empty(await rig.Invariants.ViolationsAsync());
        CampaignLog.Saw($"{refused} refused with 503, {admitted.Count} admitted on the full disk, 0 of them lost");
        foreach (var (person, subject) in admitted) // what was acknowledged on the full disk is still there
            Assert.Equal(
                subject,
                await contoso.Rows.FirstAsync<string>(
                    "SELECT u.subject FROM external_identities i JOIN users u USING (organization_id, user_id) WHERE i.organization_id = @organization AND i.object_id = @id",
                    new { id = person.ObjectId }
                )
            );
    }

    [Fact]
    [Trait("Security", "SEC-346")]
    public async Task Answers_in_two_seconds_that_the_database_is_gone()
    {
        await using var rig = await AnteroomRig.StartAsync(new() { Durable = true });
        var application = await RelyingParty.RegisterAsync(rig);
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        using var browser = rig.NewBrowser();
        Assert.True((await contoso.SignInAsync(application, browser, mira)).IsSuccess);
        var address = application.Begin(("organization", contoso.Slug)).Address.AbsoluteUri;

        List<TimeSpan> took = [];
        for (var round = 0; round < 3 || (round < 10 && took.Count == 0); round++)
        {
            await rig.Durable!.KillAsync(default);
            for (var request = 0; request < 5; request++)
            {
                var started = Stopwatch.GetTimestamp();
                var page = await browser.GetAsync(address);
                if (page.Answer.ContainsKey("code"))
                    break; // its keeper was quicker
                took.Add(Stopwatch.GetElapsedTime(started));
                Refused.AssertPage(page, "database_unavailable", "outcome_unknown");
                Assert.False(string.IsNullOrEmpty(page.Headers["Retry-After"]));
                Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(rig.Address + "/health/live")).Status);
            }
            await rig.Durable.RecoveredAsync();
        }
        Assert.True(took.Count > 0, "Nobody noticed that the database was gone.");
        // Two seconds are the promise; a single one may be held up by what else a test's machine does.
        Assert.InRange(took.Order().ElementAt(took.Count / 2), TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.InRange(took.Max(), TimeSpan.Zero, TimeSpan.FromSeconds(10));
        CampaignLog.Saw(
            $"{took.Count} answers without a database, {took.Order().ElementAt(took.Count / 2).TotalMilliseconds:0} ms in the middle, {took.Max().TotalMilliseconds:0} ms at most"
        );
        await Poll.UntilAsync("it works again", Patience, async () => (await browser.GetAsync(address)).Answer.ContainsKey("code"));
        await Poll.UntilAsync(
            "the server is ready",
            Patience,
            async () => (await browser.GetAsync(rig.Address + "/health/ready")).Status == HttpStatusCode.OK
        );
        Assert.Empty(await rig.Invariants.ViolationsAsync());
    }

    private static async Task SetReadOnlyAsync(AnteroomRig rig, string value)
    {
        await using var owner = new NpgsqlConnection(
            rig.OwnerConnectionString + ";Pooling=false;Options='-c default_transaction_read_only=off'"
        );
        await owner.OpenAsync();
        await using var command = owner.CreateCommand();
#pragma warning disable CA2100 // Names of our own making.
        command.CommandText = $"ALTER DATABASE {owner.Database} SET default_transaction_read_only = {value}";
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
        NpgsqlConnection.ClearAllPools(); // the setting is for new connections
        rig.Get<NpgsqlDataSource>().Clear();
    }

    /// <summary>A file system of its own that can be filled to the last byte without harming anybody else.</summary>
    private sealed class SmallDisk : IAsyncDisposable
    {
        private const string Size = "192m";

        private SmallDisk(string folder) => Folder = folder;

        public string Folder { get; }

        private string Ballast => Path.Combine(Folder, "ballast");

        public static async Task<SmallDisk?> MountAsync()
        {
            var folder = Directory.CreateTempSubdirectory("anteroom-disk-").FullName;
            if (await RunAsync("mount", "-t", "tmpfs", "-o", $"size={Size},mode=755", "anteroom-tests", folder))
                return new(folder);
            Directory.Delete(folder);
            return null;
        }

        public void Fill()
        {
            var block = new byte[64 * 1024];
            using var file = new FileStream(Ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            for (var size = block.Length; size >= 512; size /= 2)
                try
                {
                    while (true)
                        file.Write(block, 0, size);
                }
                catch (IOException)
                {
                    // Full for pieces of this size.
                }
        }

        public void Empty() => File.Delete(Ballast);

        public async ValueTask DisposeAsync()
        {
            await RunAsync("umount", "-l", Folder);
            Directory.Delete(Folder, recursive: true);
        }

        private static async Task<bool> RunAsync(string program, params string[] arguments)
        {
            try
            {
                using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
                await process.WaitForExitAsync();
                return process.ExitCode == 0;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return false;
            }
        }
    }
}

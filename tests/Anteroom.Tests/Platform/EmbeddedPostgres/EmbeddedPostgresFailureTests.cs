using System.Diagnostics;

namespace Anteroom.Tests.Platform.EmbeddedPostgres;

/// <summary>Each broken folder or machine is one sentence, never an exception.</summary>
public sealed class EmbeddedPostgresFailureTests
{
    [Fact]
    public async Task A_file_in_place_of_the_folder_is_named()
    {
        await using var folder = new DatabaseFolder();
        await File.WriteAllTextAsync(folder.Data, "", TestContext.Current.CancellationToken);
        var failure = await folder.FailToStartAsync();
        Assert.Equal("folder_unusable", failure.Code);
        Assert.Contains(folder.Data, failure.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_named()
    {
        await using var folder = new DatabaseFolder("../../proc/data"); // no account may create anything there
        var failure = await folder.FailToStartAsync();
        Assert.Equal("folder_unusable", failure.Code);
        Assert.Contains("/proc/data", failure.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("nonsense")]
    [InlineData("15")] // the right word, but nothing else of a cluster
    public async Task A_folder_that_is_no_cluster_is_left_alone(string? version)
    {
        await using var folder = new DatabaseFolder();
        Directory.CreateDirectory(folder.Cluster);
        if (version is not null)
            await File.WriteAllTextAsync(Path.Combine(folder.Cluster, "PG_VERSION"), version, TestContext.Current.CancellationToken);
        Assert.Equal("folder_foreign", (await folder.FailToStartAsync()).Code);
        Assert.True(Directory.Exists(folder.Cluster));
    }

    [Fact]
    public async Task A_cluster_of_another_version_names_both()
    {
        await using var folder = new DatabaseFolder();
        await (await folder.StartAsync()).DisposeAsync();
        await File.WriteAllTextAsync(Path.Combine(folder.Cluster, "PG_VERSION"), "12\n", TestContext.Current.CancellationToken);
        var failure = await folder.FailToStartAsync();
        Assert.Equal("version_mismatch", failure.Code);
        Assert.Contains("postgresql-12", failure.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damaged_control_data_gives_the_servers_own_words()
    {
        await using var folder = new DatabaseFolder();
        await (await folder.StartAsync()).DisposeAsync();
        await File.WriteAllBytesAsync(
            Path.Combine(folder.Cluster, "global", "pg_control"),
            new byte[8192],
            TestContext.Current.CancellationToken
        );
        var failure = await folder.FailToStartAsync();
        Assert.Equal("start_failed", failure.Code);
        Assert.Contains("FATAL", failure.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_programs_are_named()
    {
        await using var folder = new DatabaseFolder();
        var failure = await folder.FailToStartAsync(folder.Options with { BinFolder = folder.Parent });
        Assert.Equal("binaries_missing", failure.Code);
        Assert.Contains(folder.Parent, failure.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_socket_that_another_running_database_holds_is_a_conflict()
    {
        await using var other = new DatabaseFolder();
        await other.StartAsync();
        await using var folder = new DatabaseFolder();
        await (await folder.StartAsync()).DisposeAsync();
        await File.WriteAllTextAsync(
            Path.Combine(folder.Data, "run", ".s.PGSQL.5432.lock"),
            $"{other.ServerPid()}\n{other.Cluster}\n",
            TestContext.Current.CancellationToken
        );
        var failure = await folder.FailToStartAsync();
        Assert.Equal("socket_conflict", failure.Code);
        Assert.Contains(other.Cluster, failure.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Left_over_processes_are_waited_for()
    {
        await using var folder = new DatabaseFolder();
        await (await folder.StartAsync()).DisposeAsync();
        // A process that calls itself postgres and works in the folder for a moment, as the backends of a killed server do.
        var impostor = Path.Combine(folder.Parent, "postgres");
        File.CreateSymbolicLink(impostor, "/bin/sleep"); // a copy may still be open for writing in what another test is just starting
        using var left = Process.Start(new ProcessStartInfo(impostor, ["1"]) { WorkingDirectory = folder.Cluster })!;
        await folder.StartAsync();
        Assert.True(left.HasExited);
    }
}

using System.Diagnostics;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Server.Platform.EmbeddedPostgres;

/// <summary>A private PostgreSQL from the machine's own programs, on a Unix socket in its data folder, never as root (design.md §5).</summary>
/// <remarks>
/// Several processes may use one folder at once: the first starts the server, the others adopt it, the last one stops it. The server
/// survives a killed product and is adopted by the next one. If it dies while it is used, it is started again within a second or two.
/// Linux only.
/// </remarks>
public sealed class EmbeddedPostgres : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan WatchPeriod = TimeSpan.FromSeconds(1);

    /// <summary>A killed process lets go of its files only when its last thread has ended, and tells its children before that.</summary>
    private static readonly TimeSpan DyingParent = TimeSpan.FromSeconds(5);

    private readonly ClusterHome _home;
    private readonly Postmaster _postmaster;
    private readonly EmbeddedPostgresOptions _options;
    private readonly TimeProvider _clock;
    private readonly FileStream _use;
    private readonly int _parent = RunningProcesses.Parent;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _watch;

    private EmbeddedPostgres(ClusterHome home, Postmaster postmaster, EmbeddedPostgresOptions options, TimeProvider clock, FileStream use)
    {
        (_home, _postmaster, _options, _clock, _use) = (home, postmaster, options, clock, use);
        OwnerConnectionString = postmaster.ConnectionString(ClusterCreation.OwnerRole);
        AppConnectionString = postmaster.ConnectionString(ClusterCreation.AppRole);
        _watch = Task.Run(() => WatchAsync(_stopping.Token));
    }

    /// <summary>For migrations: owns the database, passes no row-level security.</summary>
    public string OwnerConnectionString { get; }

    /// <summary>For everything else.</summary>
    public string AppConnectionString { get; }

    /// <summary>Starts or adopts the server and returns when it answers. Failures are sentences for the person at the terminal.</summary>
    public static async Task<Result<EmbeddedPostgres, EmbeddedPostgresFailure>> StartAsync(
        EmbeddedPostgresOptions options,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        if (!OperatingSystem.IsLinux())
            return EmbeddedPostgresFailure.BinariesMissing(
                "The embedded database runs on Linux only: give a connection string to a PostgreSQL server of your own."
            );

        var dataFolder = Path.GetFullPath(options.DataFolder);
        try
        {
            ClusterHome.MakeFolder(dataFolder);
            await using var exclusive = await FolderLocks.TryTakeAsync(Path.Combine(dataFolder, "start.lock"), StartPatience, ct);
            if (exclusive is null)
                return EmbeddedPostgresFailure.Busy(
                    $"Another process has been starting the database in {dataFolder} for too long: end it and try again."
                );

            // First, because the programs' package also makes the account that the next steps ask about.
            if (!(await PostgresBinaries.FindAsync(options.BinFolder, clusterVersion: null, ct)).TryGet(out _, out var notInstalled))
                return notInstalled;
            var resolved = await ClusterHome.ResolveAsync(dataFolder, clock, options.Log, ct);
            if (!resolved.TryGet(out var home, out var unusable))
                return unusable;
            var postmaster = new Postmaster(home, options);
            if (await BringUpAsync(home, postmaster, options, clock, ct) is { } failure)
                return failure;
            return new EmbeddedPostgres(home, postmaster, options, clock, FolderLocks.RegisterUser(home.Users, clock));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return EmbeddedPostgresFailure.FolderUnusable($"The data folder {dataFolder} cannot be used: {e.Message}");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return EmbeddedPostgresFailure.BinariesMissing(
                $"A program that the embedded database needs does not start as {ServerAccount.Name}: {e.Message} Install the packages postgresql and coreutils."
            );
        }
    }

    /// <summary>Deletes the database of a folder with everything in it, stopping a server that nobody uses. Null when it is gone.</summary>
    public static async Task<EmbeddedPostgresFailure?> EraseAsync(EmbeddedPostgresOptions options, TimeProvider clock, CancellationToken ct)
    {
        var dataFolder = Path.GetFullPath(options.DataFolder);
        if (!Directory.Exists(dataFolder))
            return null;
        try
        {
            await using var exclusive = await FolderLocks.TryTakeAsync(Path.Combine(dataFolder, "start.lock"), StartPatience, ct);
            if (exclusive is null)
                return EmbeddedPostgresFailure.Busy($"The database in {dataFolder} is being started: end that process and try again.");
            if (ClusterHome.RecordedRoot(dataFolder) is { } root && Directory.Exists(root))
            {
                var home = new ClusterHome(dataFolder, root, SocketFolder: Path.Combine(root, "run"));
                if (Directory.Exists(home.Users) && FolderLocks.AnyUser(home.Users))
                    return EmbeddedPostgresFailure.Busy($"The database in {dataFolder} is in use: stop what uses it and try again.");
                await new Postmaster(home, options).StopAsync(ct);
                Directory.Delete(root, recursive: true);
            }
            if (Directory.Exists(dataFolder))
                Directory.Delete(dataFolder, recursive: true);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return EmbeddedPostgresFailure.FolderUnusable($"The database in {dataFolder} cannot be deleted: {e.Message}");
        }
    }

    /// <summary>Stops the server when nobody else uses it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
            return;
        await _stopping.CancelAsync();
        await _watch;

        await using var exclusive = await FolderLocks.TryTakeAsync(_home.StartLock, StartPatience, CancellationToken.None);
        await _use.DisposeAsync();
        if (exclusive is null || await IsUsedAsync())
            _options.Log.LeftRunning(_home.Root);
        else
            await _postmaster.StopAsync(CancellationToken.None);
        _stopping.Dispose();
    }

    private async Task<bool> IsUsedAsync()
    {
        var patience = RunningProcesses.Parent == _parent ? TimeSpan.Zero : DyingParent;
        for (var began = Stopwatch.GetTimestamp(); FolderLocks.AnyUser(_home.Users); await Task.Delay(FolderLocks.Poll))
            if (Stopwatch.GetElapsedTime(began) >= patience)
                return true;
        return false;
    }

    /// <summary>Adopt what runs; else make what is missing, clear what is stale, start. Under the start lock.</summary>
    private static async Task<EmbeddedPostgresFailure?> BringUpAsync(
        ClusterHome home,
        Postmaster postmaster,
        EmbeddedPostgresOptions options,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        if (postmaster.IsAlive())
        {
            var unready = await postmaster.WaitUntilReadyAsync(postmaster.IsAlive, ct);
            if (unready is null)
                options.Log.Adopted(home.Root);
            if (unready is null || postmaster.IsAlive())
                return unready;
            // It was on its way out: start it like any stopped one.
        }

        ClusterVersion? made = null;
        if (home.HasCluster && !ClusterCreation.VersionOf(home).TryGet(out made, out var foreign))
            return foreign;
        var found = await PostgresBinaries.FindAsync(options.BinFolder, made?.Major, ct);
        if (!found.TryGet(out var binaries, out var missing))
            return missing;
        if (made is null && await ClusterCreation.CreateAsync(home, binaries, options, clock, ct) is { } notMade)
            return notMade;
        if (await postmaster.ClearStaleLocksAsync(ct) is { } conflict)
            return conflict;
        return await postmaster.StartAsync(binaries, ct);
    }

    /// <summary>Starts a server that died under its users. Of several products one does it, the others find it done.</summary>
    private async Task WatchAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(WatchPeriod, ct);
                if (_postmaster.IsAlive())
                    continue;
                await using var exclusive = await FolderLocks.TryTakeAsync(_home.StartLock, StartPatience, ct);
                if (exclusive is null || _postmaster.IsAlive())
                    continue;
                _options.Log.Restarting(_home.Root);
                if (await BringUpAsync(_home, _postmaster, _options, _clock, ct) is { } failure)
                    _options.Log.RestartFailed(failure.Sentence);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
            {
                _options.Log.WatchFailed(e);
            }
        }
    }
}

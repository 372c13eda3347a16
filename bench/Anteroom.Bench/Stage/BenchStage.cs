using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Anteroom.Bench.Limits;
using Anteroom.Bench.Measuring;
using Anteroom.DevHost;
using Anteroom.Server.Platform.EmbeddedPostgres;
using Npgsql;

namespace Anteroom.Bench.Stage;

/// <summary>All that is measured, in processes of its own with durable databases in a temporary folder: Anteroom, the floor and the limits. Removed at the end.</summary>
internal sealed class BenchStage : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("anteroom-bench-").FullName;
    private readonly Children _children = new();
    private readonly Stack<IAsyncDisposable> _running = new();
    private readonly TimeProvider _clock;
    private readonly bool _pin;
    private EmbeddedPostgres _own = null!;
    private EmbeddedPostgres _limits = null!;
    private readonly SemaphoreSlim _emulatorLock = new(1);
    private Emulator? _emulator;
    private int _started;

    private BenchStage(TimeProvider clock, bool pin) => (_clock, _pin) = (clock, pin);

    /// <summary>One pool of connections for all clients, kept alive; redirects and cookies are theirs.</summary>
    public HttpMessageInvoker Http { get; } =
        new(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                UseProxy = false,
                PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
            }
        );

    public Client Anteroom { get; private set; } = null!;
    public Client Job { get; private set; } = null!;
    public Client RsaJob { get; private set; } = null!;
    public Client Floor { get; private set; } = null!;
    public Target Limits { get; private set; } = null!;
    public string CompanyCode { get; private set; } = "";
    public string PostgresVersion { get; private set; } = "";
    public Upstream Upstream { get; private set; } = null!;

    public static async Task<BenchStage> StartAsync(TimeProvider clock, bool pin, CancellationToken ct)
    {
        var stage = new BenchStage(clock, pin);
        try
        {
            await stage.BeginAsync(ct);
            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    /// <summary>Another node of Anteroom, or another floor, on the same database; for measuring how it starts.</summary>
    public async Task<(Child Child, string Address)> StartNodeAsync(bool floor, CancellationToken ct)
    {
        var address = NewAddress();
        return (await (floor ? StartFloorAsync(address) : StartServerAsync(address)).WaitAsync(ct), address);
    }

    /// <summary>The Entra emulator in a process of its own with its journal on the disk, started when the first scenario wants it.</summary>
    public async Task<Emulator> EmulatorAsync()
    {
        await _emulatorLock.WaitAsync();
        try
        {
            if (_emulator is not null)
                return _emulator;
            var port = FreePort().ToString(CultureInfo.InvariantCulture);
            var address = $"http://localhost:{port}";
            string[] arguments = ["--http-port", port, "--no-https", "--quiet", "--data", Path.Combine(_folder, "emulator")];
            var child = Keep(await StartChildAsync("emulator", Repository.Emulator, arguments));
            await AnswersAsync(child, address + "/_emulator/status", CancellationToken.None);
            return _emulator = await Emulator.PrepareAsync(new(address, child.Id), CancellationToken.None);
        }
        finally
        {
            _emulatorLock.Release();
        }
    }

    /// <summary>Who runs after <see cref="EmulatorAsync"/>.</summary>
    public Target EmulatorTarget => _emulator?.Target ?? throw new BenchException("The emulator was not started.");

    public static async Task<Usage> UsageAsync(Target target)
    {
        if (target.Database is not { } database)
            return new(ProcessTree.CpuMilliseconds(target.Process), 0, 0, ProcessTree.ResidentMegabytes(target.Process));
        await using var connection = new NpgsqlConnection(target.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT pg_snapshot_xmax(pg_current_snapshot())::text", connection);
        var next = long.Parse((string)(await command.ExecuteScalarAsync())!, CultureInfo.InvariantCulture);
        return new(
            ProcessTree.CpuMilliseconds(target.Process),
            ProcessTree.CpuMilliseconds(database),
            next,
            ProcessTree.ResidentMegabytes(target.Process)
        );
    }

    /// <summary>Fills Anteroom's database with ten thousand organizations and a million people.</summary>
    public Task<Desk> PopulateAsync(CancellationToken ct) =>
        Population.FillAsync(_own.OwnerConnectionString, new Uri(Anteroom.Target.Address), ct);

    /// <summary>How often Anteroom's large tables were read from end to end so far.</summary>
    public async Task<long> SequentialScansAsync(CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(_own.OwnerConnectionString);
        await connection.OpenAsync(ct);
        await using var command = new NpgsqlCommand(
            "SELECT coalesce(sum(seq_scan), 0)::bigint FROM pg_stat_user_tables WHERE n_live_tup > 10000",
            connection
        );
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>Tells both databases what their tables hold now. They find out by themselves, but a while after a rush on empty tables.</summary>
    public async Task AnalyzeAsync(CancellationToken ct)
    {
        foreach (var database in (EmbeddedPostgres[])[_own, _limits])
        {
            await using var connection = new NpgsqlConnection(database.OwnerConnectionString);
            await connection.OpenAsync(ct);
            await using var command = new NpgsqlCommand("ANALYZE", connection);
            await command.ExecuteNonQueryAsync(ct);
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_running.TryPop(out var running))
            await running.DisposeAsync();
        _children.Dispose();
        _emulatorLock.Dispose();
        Http.Dispose();
        NpgsqlConnection.ClearAllPools();
        foreach (var options in (EmbeddedPostgresOptions[])[Database("anteroom"), Database("limits")])
            _ = await EmbeddedPostgres.EraseAsync(options, _clock, CancellationToken.None);
        Directory.Delete(_folder, recursive: true);
    }

    private async Task BeginAsync(CancellationToken ct)
    {
        Upstream = await Upstream.StartAsync(FreePort(), _clock, ct);
        _running.Push(Upstream);
        _own = await StartDatabaseAsync("anteroom", ct);
        _limits = await StartDatabaseAsync("limits", ct);

        var server = NewAddress();
        var serverChild = Keep(await StartServerAsync(server));
        await AnswersAsync(serverChild, server + "/health/ready", ct);
        var floor = NewAddress();
        var floorChild = Keep(await StartFloorAsync(floor));
        await AnswersAsync(floorChild, floor + "/", ct);
        var limits = NewAddress();
        var limitsChild = Keep(await StartOwnAsync("limits", limits, ["limits", limits, _limits.OwnerConnectionString]));
        await AnswersAsync(limitsChild, limits + "/json", ct);

        var installation = await Installation.PrepareAsync(server, Upstream, [.. ServerSettings(server)], ct);
        CompanyCode = installation.CompanyCode;
        var target = new Target(server, serverChild.Id, await PostmasterAsync(_own), _own.AppConnectionString);
        Anteroom = new(
            target,
            $"{server}/connect/authorize?response_type=code&client_id={installation.Portal.ClientId}"
                + $"&redirect_uri={Uri.EscapeDataString(FloorProgram.RedirectUri)}&organization={Installation.Slug}",
            $"{server}/connect/token",
            installation.Portal.Basic,
            FloorProgram.RedirectUri
        );
        (Job, RsaJob) = (Anteroom with { Basic = installation.Job.Basic }, Anteroom with { Basic = installation.RsaJob.Basic });
        var limitsDatabase = await PostmasterAsync(_limits);
        Floor = new(
            new(floor, floorChild.Id, limitsDatabase, _limits.OwnerConnectionString),
            $"{floor}/authorize?response_type=code&client_id={FloorProgram.ClientId}&redirect_uri={Uri.EscapeDataString(FloorProgram.RedirectUri)}",
            $"{floor}/token",
            FloorProgram.BasicValue(),
            FloorProgram.RedirectUri
        );
        Limits = new(limits, limitsChild.Id, limitsDatabase, _limits.OwnerConnectionString);
        if (_pin)
            Affinity.Pin(Environment.ProcessId, Environment.ProcessorCount - 1);
    }

    private Child Keep(Child child)
    {
        _running.Push(child);
        return child;
    }

    private Task<Child> StartServerAsync(string address) =>
        StartChildAsync("server", Repository.CompiledServer, ["serve", "--urls", address, .. ServerSettings(address)]);

    private Task<Child> StartFloorAsync(string address) =>
        StartOwnAsync("floor", address, ["floor", address, Upstream.Address, _limits.OwnerConnectionString]);

    private Task<Child> StartOwnAsync(string name, string address, string[] arguments) =>
        StartChildAsync($"{name} at {address}", new(_folder, typeof(BenchStage).Assembly.Location), arguments);

    private async Task<Child> StartChildAsync(string name, ProgramPlace program, IEnumerable<string> arguments)
    {
        var log = Path.Combine(_folder, $"{Interlocked.Increment(ref _started)}.log");
        var child = await _children.StartAsync(name, program, arguments, new Dictionary<string, string?>(), log);
        if (_pin)
            Affinity.Pin(child.Id, 0);
        return child;
    }

    private IEnumerable<string> ServerSettings(string address) =>
        [
            $"--Anteroom:BaseUrl={address}",
            $"--Anteroom:DataFolder={_folder}",
            $"--Anteroom:AllowedTargets:0={Upstream.Address}",
            $"--ConnectionStrings:Anteroom={_own.AppConnectionString}",
            $"--ConnectionStrings:AnteroomOwner={_own.OwnerConnectionString}",
            // All load comes from one network here.
            "--Anteroom:IdentifyPerMinute=1000000",
            "--Anteroom:StoredRequestsPerMinute=1000000",
        ];

    private async Task<EmbeddedPostgres> StartDatabaseAsync(string name, CancellationToken ct)
    {
        if (!(await EmbeddedPostgres.StartAsync(Database(name), _clock, ct)).TryGet(out var database, out var failure))
            throw new BenchException(failure.Sentence);
        _running.Push(database);
        return database;
    }

    private EmbeddedPostgresOptions Database(string name) => new() { DataFolder = Path.Combine(_folder, "database-" + name) };

    /// <summary>The process above the one that serves our connection.</summary>
    private async Task<int> PostmasterAsync(EmbeddedPostgres database)
    {
        await using var connection = new NpgsqlConnection(database.AppConnectionString);
        await connection.OpenAsync();
        PostgresVersion = connection.PostgreSqlVersion.ToString();
        return ProcessStat.Parse(await File.ReadAllTextAsync($"/proc/{connection.ProcessID}/stat")).Parent;
    }

    private async Task AnswersAsync(Child child, string address, CancellationToken ct)
    {
        for (var left = 1200; ; left--, await Task.Delay(50, ct))
        {
            if (child.Ended.IsCompleted || left == 0)
                throw new BenchException(child.Failure().Sentence);
            if (await StatusAsync(address, ct) is { } status && (int)status < 500)
                return;
        }
    }

    /// <summary>Null while nobody listens.</summary>
    public async Task<HttpStatusCode?> StatusAsync(string address, CancellationToken ct)
    {
        try
        {
            using var answer = await Http.SendAsync(new HttpRequestMessage(HttpMethod.Get, address), ct);
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static string NewAddress() => $"http://127.0.0.1:{FreePort()}";

    private static int FreePort()
    {
        for (var attempt = 0; ; attempt++)
        {
            // Below the range from which the system gives out ports, so that no client's end takes it in between.
            var port = RandomNumberGenerator.GetInt32(16_000, 30_000);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException) when (attempt < 50) { }
        }
    }
}

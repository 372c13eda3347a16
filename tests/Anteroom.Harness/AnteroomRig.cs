using Anteroom.EntraEmulator;
using Anteroom.Server.Audit;
using Anteroom.Server.Connections;
using Anteroom.Server.Platform.Database;
using Npgsql;

namespace Anteroom.Harness;

/// <summary>A whole installation: database, Entra emulator and servers under one clock. Start it once for a test class.</summary>
/// <remarks>All servers answer under one public address, as behind a load balancer; <see cref="NewBrowser"/> says by which one a browser is served.</remarks>
public sealed class AnteroomRig : IAsyncDisposable
{
    /// <summary>The key of the emulator among the clouds.</summary>
    public const string Cloud = "emulator";

    /// <summary>Where organizations have hosts of their own, with <see cref="RigOptions.OwnHosts"/>.</summary>
    public const string OrganizationDomain = "people.anteroom.example";

    private readonly RigOptions _options;
    private readonly string _folder;
    private readonly List<IServerNode?> _nodes = [];
    private readonly List<string> _buried = [];
    private TestDatabase? _test;
    private NpgsqlDataSource? _source;
    private InProcessNode? _desk;
    private int _port;

    private AnteroomRig(RigOptions options) => (_options, _folder) = (options, Directory.CreateTempSubdirectory("anteroom-rig-").FullName);

    public ManualClock Clock { get; } = ManualClock.CreateNew();

    public EmulatorServer Emulator { get; private set; } = null!;

    /// <summary>The servers' only DNS server. Nothing exists there but what a test has put.</summary>
    public DnsServer Dns { get; } = new();

    public EmulatorControl Control { get; private set; } = null!;

    /// <summary>The public address without a slash at the end; also the issuer.</summary>
    public string Address => _options.Https ? "https://sso.anteroom.example" : $"http://localhost:{_port}";

    /// <summary>The emulator's address without a slash at the end.</summary>
    public string EmulatorAddress => Emulator.Http!.AbsoluteUri.TrimEnd('/');

    /// <summary>Services of a server in this process: the first one, or the one beside the processes.</summary>
    public IServiceProvider Services => _desk!.Services;

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    public IReadOnlyList<IServerNode?> Nodes => _nodes;

    /// <summary>The services of each server in this process.</summary>
    public IReadOnlyList<IServiceProvider> InProcess => [.. NodesInProcess.Select(node => node.Services)];

    /// <summary>The errors that servers in this process have logged so far.</summary>
    public IReadOnlyList<string> Errors => [.. NodesInProcess.SelectMany(node => node.Log.Lines)];

    /// <summary>Only with <see cref="RigOptions.Durable"/>.</summary>
    public DurableDatabase? Durable { get; private set; }

    public string OwnerConnectionString => Durable?.OwnerConnectionString ?? _test!.OwnerConnectionString;

    public Database Database { get; private set; } = null!;

    public Invariants Invariants => new(Database);

    /// <summary>What the servers in processes of their own have printed so far.</summary>
    public string Output => string.Join('\n', _nodes.OfType<ProcessNode>().Select(node => node.Output).Concat(_buried));

    /// <summary>Who the rig is in the audit trail.</summary>
    public static AuditContext Desk { get; } = new(Actor.System, null, null, "rig");

    public static async Task<AnteroomRig> StartAsync(RigOptions? options = null, CancellationToken ct = default)
    {
        var rig = new AnteroomRig(options ?? new());
        try
        {
            await rig.BeginAsync(ct);
            return rig;
        }
        catch
        {
            await rig.DisposeAsync();
            throw;
        }
    }

    /// <summary>A browser whose requests to the public address go to that server, also after it was started again.</summary>
    public HttpBrowser NewBrowser(int node = 0)
    {
        var browser = new HttpBrowser { StopAt = RelyingParty.Origin, Route = RouteTo(node) };
        if (_options.Https)
            browser.ExtraHeaders["X-Forwarded-Proto"] = "https";
        return browser;
    }

    /// <summary>Whether the browser holds a session's cookie of ours, whatever it is worth.</summary>
    public bool HasSession(HttpBrowser browser) =>
        browser.HasCookie(_options.Https ? "__Host-anteroom-session-" : $"anteroom-{_port}-session-");

    /// <summary>Where that server answers for the public address.</summary>
    public Func<Uri, Uri?> RouteTo(int node) =>
        address =>
            address.GetLeftPart(UriPartial.Authority) == Address
            || (_options.OwnHosts && address.Host.EndsWith("." + OrganizationDomain, StringComparison.Ordinal))
                ? new Uri(_nodes[node]?.Address ?? new Uri("http://127.0.0.1:1"), address.PathAndQuery)
                : null;

    /// <summary>A server's process dies at once. Its requests are refused until <see cref="RestartAsync"/>.</summary>
    public async Task KillAsync(int node)
    {
        var killed = (ProcessNode)_nodes[node]!;
        await killed.KillAsync();
        _nodes[node] = null;
        _buried.Add(killed.Output);
        await killed.DisposeAsync();
    }

    public async Task RestartAsync(int node, CancellationToken ct = default) => _nodes[node] = await StartNodeAsync(0, ct);

    /// <summary>A server more on the same database: it remembers nothing, as one that was started again.</summary>
    /// <param name="clock">Of that server alone; the rig's by default. Only for a server in the test's process.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>Which one, for <see cref="NewBrowser"/>.</returns>
    public async Task<int> AddNodeAsync(TimeProvider? clock = null, CancellationToken ct = default)
    {
        _nodes.Add(clock is null ? await StartNodeAsync(0, ct) : await InProcessNode.StartAsync(Arguments(0), clock, ct));
        return _nodes.Count - 1;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes.OfType<IServerNode>().Where(node => node != _desk))
            await node.DisposeAsync();
        if (_desk is not null)
            await _desk.DisposeAsync();
        if (Emulator is not null)
            await Emulator.DisposeAsync();
        if (_source is not null)
            await _source.DisposeAsync();
        if (_test is not null)
            await _test.DisposeAsync();
        if (Durable is not null)
            await Durable.DisposeAsync();
        await Dns.DisposeAsync();
        Clock.Dispose();
        File.Delete(Clock.Path);
        Directory.Delete(_folder, recursive: true);
    }

    private IEnumerable<InProcessNode> NodesInProcess => _nodes.ToArray().OfType<InProcessNode>().Append(_desk!).Distinct();

    private async Task BeginAsync(CancellationToken ct)
    {
        var emulator = EmulatorServer.StartAsync(
            new()
            {
                HttpPort = 0,
                HttpsPort = null,
                NewKey = SpareKeys.ForOneEmulator(),
            },
            _options.ProviderKeepsTime ? TimeProvider.System : Clock,
            ct
        );
        if (_options.Durable)
            Durable = await DurableDatabase.StartAsync(_options.DatabaseFolder ?? Path.Combine(_folder, "database"), ct);
        else
            _test = await TestDatabase.CreateAsync(ct: ct);
        Emulator = await emulator;
        Control = new EmulatorControl(EmulatorAddress);
        _source = NpgsqlDataSource.Create(Durable?.AppConnectionString ?? _test!.AppConnectionString);
        Database = new(_source);

        // The first makes the key file and the keys that all share.
        await StartDeskAsync(ct);
        if (_options.Processes)
            _nodes.AddRange(await Task.WhenAll(Enumerable.Range(0, _options.Nodes).Select(_ => StartNodeAsync(0, ct))));
        else
        {
            _nodes.Add(_desk);
            while (_nodes.Count < _options.Nodes)
                _nodes.Add(await StartNodeAsync(0, ct));
        }

        var added = await Get<CloudStore>().AddAsync(Cloud, "Emulator", EmulatorAddress, EmulatorAddress + "/graph", [], null, Desk, ct);
        if (!added.TryGet(out _, out var refusal))
            throw new InvalidOperationException(refusal.ToString());
    }

    private async Task StartDeskAsync(CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            _port = FreePort.Next();
            try
            {
                _desk = await InProcessNode.StartAsync(Arguments(_port), Clock, ct);
                return;
            }
            catch (InvalidOperationException) when (attempt < 5)
            {
                // Somebody took the port in between.
            }
        }
    }

    private async Task<IServerNode> StartNodeAsync(int port, CancellationToken ct) =>
        _options.Processes
            ? await ProcessNode.StartAsync(Arguments(port), Clock.Path, _options.OpenFiles, ct)
            : await InProcessNode.StartAsync(Arguments(port), Clock, ct);

    private string[] Arguments(int port) =>
        [
            $"--urls=http://127.0.0.1:{port}",
            $"--Anteroom:BaseUrl={Address}",
            $"--Anteroom:DataFolder={_folder}",
            $"--Anteroom:AllowedTargets:0={EmulatorAddress}",
            $"--Anteroom:Dns:Servers:0={Dns.Address}",
            $"--ConnectionStrings:Anteroom={Durable?.AppConnectionString ?? _test!.AppConnectionString}",
            $"--ConnectionStrings:AnteroomOwner={OwnerConnectionString}",
            $"--Logging:LogLevel:Default={_options.LogLevel}",
            "--Anteroom:IdentifyPerMinute=100000",
            "--Anteroom:StoredRequestsPerMinute=100000",
            "--Anteroom:DeviceCodesPerMinute=100000",
            .. _options.Https ? ["--Anteroom:TrustedProxies:0=127.0.0.1"] : (string[])[],
            .. _options.OwnHosts ? [$"--Anteroom:OrganizationDomain={OrganizationDomain}"] : (string[])[],
            .. _options.Settings.Select(setting =>
                $"--{setting.Key}={setting.Value.Replace(RigOptions.Emulator, EmulatorAddress, StringComparison.Ordinal)}"
            ),
        ];
}

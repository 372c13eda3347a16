using System.Globalization;
using Anteroom.Protocols.Primitives;

namespace Anteroom.DevHost;

/// <summary>Why the demo does not run, for the person at the terminal: one sentence, perhaps with the tail of a log.</summary>
internal sealed record DemoFailure(string Sentence);

/// <summary>The command line of <c>./anteroom demo</c>.</summary>
/// <param name="Port">The server's port, 1024 to 64534; the emulator, the sample application and the mailbox take the ports after it.</param>
/// <param name="Folder">Absolute path of everything the demo keeps.</param>
/// <param name="Fresh">Forget what an earlier demo in this folder kept.</param>
/// <param name="Https">Serve https with an authority of the demo's own.</param>
internal sealed record DemoOptions(int Port, string Folder, bool Fresh, bool Https)
{
    private const int DefaultPort = 5080;
    private const int EmulatorHttpsOffset = 1001;

    public int EmulatorPort => Port + 1;
    public int SamplePort => Port + 2;
    public int MailboxPort => Port + 3;
    public int EmulatorHttpsPort => Port + EmulatorHttpsOffset;

    /// <summary>What the programs are called; all of them run on this machine whatever their names.</summary>
    public DemoNames Names { get; init; } = DemoNames.Localhost;

    /// <summary>Origins besides the emulator's that the server may call, e.g. another provider on this machine.</summary>
    public IReadOnlyList<string> AlsoAllowed { get; init; } = [];

    public string Scheme => Https ? "https" : "http";
    public string Server => $"{Scheme}://{Names.Server}:{Port}";
    public string Sample => $"{Scheme}://{Names.Sample}:{SamplePort}";

    /// <summary>Always http and only on this machine, for it is a page of the demo and none of the product.</summary>
    public string Mailbox => $"http://localhost:{MailboxPort}";

    public string EmulatorHttp => $"http://localhost:{EmulatorPort}";
    public string EmulatorHttps => $"https://{Names.Emulator}:{EmulatorHttpsPort}";

    /// <summary>The emulator's listener that the server and the browser use. Each listener is an authority of its own.</summary>
    public string Emulator => Https ? EmulatorHttps : EmulatorHttp;

    public static Result<DemoOptions, DemoFailure> Parse(IReadOnlyList<string> args, string root)
    {
        var options = new DemoOptions(DefaultPort, Path.Combine(root, ".anteroom", "demo"), Fresh: false, Https: false);
        for (var i = 0; i < args.Count; i++)
        {
            switch (args[i])
            {
                case "--fresh":
                    options = options with { Fresh = true };
                    break;
                case "--https":
                    options = options with { Https = true };
                    break;
                case "--port" when i + 1 < args.Count:
                    if (
                        !int.TryParse(args[++i], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
                        || port is < 1024 or > ushort.MaxValue - EmulatorHttpsOffset
                    )
                        return new DemoFailure(
                            $"--port must be a number from 1024 to {ushort.MaxValue - EmulatorHttpsOffset}, not '{args[i]}'."
                        );
                    options = options with { Port = port };
                    break;
                case "--data" when i + 1 < args.Count && args[i + 1].Length > 0:
                    options = options with { Folder = Path.GetFullPath(args[++i]) };
                    break;
                default:
                    return new DemoFailure($"'{args[i]}' is not understood: ./anteroom demo [--port N] [--data DIR] [--fresh] [--https].");
            }
        }
        return options;
    }
}

/// <summary>Host names of the demo. Three names that share no registrable domain make three sites of it, as in the world (needs https).</summary>
/// <param name="Server">Below <c>.localhost</c> or resolvable: the sample application calls it.</param>
/// <param name="Emulator">Below <c>.localhost</c> or resolvable: the server calls it.</param>
/// <param name="Sample">Only browsers call it.</param>
internal sealed record DemoNames(string Server, string Emulator, string Sample)
{
    public static DemoNames Localhost { get; } = new("localhost", "localhost", "localhost");

    public IEnumerable<string> All => [Server, Emulator, Sample];
}

using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Server.Platform.EmbeddedPostgres;

/// <summary>Where the parts of one cluster are: usually in the data folder itself.</summary>
/// <remarks>
/// Started by root, PostgreSQL runs as <c>postgres</c>, which must be able to walk to its files. Where it cannot (a data folder below <c>/root</c>),
/// the cluster is made in <c>/var/lib/anteroom/</c> and the file <c>cluster-location</c> in the data folder names the place.
/// </remarks>
internal sealed record ClusterHome(string DataFolder, string Root, string SocketFolder)
{
    private const string FallbackParent = "/var/lib/anteroom";
    private const string LocationFile = "cluster-location";

    /// <summary>sun_path holds 108 bytes, one of them the final zero.</summary>
    private const int MaxSocketPathBytes = 107;
    private const string SocketName = ".s.PGSQL.5432";

    public const int Port = 5432; // only a part of the socket's name: nothing listens on TCP

    public string StartLock => Path.Combine(DataFolder, "start.lock");
    public string Users => Path.Combine(Root, "users");
    public string Cluster => Path.Combine(Root, "pgdata");
    public string Configuration => Path.Combine(Root, "config");
    public string Logs => Path.Combine(Root, "logs");
    public string PostmasterPid => Path.Combine(Cluster, "postmaster.pid");
    public string Socket => Path.Combine(SocketFolder, SocketName);
    public string SocketLock => Socket + ".lock";

    public bool HasCluster => Path.Exists(Cluster);

    /// <summary>Finds the place of an existing cluster or decides where a new one goes. Call it under the start lock.</summary>
    public static async Task<Result<ClusterHome, EmbeddedPostgresFailure>> ResolveAsync(
        string dataFolder,
        TimeProvider clock,
        ILogger log,
        CancellationToken ct
    )
    {
        var location = Path.Combine(dataFolder, LocationFile);
        if (RecordedRoot(dataFolder) is { } recorded)
        {
            if (Directory.Exists(recorded))
                return await EnterAsync(dataFolder, recorded, ct);
            return EmbeddedPostgresFailure.FolderForeign(
                $"The database of {dataFolder} is in {recorded} ({LocationFile}), which is missing: bring it back, or remove {location} to begin an empty database."
            );
        }

        if (!ServerAccount.WeAreRoot || await MayEnterAsync(dataFolder, ct))
            return await EnterAsync(dataFolder, dataFolder, ct);

        var home = Path.Combine(FallbackParent, Identifiers.ToBase32(Identifiers.NewUuid(clock)));
        MakeFolder(FallbackParent);
        MakeFolder(home);
        await File.WriteAllTextAsync(Path.Combine(home, "data-folder"), dataFolder + "\n", ct);
        await File.WriteAllTextAsync(location, home + "\n", ct);
        log.PlacedElsewhere(ServerAccount.Name, dataFolder, home);
        return await EnterAsync(dataFolder, home, ct);
    }

    /// <summary>Where the cluster of a data folder is: in the folder itself, or where <c>cluster-location</c> says. Null when there is none.</summary>
    public static string? RecordedRoot(string dataFolder)
    {
        if (Path.Exists(Path.Combine(dataFolder, "pgdata")))
            return dataFolder;
        var location = Path.Combine(dataFolder, LocationFile);
        return File.Exists(location) ? File.ReadAllText(location).Trim() : null;
    }

    /// <summary>A folder of ours that the server account may walk through but not list.</summary>
    [SuppressMessage("Interoperability", "CA1416", Justification = "EmbeddedPostgres.StartAsync refuses anything but Linux.")]
    public static void MakeFolder(string path)
    {
        const UnixFileMode walkable =
            UnixFileMode.UserRead
            | UnixFileMode.UserWrite
            | UnixFileMode.UserExecute
            | UnixFileMode.GroupExecute
            | UnixFileMode.OtherExecute;
        if (!Directory.Exists(path))
            Directory.CreateDirectory(
                path,
                ServerAccount.WeAreRoot ? walkable : walkable & ~(UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)
            );
    }

    /// <summary>Makes a folder that belongs to the server account alone.</summary>
    public static async Task<EmbeddedPostgresFailure?> MakeServerFolderAsync(string path, CancellationToken ct)
    {
        string[] owner = ServerAccount.WeAreRoot ? ["-o", ServerAccount.WhenRoot, "-g", ServerAccount.WhenRoot] : [];
        var made = await ServerAccount.RunAsync("install", ["-d", "-m", "0700", .. owner, path], ct);
        return made.Succeeded
            ? null
            : EmbeddedPostgresFailure.FolderUnusable($"The folder {path} cannot be made for the database: {made.LastWords}.");
    }

    private static async Task<Result<ClusterHome, EmbeddedPostgresFailure>> EnterAsync(string dataFolder, string root, CancellationToken ct)
    {
        if (ServerAccount.WeAreRoot && !await MayEnterAsync(root, ct))
            return EmbeddedPostgresFailure.FolderUnusable(
                $"The account {ServerAccount.WhenRoot}, which runs the database, cannot enter {root}: allow it with chmod o+x on that folder and those above it."
            );

        var near = Path.Combine(root, "run");
        if (Encoding.UTF8.GetByteCount(Path.Combine(near, SocketName)) <= MaxSocketPathBytes)
            return new ClusterHome(dataFolder, root, near);

        var parent = RuntimeParent();
        MakeFolder(parent);
        if (!await IsOursAloneAsync(parent, ct))
            return EmbeddedPostgresFailure.FolderUnusable(
                $"The path {root} is too long for a socket, and {parent}, the place for short ones, belongs to somebody else: use a shorter data folder."
            );
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(root)))[..16];
        return new ClusterHome(dataFolder, root, Path.Combine(parent, name));
    }

    private static string RuntimeParent()
    {
        if (ServerAccount.WeAreRoot)
            return "/run/anteroom";
        var runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        return !string.IsNullOrEmpty(runtime) && runtime.Length < 60 && Directory.Exists(runtime)
            ? Path.Combine(runtime, "anteroom")
            : $"/tmp/anteroom-{Environment.UserName}";
    }

    private static async Task<bool> MayEnterAsync(string folder, CancellationToken ct) =>
        (await ServerAccount.RunAsync(ServerAccount.Command(asServerAccount: true, "test", ["-x", folder]), "", ct)).Succeeded;

    /// <summary>Nobody else may have made it or write into it: a socket there is trusted.</summary>
    [SuppressMessage("Interoperability", "CA1416", Justification = "EmbeddedPostgres.StartAsync refuses anything but Linux.")]
    private static async Task<bool> IsOursAloneAsync(string folder, CancellationToken ct)
    {
        var owner = await ServerAccount.RunAsync("stat", ["-c", "%U", folder], ct);
        var open = File.GetUnixFileMode(folder) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite);
        return owner.Output == Environment.UserName && open == UnixFileMode.None;
    }
}

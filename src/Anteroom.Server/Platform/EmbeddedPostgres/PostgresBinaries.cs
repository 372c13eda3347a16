using System.Globalization;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Server.Platform.EmbeddedPostgres;

/// <summary>The machine's own PostgreSQL programs.</summary>
internal sealed record PostgresBinaries(string Folder, int Version)
{
    private const string DebianFolder = "/usr/lib/postgresql";

    /// <summary>The oldest major version that Anteroom's SQL is tried with.</summary>
    public const int OldestVersion = 15;

    public string Postgres => Path.Combine(Folder, "postgres");
    public string InitDb => Path.Combine(Folder, "initdb");

    /// <summary>Takes the configured folder, else the version that made the cluster, else the newest one.</summary>
    public static async Task<Result<PostgresBinaries, EmbeddedPostgresFailure>> FindAsync(
        string? binFolder,
        int? clusterVersion,
        CancellationToken ct
    )
    {
        foreach (var folder in await CandidatesAsync(binFolder, clusterVersion, ct))
        {
            if (!File.Exists(Path.Combine(folder, "postgres")) || !File.Exists(Path.Combine(folder, "initdb")))
                continue;
            if (await VersionOfAsync(folder, ct) is not { } version)
                continue;
            if (version < OldestVersion)
                return EmbeddedPostgresFailure.BinariesMissing(
                    $"PostgreSQL {version} in {folder} is too old: install version {OldestVersion} or newer (Debian and Ubuntu: the package postgresql)."
                );
            if (clusterVersion is { } made && made != version)
                return EmbeddedPostgresFailure.VersionMismatch(
                    $"The database was made by PostgreSQL {made}, but the programs in {folder} are version {version}: install the package postgresql-{made}, or move the data over with pg_upgrade."
                );
            return new PostgresBinaries(folder, version);
        }

        return EmbeddedPostgresFailure.BinariesMissing(
            binFolder is null
                ? "PostgreSQL is not installed: install the package postgresql (apt-get install postgresql), or give a connection string to a server of your own."
                : $"There is no PostgreSQL in {binFolder}: it must hold the programs postgres and initdb."
        );
    }

    private static async Task<IReadOnlyList<string>> CandidatesAsync(string? binFolder, int? clusterVersion, CancellationToken ct)
    {
        if (binFolder is not null)
            return [binFolder];

        var installed = Directory.Exists(DebianFolder)
            ? Directory
                .EnumerateDirectories(DebianFolder)
                .Select(folder =>
                    int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0
                )
                .Where(version => version > 0)
                .OrderByDescending(version => version == clusterVersion)
                .ThenByDescending(version => version)
                .Select(version => $"{DebianFolder}/{version}/bin")
                .ToList()
            : [];
        if (installed.Count > 0)
            return installed;

        try
        {
            var asked = await ServerAccount.RunAsync("pg_config", ["--bindir"], ct);
            return asked.Succeeded ? [asked.Output] : [];
        }
        catch (System.ComponentModel.Win32Exception) // no such program
        {
            return [];
        }
    }

    private static async Task<int?> VersionOfAsync(string folder, CancellationToken ct)
    {
        // "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"
        var said = await ServerAccount.RunAsync(Path.Combine(folder, "postgres"), ["--version"], ct);
        const string marker = "(PostgreSQL) ";
        var at = said.Output.IndexOf(marker, StringComparison.Ordinal);
        if (!said.Succeeded || at < 0)
            return null;
        var digits = said.Output[(at + marker.Length)..].TakeWhile(char.IsAsciiDigit).ToArray();
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;
    }
}

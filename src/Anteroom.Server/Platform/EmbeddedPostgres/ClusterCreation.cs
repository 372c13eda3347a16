using System.Globalization;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Server.Platform.EmbeddedPostgres;

/// <summary>Makes a cluster with its two roles and its database, all of it or nothing.</summary>
/// <remarks>
/// Everything happens in a folder with a temporary name, by initdb and then by PostgreSQL's single-user mode; a rename makes it the cluster.
/// The bootstrap superuser has no entry in pg_ident, so nothing can connect as it later.
/// </remarks>
internal static class ClusterCreation
{
    public const string OwnerRole = "anteroom_owner";
    public const string AppRole = "anteroom_app";
    public const string Database = "anteroom";
    private const string Bootstrap = "anteroom_bootstrap";
    private const string TemporaryPrefix = "pgdata.new-";

    public static async Task<EmbeddedPostgresFailure?> CreateAsync(
        ClusterHome home,
        PostgresBinaries binaries,
        EmbeddedPostgresOptions options,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        options.Log.Creating(home.Root);
        RemoveHalfMade(home.Root);

        var temporary = Path.Combine(home.Root, TemporaryPrefix + Identifiers.ToBase32(Identifiers.NewUuid(clock)));
        if (await ClusterHome.MakeServerFolderAsync(temporary, ct) is { } unusable)
            return unusable;

        List<string> arguments =
        [
            "-D",
            temporary,
            "-U",
            Bootstrap,
            "--auth-local=peer",
            "--auth-host=reject",
            "-E",
            "UTF8",
            "--locale=C",
            "--data-checksums",
        ];
        if (!options.Durable)
            arguments.Add("--no-sync");
        var made = await ServerAccount.RunAsync(ServerAccount.Command(asServerAccount: true, binaries.InitDb, arguments), "", ct);
        if (!made.Succeeded)
            return EmbeddedPostgresFailure.FolderUnusable($"initdb could not make a database in {home.Root}: {made.LastWords}.");

        string[] singleUser =
        [
            "--single",
            "-D",
            temporary,
            "-c",
            "exit_on_error=on",
            "-c",
            options.Durable ? "fsync=on" : "fsync=off",
            "template1",
        ];
        var command = ServerAccount.Command(asServerAccount: true, binaries.Postgres, singleUser);
        var prepared = await ServerAccount.RunAsync(command, Preparation(options), ct);
        if (!prepared.Succeeded)
            return EmbeddedPostgresFailure.StartFailed($"The new database in {home.Root} could not be prepared: {prepared.LastWords}.");

        Directory.Move(temporary, home.Cluster);
        return null;
    }

    /// <summary>The major version that made an existing cluster.</summary>
    public static Result<ClusterVersion, EmbeddedPostgresFailure> VersionOf(ClusterHome home)
    {
        try
        {
            var text = File.ReadAllText(Path.Combine(home.Cluster, "PG_VERSION")).Trim();
            if (
                int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var major)
                && File.Exists(Path.Combine(home.Cluster, "global", "pg_control"))
            )
                return new ClusterVersion(major);
        }
        catch (UnauthorizedAccessException)
        {
            return EmbeddedPostgresFailure.FolderUnusable(
                $"The database in {home.Cluster} belongs to another account: run Anteroom as its owner or as root, or use another data folder."
            );
        }
        catch (IOException) { } // a file or an empty folder in its place

        return EmbeddedPostgresFailure.FolderForeign(
            $"{home.Cluster} is not a PostgreSQL database: move it away, restore it from a backup, or use another data folder."
        );
    }

    /// <summary>What a killed initdb left. A folder in which one still works is left to the next start.</summary>
    private static void RemoveHalfMade(string root)
    {
        foreach (var folder in Directory.EnumerateDirectories(root, TemporaryPrefix + "*"))
        {
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (IOException) { }
        }
    }

    /// <summary>One statement a line, as single-user mode reads it.</summary>
    private static string Preparation(EmbeddedPostgresOptions options) =>
        $"""
            CREATE ROLE {OwnerRole} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION {(
                options.OwnerMayCreateDatabases ? "CREATEDB" : "NOCREATEDB"
            )}
            CREATE ROLE {AppRole} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION NOCREATEDB
            REVOKE CREATE ON SCHEMA public FROM PUBLIC
            ALTER SCHEMA public OWNER TO {OwnerRole}
            CREATE DATABASE {Database} OWNER {OwnerRole}

            """;
}

/// <summary>The major version of an existing cluster.</summary>
internal sealed record ClusterVersion(int Major);

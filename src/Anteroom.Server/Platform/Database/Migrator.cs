using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Anteroom.Protocols.Primitives;
using Npgsql;

namespace Anteroom.Server.Platform.Database;

/// <summary>A schema that the program cannot work with; the sentence goes to the operator.</summary>
public sealed record MigrationFailure(string Sentence);

/// <summary>Where the schema stands after <see cref="Migrator.MigrateAsync"/>.</summary>
public sealed record SchemaState(int Version, int Applied);

/// <summary>Applies the numbered SQL files in order, each in one transaction, one runner at a time (an advisory lock), forward only.</summary>
/// <remarks>
/// A file may begin with <c>-- compatible_from: N</c>: programs from schema N on still work after it (SEC-345). A stored checksum
/// that differs and a schema newer than the program's are refused.
/// </remarks>
public sealed class Migrator(NpgsqlDataSource owner, TimeProvider clock)
{
    private const long Lock = 0x416E7465726F6F6D; // "Anteroom"

    private sealed record MigrationFile(int Number, string Name, string Sql, string Checksum, int CompatibleFrom);

    private sealed record Applied(int Number, string Checksum, int CompatibleFrom);

    /// <summary>The newest schema that this program knows.</summary>
    public static int Newest => Files.Value[^1].Number;

    /// <summary>Changes with every byte and number of the migrations; names the tests' template database.</summary>
    public static string Fingerprint =>
        Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(Files.Value.Select(file => $"{file.Number}:{file.Checksum}"))))
        );

    private static readonly Lazy<List<MigrationFile>> Files = new(Load);

    public async Task<Result<SchemaState, MigrationFailure>> MigrateAsync(CancellationToken ct)
    {
        await using var connection = await owner.OpenConnectionAsync(ct);
        await ExecuteAsync(connection, $"SELECT pg_advisory_lock({Lock})", ct);
        try
        {
            await ExecuteAsync(
                connection,
                """
                CREATE TABLE IF NOT EXISTS schema_version (
                    number integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,
                    compatible_from integer NOT NULL, applied_at timestamptz NOT NULL)
                """,
                ct
            );
            await GrantReadAsync(connection, ct);

            var applied = await ReadAppliedAsync(connection, ct);
            if (Refuse(applied) is { } failure)
                return failure;

            var missing = Files.Value.Where(file => applied.All(a => a.Number != file.Number)).ToList();
            foreach (var file in missing)
                await ApplyAsync(connection, file, ct);
            return new SchemaState(Math.Max(Newest, applied.Select(a => a.Number).DefaultIfEmpty().Max()), missing.Count);
        }
        finally
        {
            await ExecuteAsync(connection, $"SELECT pg_advisory_unlock({Lock})", CancellationToken.None);
        }
    }

    /// <summary>For a node that may not migrate: is the schema one that this program can serve?</summary>
    public static async Task<MigrationFailure?> CheckAsync(NpgsqlDataSource app, CancellationToken ct)
    {
        await using var connection = await app.TakeAsync(ct);
        try
        {
            var applied = await ReadAppliedAsync(connection, ct);
            return applied.All(a => a.Number != Newest) && applied.All(a => a.Number < Newest)
                ? new("The database has an older schema than this program needs. Run `./anteroom admin migrate`.")
                : Refuse(applied);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return new("The database is empty. Run `./anteroom admin migrate`.");
        }
    }

    private static MigrationFailure? Refuse(List<Applied> applied)
    {
        foreach (var row in applied)
        {
            var file = Files.Value.Find(f => f.Number == row.Number);
            if (file is null && row.CompatibleFrom > Newest)
                return new(
                    $"The database has schema {row.Number}, which is newer than this program understands ({Newest}). Start the newer program."
                );
            if (file is not null && file.Checksum != row.Checksum)
                return new($"Migration {file.Name} differs from the one that made this database. Use the program's original files.");
        }
        return null;
    }

    private async Task ApplyAsync(NpgsqlConnection connection, MigrationFile file, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await ExecuteAsync(connection, file.Sql, ct);
        await using (var record = connection.CreateCommand())
        {
            record.CommandText = "INSERT INTO schema_version VALUES (@number, @name, @checksum, @compatible, @at)";
            record.Parameters.AddWithValue("number", file.Number);
            record.Parameters.AddWithValue("name", file.Name);
            record.Parameters.AddWithValue("checksum", file.Checksum);
            record.Parameters.AddWithValue("compatible", file.CompatibleFrom);
            record.Parameters.AddWithValue("at", clock.GetUtcNow().UtcDateTime);
            await record.ExecuteNonQueryAsync(ct);
        }
        await transaction.CommitAsync(ct);
    }

    private static Task GrantReadAsync(NpgsqlConnection connection, CancellationToken ct) =>
        ExecuteAsync(connection, "GRANT SELECT ON schema_version TO anteroom_app", ct);

    private static async Task<List<Applied>> ReadAppliedAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT number, checksum, compatible_from FROM schema_version ORDER BY number";
        await using var reader = await command.ExecuteReaderAsync(ct);
        var applied = new List<Applied>();
        while (await reader.ReadAsync(ct))
            applied.Add(new(reader.GetInt32(0), reader.GetString(1), reader.GetInt32(2)));
        return applied;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is a migration file of ours or a constant above.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(ct);
    }

    // The names are 0001_what_it_does.sql.
    private static List<MigrationFile> Load()
    {
        const string folder = ".Migrations.";
        const string extension = ".sql";
        var assembly = Assembly.GetExecutingAssembly();
        return assembly
            .GetManifestResourceNames()
            .Where(resource =>
                resource.Contains(folder, StringComparison.Ordinal) && resource.EndsWith(extension, StringComparison.Ordinal)
            )
            .Select(resource =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
                var sql = reader.ReadToEnd().ReplaceLineEndings("\n");
                var name = resource[(resource.LastIndexOf(folder, StringComparison.Ordinal) + folder.Length)..^extension.Length];
                var number = int.Parse(name.Split('_')[0], NumberStyles.None, CultureInfo.InvariantCulture);
                return new MigrationFile(
                    number,
                    name,
                    sql,
                    Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql))),
                    CompatibleFrom(sql) ?? number
                );
            })
            .OrderBy(file => file.Number)
            .ToList();
    }

    private static int? CompatibleFrom(string sql)
    {
        const string words = "-- compatible_from: ";
        return sql.StartsWith(words, StringComparison.Ordinal)
            ? int.Parse(
                sql.AsSpan(words.Length, sql.IndexOf('\n', StringComparison.Ordinal) - words.Length),
                NumberStyles.None,
                CultureInfo.InvariantCulture
            )
            : null;
    }
}

using Anteroom.Server.Platform.Database;
using Microsoft.AspNetCore.DataProtection;
using Npgsql;

namespace Anteroom.Server.Keys.DataProtection;

/// <summary>Makes the first key once for all nodes and pays the first use before the first request.</summary>
public sealed class DataProtectionStart(Database database, IDataProtectionProvider provider)
{
    private const long FirstKeyLock = 0x4450; // "DP"

    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task WarmUpAsync(CancellationToken ct)
    {
        // Three nodes that started at once on an empty table made three keys; the lock lets one make it and the others read it.
        await using var connection = await database.OpenDedicatedAsync(ct);
        await ExecuteAsync(connection, $"SELECT pg_advisory_lock({FirstKeyLock})", ct);
        try
        {
            await Task.Run(() => provider.CreateProtector("Anteroom.WarmUp").Protect([1]), ct);
        }
        finally
        {
            await ExecuteAsync(connection, $"SELECT pg_advisory_unlock({FirstKeyLock})", CancellationToken.None);
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // A constant.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(ct);
    }
}

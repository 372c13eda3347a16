using System.Net.Sockets;
using Npgsql;

namespace Anteroom.Server.Platform.Database;

/// <summary>Takes connections out of the pool.</summary>
internal static class Pool
{
    /// <summary>A machine without a free file descriptor fails before the driver does; to callers both are a database that cannot be reached.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public static async Task<NpgsqlConnection> TakeAsync(this NpgsqlDataSource source, CancellationToken ct)
    {
        try
        {
            return await source.OpenConnectionAsync(ct);
        }
        catch (SocketException e)
        {
            throw new NpgsqlException("No connection to the database can be made.", e);
        }
    }
}

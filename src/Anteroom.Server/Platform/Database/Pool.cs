using System.Net.Sockets;
using Npgsql;

namespace Anteroom.Server.Platform.Database;

/// <summary>Makes the pool, takes connections out of it, and tells when there is no use in them.</summary>
internal static class Pool
{
    /// <summary>A pool whose connections know the types of our statements. Each further family of types would cost every start its time.</summary>
    /// <exception cref="ArgumentException">It is no connection string.</exception>
    public static NpgsqlDataSource Of(string connectionString) =>
        new NpgsqlSlimDataSourceBuilder(connectionString).EnableArrays().EnableTransportSecurity().EnableIntegratedSecurity().Build();

    /// <summary>Whether the database could not be reached, or not until its answer: a worker tries again later, whatever became of it.</summary>
    public static bool IsOutOfReach(Exception e) => e is NpgsqlException or CommitUnknownException or IOException or TimeoutException;

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

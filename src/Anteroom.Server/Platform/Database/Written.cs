using Npgsql;

namespace Anteroom.Server.Platform.Database;

/// <summary>A write that travels with the next round trip of its transaction.</summary>
public sealed class Written
{
    private readonly NpgsqlBatchCommand _command;

    internal Written(NpgsqlBatchCommand command) => _command = command;

    /// <summary>How many rows it changed; -1 as long as it has not travelled.</summary>
    public int Rows => _command.RecordsAffected;
}

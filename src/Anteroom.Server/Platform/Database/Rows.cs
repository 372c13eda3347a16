using System.Data.Common;
using Dapper;
using Npgsql;

namespace Anteroom.Server.Platform.Database;

/// <summary>What becomes of the rows of a statement.</summary>
internal abstract class Rows
{
    public static Rows Ignored { get; } = new None();

    /// <summary>Reads the result on which the reader stands.</summary>
    public abstract Task ReadAsync(NpgsqlDataReader reader, CancellationToken ct);

    private sealed class None : Rows
    {
        public override Task ReadAsync(NpgsqlDataReader reader, CancellationToken ct) => Task.CompletedTask;
    }
}

/// <inheritdoc/>
internal sealed class Rows<T> : Rows
{
    // What a row of one column is read as without asking Dapper, which is for records.
    private static readonly bool IsScalar =
        typeof(T) == typeof(string)
        || typeof(T) == typeof(byte[])
        || typeof(T) == typeof(int)
        || typeof(T) == typeof(int?)
        || typeof(T) == typeof(long)
        || typeof(T) == typeof(long?)
        || typeof(T) == typeof(bool)
        || typeof(T) == typeof(bool?)
        || typeof(T) == typeof(Guid)
        || typeof(T) == typeof(Guid?);

    static Rows() => TypeHandlers.Register();

    public List<T> Items { get; } = [];

    public override async Task ReadAsync(NpgsqlDataReader reader, CancellationToken ct)
    {
        Func<DbDataReader, T> read = IsScalar ? ReadFirst : reader.GetRowParser<T>();
        while (await reader.ReadAsync(ct))
            Items.Add(read(reader));
    }

    private static T ReadFirst(DbDataReader reader) => reader.IsDBNull(0) ? default! : reader.GetFieldValue<T>(0);
}

using System.Data.Common;
using Dapper;
using Npgsql;

namespace Anteroom.Server.Platform.Database;

/// <summary>What travels to the database in one round trip: the scope where it is not set yet, writes that waited for company, and one statement.</summary>
internal readonly struct Statement(
    NpgsqlConnection connection,
    NpgsqlTransaction? transaction,
    bool setScope,
    NpgsqlBatchCommand[] commands
)
{
    // set_config (…, true) lasts for the transaction, explicit or implicit, so that a pooled connection never keeps a scope.
    private const string SetScope = "SELECT set_config('app.organization', @organization::text, true)";

    private readonly NpgsqlConnection _connection = connection;
    private readonly NpgsqlTransaction? _transaction = transaction;
    private readonly bool _setScope = setScope;
    private readonly NpgsqlBatchCommand[] _commands = commands;

    // What a row of one column is read as without asking Dapper, which is for records.
    private static readonly HashSet<Type> Scalars =
    [
        typeof(string),
        typeof(byte[]),
        typeof(int),
        typeof(int?),
        typeof(long),
        typeof(long?),
        typeof(bool),
        typeof(bool?),
        typeof(Guid),
        typeof(Guid?),
    ];

    static Statement() => TypeHandlers.Register();

    /// <param name="scope">To be set first; null where it is set already or where there is none.</param>
    /// <param name="before">Statements without rows; they run in their order.</param>
    public static Statement Of(
        NpgsqlConnection connection,
        NpgsqlTransaction? transaction,
        OrganizationId? scope,
        IReadOnlyCollection<NpgsqlBatchCommand> before,
        NpgsqlBatchCommand last
    ) =>
        scope is null
            ? new(connection, transaction, false, [.. before, last])
            : new(connection, transaction, true, [Define(scope, SetScope, null), .. before, last]);

    /// <summary>One statement with named parameters; <c>@organization</c> is always bound.</summary>
    public static NpgsqlBatchCommand Define(OrganizationId? organization, string sql, object? args)
    {
        var command = new NpgsqlBatchCommand(sql);
        if (args is not null)
            Arguments.Bind(command.Parameters, args);
        if (organization is { } scope)
            command.Parameters.Add(new NpgsqlParameter<Guid>("organization", scope.Value));
        return command;
    }

    /// <summary>The rows of the last statement.</summary>
    public async Task<List<T>> ListAsync<T>(CancellationToken ct)
    {
        var scoped = _setScope;
        await using var batch = Batch();
        await using var reader = await batch.ExecuteReaderAsync(ct);
        if (scoped)
            await reader.NextResultAsync(ct);
        List<T> rows = [];
        Func<DbDataReader, T> read = Scalars.Contains(typeof(T)) ? ReadFirst<T> : reader.GetRowParser<T>();
        while (await reader.ReadAsync(ct))
            rows.Add(read(reader));
        await reader.NextResultAsync(ct); // an error after the last row is told here
        return rows;
    }

    /// <returns>The number of rows that the last statement changed.</returns>
    public async Task<int> ExecuteAsync(CancellationToken ct)
    {
        await using var batch = Batch();
        await batch.ExecuteNonQueryAsync(ct);
        return batch.BatchCommands[^1].RecordsAffected;
    }

    private static T ReadFirst<T>(DbDataReader reader) => reader.IsDBNull(0) ? default! : reader.GetFieldValue<T>(0);

    private NpgsqlBatch Batch()
    {
        var batch = new NpgsqlBatch(_connection, _transaction);
        foreach (var command in _commands)
            batch.BatchCommands.Add(command);
        return batch;
    }
}

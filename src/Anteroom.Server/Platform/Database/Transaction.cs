using Npgsql;

namespace Anteroom.Server.Platform.Database;

/// <summary>One unit of work inside one organization: what it does is visible whole or not at all (design.md §1).</summary>
/// <remarks>Not thread-safe. A failed statement dooms the transaction; a statement that may fail uses ON CONFLICT instead.</remarks>
public sealed class Transaction(NpgsqlConnection connection, NpgsqlTransaction transaction, OrganizationId organization) : IAsyncDisposable
{
    private readonly List<NpgsqlBatchCommand> _waiting = [];
    private bool _scoped;

    public OrganizationId Organization { get; private set; } = organization;

    public Task<List<T>> ListAsync<T>(string sql, object? args, CancellationToken ct) => Take(sql, args).ListAsync<T>(ct);

    public async Task<T?> FirstAsync<T>(string sql, object? args, CancellationToken ct)
    {
        var rows = await ListAsync<T>(sql, args, ct);
        return rows.Count > 0 ? rows[0] : default;
    }

    public Task<int> ExecuteAsync(string sql, object? args, CancellationToken ct) => Take(sql, args).ExecuteAsync(ct);

    /// <summary>A write whose outcome nobody asks for: it travels with the next statement or with the commit, in its order, and fails there.</summary>
    /// <param name="sql">One statement that returns no rows.</param>
    /// <param name="args">Its parameters, as they are now.</param>
    public void Later(string sql, object? args) => _waiting.Add(Statement.Define(Organization, sql, args));

    /// <summary>Tells all nodes, when the transaction commits. Payloads are keys, never values, at most 8,000 bytes.</summary>
    public Task NotifyAsync(string channel, string payload, CancellationToken ct) =>
        ExecuteAsync("SELECT pg_notify(@channel, @payload)", new { channel, payload }, ct);

    /// <summary>Goes on inside another organization: the platform makes one and fills it in the same transaction.</summary>
    public async Task SwitchToAsync(OrganizationId organization, CancellationToken ct)
    {
        await FlushAsync(ct);
        Organization = organization;
        _scoped = false;
    }

    /// <exception cref="CommitUnknownException">The connection broke at COMMIT; nobody may say yet whether it happened (SEC-340).</exception>
    public async Task CommitAsync(CancellationToken ct)
    {
        await FlushAsync(ct);
        try
        {
            await transaction.CommitAsync(ct);
        }
        catch (Exception e) when (e is NpgsqlException and not PostgresException || e is OperationCanceledException || e is IOException)
        {
            throw new CommitUnknownException(e);
        }
    }

    /// <summary>Sends what waits.</summary>
    internal async Task FlushAsync(CancellationToken ct)
    {
        if (_waiting.Count == 0)
            return;
        var last = _waiting[^1];
        _waiting.RemoveAt(_waiting.Count - 1);
        await Take(last).ExecuteAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }

    private Statement Take(string sql, object? args) => Take(Statement.Define(Organization, sql, args));

    private Statement Take(NpgsqlBatchCommand command)
    {
        var statement = Statement.Of(connection, transaction, _scoped ? null : Organization, _waiting, command);
        _scoped = true;
        _waiting.Clear();
        return statement;
    }
}

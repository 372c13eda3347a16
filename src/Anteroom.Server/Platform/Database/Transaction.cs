using Npgsql;

namespace Anteroom.Server.Platform.Database;

/// <summary>One unit of work inside one organization: what it does is visible whole or not at all (design.md §1).</summary>
/// <remarks>Not thread-safe. A failed statement dooms the transaction; a statement that may fail uses ON CONFLICT instead.</remarks>
public sealed class Transaction(NpgsqlConnection connection, NpgsqlTransaction transaction, OrganizationId organization) : IAsyncDisposable
{
    private bool _scoped;

    public OrganizationId Organization { get; private set; } = organization;

    /// <summary>For COPY and batches that Dapper has no word for; set the scope first with <see cref="ScopeAsync"/>.</summary>
    public NpgsqlConnection Connection => connection;

    public async Task<List<T>> ListAsync<T>(string sql, object? args, CancellationToken ct)
    {
        var setScope = TakeScope();
        return await Statement.ListAsync<T>(connection, transaction, Organization, setScope, sql, args, ct);
    }

    public async Task<T?> FirstAsync<T>(string sql, object? args, CancellationToken ct)
    {
        var rows = await ListAsync<T>(sql, args, ct);
        return rows.Count > 0 ? rows[0] : default;
    }

    public Task<int> ExecuteAsync(string sql, object? args, CancellationToken ct)
    {
        var setScope = TakeScope();
        return Statement.ExecuteAsync(connection, transaction, Organization, setScope, sql, args, ct);
    }

    /// <summary>Tells all nodes, when the transaction commits. Payloads are keys, never values, at most 8,000 bytes.</summary>
    public Task NotifyAsync(string channel, string payload, CancellationToken ct) =>
        ExecuteAsync("SELECT pg_notify(@channel, @payload)", new { channel, payload }, ct);

    /// <summary>Goes on inside another organization: the platform makes one and fills it in the same transaction.</summary>
    public Task SwitchToAsync(OrganizationId organization, CancellationToken ct)
    {
        Organization = organization;
        _scoped = false;
        return ScopeAsync(ct);
    }

    public Task ScopeAsync(CancellationToken ct) => ExecuteAsync("SELECT 1", null, ct);

    /// <exception cref="CommitUnknownException">The connection broke at COMMIT; nobody may say yet whether it happened (SEC-340).</exception>
    public async Task CommitAsync(CancellationToken ct)
    {
        try
        {
            await transaction.CommitAsync(ct);
        }
        catch (Exception e) when (e is NpgsqlException and not PostgresException || e is OperationCanceledException || e is IOException)
        {
            throw new CommitUnknownException(e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }

    private bool TakeScope()
    {
        var setScope = !_scoped;
        _scoped = true;
        return setScope;
    }
}

using Npgsql;

namespace Anteroom.Server.Platform.Database;

/// <summary>One unit of work inside one organization: what it does is visible whole or not at all (design.md §1).</summary>
/// <remarks>
/// Not thread-safe. A failed statement dooms the transaction; a statement that may fail uses ON CONFLICT instead. BEGIN and the scope
/// travel with the first statement, COMMIT with what waits, so that a unit of work costs as many round trips as it has questions.
/// </remarks>
public sealed class Transaction(NpgsqlConnection connection, OrganizationId organization) : IAsyncDisposable
{
    private readonly List<Statement> _waiting = [];
    private bool _begun;
    private bool _scoped;
    private bool _doomed;

    public OrganizationId Organization { get; private set; } = organization;

    public async Task<List<T>> ListAsync<T>(string sql, object? args, CancellationToken ct)
    {
        var rows = new Rows<T>();
        Add(Statement.Of(Organization, sql, args, rows));
        await FlushAsync(ct);
        return rows.Items;
    }

    public async Task<T?> FirstAsync<T>(string sql, object? args, CancellationToken ct)
    {
        var rows = await ListAsync<T>(sql, args, ct);
        return rows.Count > 0 ? rows[0] : default;
    }

    public async Task<int> ExecuteAsync(string sql, object? args, CancellationToken ct)
    {
        var written = Later(sql, args);
        await FlushAsync(ct);
        return written.Rows;
    }

    /// <summary>A write that travels with the next statement or with the commit, in its order, and fails there.</summary>
    /// <param name="sql">One statement that returns no rows.</param>
    /// <param name="args">Its parameters, as they are now.</param>
    public Written Later(string sql, object? args)
    {
        var statement = Statement.Of(Organization, sql, args);
        Add(statement);
        return new(statement.Command);
    }

    /// <summary>Tells all nodes, when the transaction commits. Payloads are keys, never values, at most 8,000 bytes.</summary>
    public Task NotifyAsync(string channel, string payload, CancellationToken ct) =>
        ExecuteAsync("SELECT pg_notify(@channel, @payload)", new { channel, payload }, ct);

    /// <summary>Goes on inside another organization: the platform makes one and fills it in the same transaction.</summary>
    public void SwitchTo(OrganizationId organization)
    {
        Organization = organization;
        _scoped = false;
    }

    /// <exception cref="InvalidOperationException">A statement has failed: the database would answer COMMIT with a rollback, and without a word.</exception>
    /// <exception cref="CommitUnknownException">The connection broke at COMMIT; nobody may say yet whether it happened (SEC-340).</exception>
    public async Task CommitAsync(CancellationToken ct)
    {
        if (_doomed)
            throw new InvalidOperationException("A statement of this transaction has failed.");
        if (!_begun)
            return;
        _waiting.Add(new(new("COMMIT")));
        try
        {
            await FlushAsync(ct);
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
        Statement[] statements = [.. _waiting];
        _waiting.Clear();
        _doomed = true;
        await Statement.RunAsync(connection, statements, ct);
        _doomed = false;
    }

    /// <remarks>The pool rolls back what was begun and not committed.</remarks>
    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private void Add(Statement statement)
    {
        if (!_begun)
            _waiting.Add(new(new("BEGIN")));
        if (!_scoped)
            _waiting.Add(Statement.Scope(Organization));
        _begun = _scoped = true;
        _waiting.Add(statement);
    }
}

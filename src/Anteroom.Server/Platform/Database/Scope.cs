using Npgsql;

namespace Anteroom.Server.Platform.Database;

/// <summary>Single statements inside one organization; <c>@organization</c> is bound in each.</summary>
public readonly struct Scope(NpgsqlDataSource source, OrganizationId? organization)
{
    private readonly NpgsqlDataSource _source = source;
    private readonly OrganizationId? _organization = organization;

    public async Task<List<T>> ListAsync<T>(string sql, object? args, CancellationToken ct)
    {
        var rows = new Rows<T>();
        await RunAsync(Statement.Of(_organization, sql, args, rows), ct);
        return rows.Items;
    }

    /// <summary>The first row, or null where there is none.</summary>
    public async Task<T?> FirstAsync<T>(string sql, object? args, CancellationToken ct)
    {
        var rows = await ListAsync<T>(sql, args, ct);
        return rows.Count > 0 ? rows[0] : default;
    }

    /// <returns>The number of rows changed.</returns>
    public async Task<int> ExecuteAsync(string sql, object? args, CancellationToken ct)
    {
        var statement = Statement.Of(_organization, sql, args);
        await RunAsync(statement, ct);
        return statement.Command.RecordsAffected;
    }

    private async Task RunAsync(Statement statement, CancellationToken ct)
    {
        var organization = _organization;
        await using var connection = await _source.TakeAsync(ct);
        await Statement.RunAsync(connection, organization is { } scope ? [Statement.Scope(scope), statement] : [statement], ct);
    }
}

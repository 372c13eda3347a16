using Npgsql;

namespace Anteroom.Server.Platform.Database;

/// <summary>Single statements inside one organization; <c>@organization</c> is bound in each.</summary>
public readonly struct Scope(NpgsqlDataSource source, OrganizationId? organization)
{
    private readonly NpgsqlDataSource _source = source;
    private readonly OrganizationId? _organization = organization;

    public async Task<List<T>> ListAsync<T>(string sql, object? args, CancellationToken ct)
    {
        var (source, organization) = (_source, _organization);
        await using var connection = await source.TakeAsync(ct);
        return await Define(connection, organization, sql, args).ListAsync<T>(ct);
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
        var (source, organization) = (_source, _organization);
        await using var connection = await source.TakeAsync(ct);
        return await Define(connection, organization, sql, args).ExecuteAsync(ct);
    }

    private static Statement Define(NpgsqlConnection connection, OrganizationId? organization, string sql, object? args) =>
        Statement.Of(connection, null, organization, [], Statement.Define(organization, sql, args));
}

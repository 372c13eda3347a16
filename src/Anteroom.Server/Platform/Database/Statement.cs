using Dapper;
using Npgsql;

namespace Anteroom.Server.Platform.Database;

/// <summary>Sends one statement by Dapper, with <c>@organization</c> always bound and, where asked, the scope set just before it.</summary>
internal static class Statement
{
    // set_config (…, true) lasts for the transaction, explicit or implicit, so that a pooled connection never keeps a scope.
    private const string SetScope = "SELECT set_config('app.organization', @organization::text, true);\n";

    static Statement() => TypeHandlers.Register();

    public static async Task<List<T>> ListAsync<T>(
        NpgsqlConnection connection,
        NpgsqlTransaction? transaction,
        OrganizationId? organization,
        bool setScope,
        string sql,
        object? args,
        CancellationToken ct
    )
    {
        await using var results = await connection.QueryMultipleAsync(Define(transaction, organization, setScope, sql, args, ct));
        if (setScope)
            await results.ReadAsync<string>();
        return (await results.ReadAsync<T>()).AsList();
    }

    public static Task<int> ExecuteAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction? transaction,
        OrganizationId? organization,
        bool setScope,
        string sql,
        object? args,
        CancellationToken ct
    ) => connection.ExecuteAsync(Define(transaction, organization, setScope, sql, args, ct));

    private static CommandDefinition Define(
        NpgsqlTransaction? transaction,
        OrganizationId? organization,
        bool setScope,
        string sql,
        object? args,
        CancellationToken ct
    )
    {
        var parameters = new DynamicParameters(args);
        if (organization is { } scope)
            parameters.Add("organization", scope.Value);
        return new(setScope ? SetScope + sql : sql, parameters, transaction, cancellationToken: ct);
    }
}

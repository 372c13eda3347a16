using Npgsql;

namespace Anteroom.Server.Platform.Database;

/// <summary>One statement of a round trip and, where rows come back, who reads them.</summary>
internal readonly record struct Statement(NpgsqlBatchCommand Command, Rows? Rows = null)
{
    /// <summary>A statement with named parameters; <c>@organization</c> is the scope, where there is one.</summary>
    public static Statement Of(OrganizationId? organization, string sql, object? args, Rows? rows = null)
    {
        var text = StatementText.Of(sql);
        var command = new NpgsqlBatchCommand(text.Sql);
        Arguments.Bind(command.Parameters, text.Names, organization, args);
        return new(command, rows);
    }

    /// <summary>set_config (…, true) lasts for the transaction, explicit or implicit, so that a pooled connection never keeps a scope.</summary>
    public static Statement Scope(OrganizationId organization) =>
        Of(organization, "SELECT set_config('app.organization', @organization::text, true)", null, Rows.Ignored);

    /// <summary>All of them in one round trip, in their order; the first that fails is told, and those after it do not happen.</summary>
    public static async Task RunAsync(NpgsqlConnection connection, IEnumerable<Statement> statements, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        List<Rows> expected = [];
        foreach (var statement in statements)
        {
            batch.BatchCommands.Add(statement.Command);
            if (statement.Rows is { } rows)
                expected.Add(rows);
        }
        await using var reader = await batch.ExecuteReaderAsync(ct);
        foreach (var rows in expected)
        {
            await rows.ReadAsync(reader, ct);
            await reader.NextResultAsync(ct); // also tells of an error after the last row
        }
    }
}

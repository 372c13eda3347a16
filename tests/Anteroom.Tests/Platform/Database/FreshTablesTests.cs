using Anteroom.Harness;
using Npgsql;

namespace Anteroom.Tests.Platform.Database;

/// <summary>How PostgreSQL reads tables that it knows nothing about yet: the first minutes of an installation, and plans that are kept from them.</summary>
public sealed class FreshTablesTests
{
    private sealed record Key(string Table, string Index, string[] Columns);

    [Fact]
    public async Task A_row_is_found_by_its_key_before_there_are_statistics()
    {
        await using var test = await TestDatabase.CreateAsync();
        await using var owner = NpgsqlDataSource.Create(test.OwnerConnectionString);
        var keys = await KeysAsync(owner);
        Assert.Contains(keys, key => key.Table == "sessions");
        List<string> wrong = [];
        foreach (var key in keys)
        {
            var conditions = key.Columns.Select(column => $"{column} = (SELECT k.{column} FROM {key.Table} k LIMIT 1)"); // a value of its type
            await using var command = owner.CreateCommand($"EXPLAIN SELECT FROM {key.Table} WHERE {string.Join(" AND ", conditions)}");
            await using var reader = await command.ExecuteReaderAsync();
            List<string> plan = [];
            while (await reader.ReadAsync())
                plan.Add(reader.GetString(0));
            if (!plan.Exists(line => line.Contains($"using {key.Index} on {key.Table}  (", StringComparison.Ordinal))) // k is looked up otherwise
                wrong.Add($"{key.Table}: {plan.Find(line => line.Contains($" on {key.Table}  (", StringComparison.Ordinal))}");
        }
        Assert.Empty(wrong);
    }

    private static async Task<List<Key>> KeysAsync(NpgsqlDataSource owner)
    {
        await using var command = owner.CreateCommand(
            """
            SELECT t.relname, i.relname, array_agg(a.attname::text ORDER BY k.place)
              FROM pg_constraint c
              JOIN pg_class t ON t.oid = c.conrelid AND t.relkind = 'r' AND NOT t.relispartition
              JOIN pg_class i ON i.oid = c.conindid
             CROSS JOIN LATERAL unnest(c.conkey) WITH ORDINALITY AS k (number, place)
              JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number
             WHERE c.contype = 'p' AND c.connamespace = 'public'::regnamespace
               -- what the platform shares with all is read by other conditions, and is small
               AND EXISTS (SELECT FROM pg_policies y WHERE y.tablename = t.relname AND y.policyname = 'own')
             GROUP BY t.relname, i.relname HAVING count(*) > 1 AND min(a.attname) FILTER (WHERE k.place = 1) = 'organization_id'
             ORDER BY t.relname
            """
        );
        await using var reader = await command.ExecuteReaderAsync();
        List<Key> keys = [];
        while (await reader.ReadAsync())
            keys.Add(new(reader.GetString(0), reader.GetString(1), reader.GetFieldValue<string[]>(2)));
        return keys;
    }
}

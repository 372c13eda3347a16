using System.Text;
using Anteroom.Protocols.Primitives;
using Npgsql;

namespace Anteroom.Harness;

/// <summary>Marks secret values and looks for them, in every spelling, in whatever left the product (SEC-322).</summary>
public sealed class CanarySearch
{
    private const int Shortest = 12;

    private readonly List<(string Name, string Value)> _canaries = [];

    public int Count => _canaries.Count;

    /// <summary>Values too short to be told from chance are refused.</summary>
    public void Plant(string name, string? value)
    {
        if (value is null)
            return;
        if (value.Length < Shortest)
            throw new ArgumentException($"'{name}' is too short to be searched for.", nameof(value));
        _canaries.Add((name, value));
    }

    /// <summary>Which canaries an output holds, each as "name in label".</summary>
    public IReadOnlyList<string> FindIn(string label, string output) =>
        [
            .. _canaries
                .Where(canary => Spellings(canary.Value).Any(spelling => output.Contains(spelling, StringComparison.OrdinalIgnoreCase)))
                .Select(canary => $"{canary.Name} in {label}"),
        ];

    /// <summary>All rows of all tables as text: what somebody with a stolen backup reads.</summary>
    public static async Task<string> DumpAsync(string ownerConnectionString)
    {
        await using var connection = new NpgsqlConnection(ownerConnectionString);
        await connection.OpenAsync();
        var organizations = await ListAsync(connection, "SELECT organization_id::text FROM routes GROUP BY organization_id");
        var tables = await ListAsync(
            connection,
            "SELECT quote_ident(table_name) FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        );
        var dump = new StringBuilder();
        foreach (var organization in organizations)
        {
            await ListAsync(connection, $"SELECT set_config('app.organization', '{organization}', false)");
            foreach (var table in tables)
            foreach (var row in await ListAsync(connection, $"SELECT to_jsonb(t)::text FROM {table} t"))
                dump.AppendLine(row);
        }
        return dump.ToString();
    }

    private static IEnumerable<string> Spellings(string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        yield return value;
        yield return Uri.EscapeDataString(value);
        yield return Convert.ToHexString(bytes);
        yield return Convert.ToBase64String(bytes).TrimEnd('=');
        yield return Base64Url.Encode(bytes);
    }

    private static async Task<List<string>> ListAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Names that the database itself gave.
        command.CommandText = sql;
#pragma warning restore CA2100
        await using var reader = await command.ExecuteReaderAsync();
        List<string> rows = [];
        while (await reader.ReadAsync())
            rows.Add(reader.GetString(0));
        return rows;
    }
}

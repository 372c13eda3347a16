using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Provisioning;

/// <summary>An attribute that an organization has added for its users.</summary>
public sealed record CustomField(string Key, string Name, int MaxLength, DateTimeOffset CreatedAt);

/// <summary>Reads and writes <c>custom_fields</c>.</summary>
public static class CustomFields
{
    public const int Most = 100;

    private static readonly Dictionary<string, int> None = [];

    public static async Task<IReadOnlyList<CustomField>> ListAsync(Transaction tx, CancellationToken ct) =>
        await tx.ListAsync<CustomField>(
            $"SELECT key, name, max_length, created_at FROM custom_fields WHERE organization_id = @organization ORDER BY key LIMIT {Most}",
            null,
            ct
        );

    /// <returns>False where the key is taken.</returns>
    public static async Task<bool> TryAddAsync(Transaction tx, CustomField field, CancellationToken ct) =>
        await tx.ExecuteAsync(
            """
            INSERT INTO custom_fields (organization_id, key, name, max_length, created_at)
            VALUES (@organization, @key, @name, @length, @at) ON CONFLICT DO NOTHING
            """,
            new
            {
                key = field.Key,
                name = field.Name,
                length = field.MaxLength,
                at = field.CreatedAt,
            },
            ct
        ) > 0;

    /// <summary>Longest value by key; asks only when the facts hold a custom attribute at all.</summary>
    internal static async Task<IReadOnlyDictionary<string, int>> LengthsAsync(Transaction tx, DirectoryFacts facts, CancellationToken ct)
    {
        if (!facts.Attributes.Keys.Any(key => key.StartsWith(UserAttributes.CustomPrefix, StringComparison.Ordinal)))
            return None;
        return (await ListAsync(tx, ct)).ToDictionary(field => field.Key, field => field.MaxLength);
    }
}

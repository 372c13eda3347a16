namespace Anteroom.Server.Keys.Vault;

/// <summary>Where a sealed value belongs. It opens only there: a ciphertext moved to another row or column does not (SEC-280).</summary>
public sealed record Field
{
    /// <param name="table">The table's name.</param>
    /// <param name="row">The row's key in that table, spelled the same at sealing and unsealing.</param>
    /// <param name="column">The column's name.</param>
    public Field(string table, string row, string column)
    {
        (Table, Row, Column) = (Name(table), row, Name(column));
    }

    public string Table { get; }

    public string Row { get; }

    public string Column { get; }

    // With the separator in neither name, a field has one spelling only, whatever the row's key holds.
    private static string Name(string name) =>
        name.Length > 0 && !name.Contains('|', StringComparison.Ordinal)
            ? name
            : throw new ArgumentException("A table or column needs a name without '|'.", nameof(name));
}

using System.Globalization;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Provisioning;

/// <summary>Finds people by the beginning of a name or address: first those whose user name begins so, then by display name, family name and address, nobody twice.</summary>
/// <remarks>Each of these orders is that of an index, so that a page costs the same among a hundred people and a million.</remarks>
internal static class UserSearch
{
    private static readonly string[] Columns = ["user_name_folded", "display_name_folded", "family_name_folded", "email_folded"];

    /// <summary>Where in the order somebody stands.</summary>
    public sealed record Place(int Column, string Value, Guid UserId)
    {
        /// <summary>Before everybody who is searched for. An index is entered at the place, so it must not lie before them.</summary>
        public static Place Before(SearchText search) => new(0, search.Folded, Guid.Empty);

        public string Key => $"{Column} {UserId:N} {Value}";

        /// <summary>The beginning where the text is no place.</summary>
        public static Place Of(string? key, SearchText search) =>
            key?.Split(' ', 3) is [var column, var id, var value]
            && int.TryParse(column, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number < Columns.Length
            && Guid.TryParseExact(id, "N", out var user)
            && value.StartsWith(search.Folded, StringComparison.Ordinal)
                ? new(number, value, user)
                : Before(search);
    }

    public static async Task<IReadOnlyList<Place>> FindAsync(Scope scope, SearchText search, string? after, int limit, CancellationToken ct)
    {
        var last = Place.Of(after, search);
        List<Place> found = [];
        for (var column = last.Column; column < Columns.Length && found.Count < limit; column++)
        {
            found.AddRange(
                await scope.ListAsync<Place>(
                    Sql(column),
                    new
                    {
                        from = search.Folded,
                        to = search.PrefixEnd,
                        value = last.Value,
                        id = last.UserId,
                        limit = limit - found.Count,
                    },
                    ct
                )
            );
            last = Place.Before(search);
        }
        return found;
    }

    private static string Sql(int column)
    {
        var own = Columns[column];
        var notBefore = Columns.Take(column).Select(earlier => $"AND ({earlier} IS NULL OR {earlier} < @from OR {earlier} > @to)");
        return $"""
            SELECT {column} AS column, {own} AS value, user_id FROM users
             WHERE organization_id = @organization AND deleted_at IS NULL AND {own} >= @from AND {own} <= @to
               AND ({own}, user_id) > (@value, @id) {string.Join(' ', notBefore)}
             ORDER BY {own}, user_id LIMIT @limit
            """;
    }
}

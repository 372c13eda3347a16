using System.Buffers.Text;
using System.Text;
using Anteroom.EntraEmulator.Storage;

namespace Anteroom.EntraEmulator.Portal;

/// <summary>Some rows of a list that is ordered by name, and the address of the next ones.</summary>
/// <param name="First">The list's first page; null on it.</param>
/// <param name="Next">Null on the last page.</param>
public sealed record ListPage<T>(IReadOnlyList<T> Rows, string? First, string? Next);

/// <summary>Reads pages of lists: by the last row seen and never by counting, so that the thousandth page costs what the first does.</summary>
internal static class ListPages
{
    public const int Size = 50;

    private const char Separator = '\u001f';

    /// <param name="all">The list's own order.</param>
    /// <param name="byWord">The order of what a search finds.</param>
    /// <param name="byId">What is searched by object id.</param>
    /// <param name="kept">The parameters that the addresses of other pages keep.</param>
    public static ListPage<T> Read<T>(
        PortalCall call,
        OrderedIndex<T> all,
        OrderedIndex<T> byWord,
        Func<Guid, T?> byId,
        Func<T, bool>? isMeant = null,
        bool storedOnly = false,
        params ReadOnlySpan<string> kept
    )
        where T : class
    {
        var wanted = call.Query("q");
        if (Guid.TryParse(wanted, out var id) && byId(id) is { } one)
            return new([one], null, null);
        var found = (wanted.Length == 0 ? all : byWord)
            .From(call.Tenant.Id.ToString(), wanted, After(call), storedOnly)
            .Where(row => isMeant is null || isMeant(row.Row));
        return Page(call, found, kept);
    }

    /// <summary>A page of few rows that no index orders.</summary>
    public static ListPage<T> Read<T>(PortalCall call, IEnumerable<T> rows, Func<T, NameKey> keyOf)
    {
        var after = After(call);
        return Page(
            call,
            rows.Select(row => (At: keyOf(row), Row: row)).Where(row => row.At.CompareTo(after) > 0).OrderBy(row => row.At),
            []
        );
    }

    private static ListPage<T> Page<T>(PortalCall call, IEnumerable<(NameKey At, T Row)> found, ReadOnlySpan<string> kept)
    {
        var rows = found.Take(Size + 1).ToList();
        var address = $"{call.Http.Request.Path}?q={Uri.EscapeDataString(call.Query("q"))}";
        foreach (var name in kept)
            address += $"&{name}={Uri.EscapeDataString(call.Query(name))}";
        return new(
            [.. rows.Take(Size).Select(row => row.Row)],
            call.Query("after").Length > 0 ? address : null,
            rows.Count > Size ? $"{address}&after={Close(rows[Size - 1].At)}" : null
        );
    }

    private static string Close(NameKey at) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{at.Name}{Separator}{at.Tie}"));

    /// <summary>What nobody gave begins at the beginning.</summary>
    private static NameKey After(PortalCall call)
    {
        var text = call.Query("after");
        if (!Base64Url.IsValid(text))
            return NameKey.Start;
        var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split(Separator);
        return parts.Length == 2 ? new(parts[0], parts[1]) : NameKey.Start;
    }
}

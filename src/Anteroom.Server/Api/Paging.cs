using System.Globalization;
using System.Text;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Server.Api;

/// <summary>Paging by key: <c>limit</c> 1 to 200, 50 by default; <c>after</c> is the <c>next</c> of the page before (SEC-365).</summary>
public sealed record Paging(string? After, int Limit)
{
    public const int Most = 200;

    /// <summary>Null with a fault where the query holds something else.</summary>
    public static Paging? From(HttpContext http)
    {
        var limit = 50;
        if (
            http.Request.Query["limit"] is [{ } text]
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > Most)
        )
            return null;
        if (http.Request.Query["after"] is not [{ Length: > 0 and <= 1024 } after])
            return new(null, limit);
        return Base64Url.TryDecode(after, out var key) ? new(Encoding.UTF8.GetString(key), limit) : null;
    }

    /// <summary>The page, from one row more than it holds.</summary>
    public ApiList<TView> Page<TRow, TView>(IReadOnlyList<TRow> rows, Func<TRow, string> key, Func<TRow, TView> view)
    {
        var more = rows.Count > Limit;
        var shown = rows.Take(Limit).ToList();
        return new([.. shown.Select(view)], more ? Base64Url.Encode(Encoding.UTF8.GetBytes(key(shown[^1]))) : null);
    }
}

namespace Anteroom.Server.Account.Access;

/// <summary>A page below <c>/account/{slug}/</c>, as it stands in an address: where somebody wanted to go before they were asked who they are (SEC-012).</summary>
internal static class PagePath
{
    private const int Longest = 200;

    /// <summary>The page, or the first one where it is anything else. Without dots and double strokes it leads nowhere else.</summary>
    public static string Of(string? wanted) =>
        wanted is { Length: > 0 and <= Longest }
        && wanted[0] != '/'
        && !wanted.Contains("//", StringComparison.Ordinal)
        && wanted.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '/')
            ? wanted
            : "";

    /// <summary>The page that was asked for.</summary>
    public static string Of(HttpContext http, string slug)
    {
        var path = http.Request.Path.Value!;
        var above = AccountSignIn.Path.Length + 1 + slug.Length + 1;
        return path.Length > above ? Of(path[above..]) : "";
    }

    /// <param name="slug">The organization's.</param>
    /// <param name="page">As <see cref="Of(string?)"/> gives it.</param>
    public static string Address(string slug, string page = "") =>
        page.Length == 0 ? $"{AccountSignIn.Path}/{slug}" : $"{AccountSignIn.Path}/{slug}/{page}";
}

using System.Globalization;
using Anteroom.Server.Audit;
using Anteroom.Server.Organizations;

namespace Anteroom.Server.Console.Trail;

/// <summary>What the address of the audit page asks for; words that are nothing of the kind are left out.</summary>
/// <param name="FromText">The first day, as <c>2026-01-31</c>, in UTC.</param>
/// <param name="UntilText">The last day.</param>
internal sealed record AuditQuery(AuditFilter Filter, string FromText, string UntilText, string UserText)
{
    public const string Action = "action";
    public const string From = "from";
    public const string Until = "until";
    public const string User = "user";
    private const string Day = "yyyy-MM-dd";

    public static AuditQuery Of(HttpContext http)
    {
        var query = http.Request.Query;
        var action = query[Action] is [{ Length: > 0 and <= 100 } named] ? named : null;
        var user = UserId.TryParse(query[User], out var id) ? id : (UserId?)null;
        var (from, until) = (DayOf(query[From]), DayOf(query[Until]));
        return new(
            new(Action: action, User: user?.Value)
            {
                From = from is { } first ? Instant(first) : null,
                Until = until is { } last && last < DateOnly.MaxValue ? Instant(last.AddDays(1)) : null,
            },
            from?.ToString(Day, CultureInfo.InvariantCulture) ?? "",
            until?.ToString(Day, CultureInfo.InvariantCulture) ?? "",
            user?.ToString() ?? ""
        );
    }

    private static DateOnly? DayOf(string? text) =>
        DateOnly.TryParseExact(text, Day, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    private static DateTimeOffset Instant(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
}

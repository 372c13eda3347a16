using System.Globalization;
using Anteroom.EntraEmulator.Objects.Logs;

namespace Anteroom.EntraEmulator.Portal.Enterprise;

/// <summary>Sign-in logs of an application: newest first, filtered by user, status and error code, paged by the last row seen.</summary>
internal static class SignInLogEndpoints
{
    private const int PageSize = 50;

    public static void Map(RouteGroupBuilder enterprise) => enterprise.MapGet("/sign-in-logs", ShowAsync);

    private static Task<IResult> ShowAsync(PortalCall call)
    {
        var (user, status, code) = (call.Query("q"), call.Query("status"), call.Query("code"));
        var appId = call.Application.AppId;
        var rows = call
            .Directory.SignInsByTenant.Find(call.Tenant.Id.ToString())
            .Where(row => row.AppId == appId && MeetsUser(row, user) && MeetsStatus(row, status) && MeetsCode(row, code))
            .OrderByDescending(row => row.CreatedDateTime)
            .ThenByDescending(row => row.Id)
            .SkipWhile(row => !IsAfter(row, call.Query("after")))
            .Take(PageSize + 1)
            .ToList();
        return call.ShowAsync<SignInLogPage>(
            new
            {
                View = call.View("enterprise-sign-ins"),
                Rows = rows.Take(PageSize).ToList(),
                Next = rows.Count > PageSize ? Key(rows[PageSize - 1]) : null,
                User = user,
                Status = status,
                Code = code,
            }
        );
    }

    private static bool MeetsUser(SignIn row, string user) =>
        user.Length == 0
        || row.UserPrincipalName?.Contains(user, StringComparison.OrdinalIgnoreCase) == true
        || row.UserDisplayName?.Contains(user, StringComparison.OrdinalIgnoreCase) == true
        || row.UserId?.ToString() == user;

    private static bool MeetsStatus(SignIn row, string status) =>
        status switch
        {
            "success" => row.ErrorCode == 0,
            "failure" => row.ErrorCode != 0,
            _ => true,
        };

    private static bool MeetsCode(SignIn row, string code) =>
        code.Length == 0
        || (int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && row.ErrorCode == number);

    private static string Key(SignIn row) => $"{row.CreatedDateTime.UtcTicks.ToString(CultureInfo.InvariantCulture)}_{row.Id}";

    /// <summary>Older than the last row of the page before.</summary>
    private static bool IsAfter(SignIn row, string key)
    {
        var parts = key.Split('_', 2);
        if (
            parts.Length != 2
            || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            || !Guid.TryParse(parts[1], out var id)
        )
            return true;
        var order = row.CreatedDateTime.UtcTicks.CompareTo(ticks);
        return order < 0 || (order == 0 && row.Id.CompareTo(id) < 0);
    }
}

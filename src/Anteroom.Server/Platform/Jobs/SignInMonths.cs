using Npgsql;

namespace Anteroom.Server.Platform.Jobs;

/// <summary>Makes the monthly partitions of <c>sign_ins</c> ahead of time and drops those whose last day is more than 30 days ago.</summary>
internal sealed class SignInMonths(Database.Database database, TimeProvider clock, ILogger<SignInMonths> log) : IJobHandler
{
    public const string JobKind = "sign_ins.months";
    public const int KeepDays = 30;

    private const int MonthsAhead = 2;

    public string Kind => JobKind;

    public async Task RunAsync(Job job, CancellationToken ct)
    {
        await MakeAsync(ct);
        var before = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).AddDays(-KeepDays);
        await database.OutsideOrganizations.ExecuteAsync("SELECT drop_sign_in_months(@before::date)", new { before = Date(before) }, ct);
    }

    /// <summary>Also called before the first request is served: a row that went to the default partition would keep its month from being made.</summary>
    public async Task MakeAsync(CancellationToken ct)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        for (var ahead = 0; ahead <= MonthsAhead; ahead++)
        {
            var month = today.AddMonths(ahead);
            try
            {
                await database.OutsideOrganizations.ExecuteAsync(
                    "SELECT make_sign_in_month(@month::date)",
                    new { month = Date(month) },
                    ct
                );
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.CheckViolation)
            {
                log.MonthNotMade(e, month);
            }
        }
    }

    private static string Date(DateOnly date) => date.ToString("O", System.Globalization.CultureInfo.InvariantCulture);
}

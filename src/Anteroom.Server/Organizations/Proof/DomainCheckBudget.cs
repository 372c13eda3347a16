using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Organizations.Proof;

/// <summary>How often an organization may have domains looked up: others' servers answer each of them (SEC-362).</summary>
internal static class DomainCheckBudget
{
    public const int PerHour = 30;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>Takes one of this hour's, which begins with its first; in one statement, so that two who ask at once do not take the same.</summary>
    /// <returns>False where there are none left.</returns>
    public static async Task<bool> TakeAsync(Transaction tx, DateTimeOffset now, CancellationToken ct) =>
        await tx.ExecuteAsync(
            """
            INSERT INTO domain_check_budgets AS budget (organization_id, began_at, used) VALUES (@organization, @now, 1)
            ON CONFLICT (organization_id) DO UPDATE
               SET began_at = CASE WHEN budget.began_at <= @over THEN @now ELSE budget.began_at END,
                   used = CASE WHEN budget.began_at <= @over THEN 1 ELSE budget.used + 1 END
             WHERE budget.began_at <= @over OR budget.used < @most
            """,
            new
            {
                now,
                over = now - Hour,
                most = PerHour,
            },
            ct
        ) > 0;
}

using Anteroom.Server.Audit;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Administration;

/// <summary>Lists what there is of keys, without any key.</summary>
internal static class KeysCommand
{
    public static async Task<AdminFailure?> RunAsync(AdminWork work, CancellationToken ct)
    {
        var opened = await work.Vault.OpenAsync(ct);
        if (!opened.TryGet(out var kek, out var failure))
            return new(failure.Sentence);
        await work.Output.WriteLineAsync($"Key-encryption key {kek.Id}");

        var signing = await work
            .Database.In(OrganizationId.Platform)
            .ListAsync<SigningRow>(
                """
                SELECT kid, algorithm, active_from, retired_at, expires_at FROM signing_keys
                 WHERE organization_id = @organization ORDER BY algorithm, active_from
                """,
                null,
                ct
            );
        var now = work.Clock.GetUtcNow();
        await work.Output.WriteLineAsync("Signing keys");
        foreach (var key in signing)
            await work.Output.WriteLineAsync($"  {key.Kid}  {key.Algorithm}  {key.State(now)}  from {key.ActiveFrom:yyyy-MM-dd HH:mm}");

        await work.Output.WriteLineAsync("Data keys by wrapping key and newest version");
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        await foreach (var organization in EveryOrganization.ListAsync(work.Database, ct))
        {
            var rows = await work
                .Database.In(organization)
                .ListAsync<DataRow>(
                    "SELECT version, kek_id FROM data_keys WHERE organization_id = @organization ORDER BY version DESC LIMIT 1",
                    null,
                    ct
                );
            foreach (var row in rows)
            {
                var label = $"{row.KekId}  version {row.Version}";
                counts[label] = counts.GetValueOrDefault(label) + 1;
            }
        }
        foreach (var (label, count) in counts)
            await work.Output.WriteLineAsync($"  {label}  {count} {(count == 1 ? "organization" : "organizations")}");

        await using var tx = await work.Database.BeginAsync(OrganizationId.Platform, ct);
        await work.Audit.RecordAsync(tx, work.Context, new("keys.listed", AuditResult.Success), ct);
        await tx.CommitAsync(ct);
        return null;
    }

    private sealed record SigningRow(
        string Kid,
        string Algorithm,
        DateTimeOffset ActiveFrom,
        DateTimeOffset? RetiredAt,
        DateTimeOffset? ExpiresAt
    )
    {
        public string State(DateTimeOffset now) =>
            now >= ExpiresAt ? "expired"
            : now >= RetiredAt ? "retired"
            : now < ActiveFrom ? "published"
            : "signs";
    }

    private sealed record DataRow(int Version, string KekId);
}

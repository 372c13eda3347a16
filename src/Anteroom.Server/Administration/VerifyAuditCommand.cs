using Anteroom.Server.Audit;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Administration;

/// <summary>Checks the audit trail of one organization or of all (SEC-321); each finding names its record.</summary>
internal static class VerifyAuditCommand
{
    public static async Task<AdminFailure?> RunAsync(AdminWork work, AdminArguments args, CancellationToken ct)
    {
        var verifier = new AuditVerifier(work.Database);
        long rows = 0;
        long unsealed = 0;
        var damaged = 0;
        await foreach (var organization in OrganizationsAsync(work, args, ct))
        {
            if (organization is not { } id)
                return new("There is no organization with that slug (--organization).");

            var verification = await verifier.VerifyAsync(id, ct);
            rows += verification.Rows;
            unsealed += verification.Unsealed;
            if (verification.Head is not null || verification.Unsealed > 0)
                await work.Output.WriteLineAsync(
                    $"{id}  {verification.Rows} records in {verification.Seals} seals, {verification.Unsealed} not sealed yet{Since(verification)}, head {verification.Head ?? "none"}"
                );
            if (verification.Expired > 0)
                await work.Output.WriteLineAsync(
                    $"  {verification.Expired} older records, recorded until {verification.ExpiredThrough:yyyy-MM-dd HH:mm:ss} UTC, were removed after their time"
                );
            foreach (var finding in verification.Findings)
                await work.Output.WriteLineAsync($"  {finding.Damage}: {finding.Sentence}");
            if (verification.Findings.Count > 0)
                damaged++;
            await RecordAsync(work, id, verification, ct);
        }

        await work.Output.WriteLineAsync($"{rows} records checked, {unsealed} not sealed yet.");
        return damaged == 0
            ? null
            : new($"The audit trail of {damaged} {(damaged == 1 ? "organization" : "organizations")} has gaps or edits.");
    }

    private static async IAsyncEnumerable<OrganizationId?> OrganizationsAsync(
        AdminWork work,
        AdminArguments args,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct
    )
    {
        if (args.TryGet("organization", out _))
        {
            yield return await work.OrganizationAsync(args, ct);
            yield break;
        }
        await foreach (var organization in EveryOrganization.ListAsync(work.Database, ct))
            yield return organization;
    }

    private static string Since(AuditVerification verification) =>
        verification.OldestUnsealed is { } oldest ? $" (oldest {oldest:yyyy-MM-dd HH:mm:ss} UTC)" : "";

    // Only what was found is worth a row in an organization's trail; that somebody looked is one of the platform's.
    private static async Task RecordAsync(AdminWork work, OrganizationId organization, AuditVerification verification, CancellationToken ct)
    {
        if (verification.Findings.Count == 0 && organization != OrganizationId.Platform)
            return;
        await using var tx = await work.Database.BeginAsync(organization, ct);
        var result = verification.Findings.Count == 0 ? AuditResult.Success : AuditResult.Failed;
        await work.Audit.RecordAsync(
            tx,
            work.Context,
            new("audit.verified", result)
            {
                Details = new Dictionary<string, object?>
                {
                    ["rows"] = verification.Rows,
                    ["head"] = verification.Head,
                    ["findings"] = verification.Findings.Select(finding => finding.Sentence),
                },
            },
            ct
        );
        await tx.CommitAsync(ct);
    }
}

using Anteroom.Server.Audit;
using Anteroom.Server.Keys.Signing;
using Anteroom.Server.Platform;

namespace Anteroom.Server.Administration;

/// <summary>Begins a new term of the signing keys ahead of time and prints what happens when (SEC-110). Nothing signs before it was published long enough.</summary>
internal static class RotateSigningCommand
{
    public static async Task<AdminFailure?> RunAsync(AdminWork work, CancellationToken ct)
    {
        var opened = await work.Vault.OpenAsync(ct);
        if (!opened.TryGet(out _, out var failure))
            return new(failure.Sentence);

        await using var tx = await work.Database.BeginAsync(OrganizationId.Platform, ct);
        var plans = await new SigningKeyStore(work.Database, work.Vault, work.Options).RotateAsync(tx, work.Clock.GetUtcNow(), ct);
        await work.Audit.RecordAsync(
            tx,
            work.Context,
            new("signing_keys.rotated", AuditResult.Success)
            {
                Details = new Dictionary<string, object?>
                {
                    ["published"] = plans.Where(plan => plan.IsNew).Select(plan => plan.Next).ToArray(),
                    ["signFrom"] = plans.Max(plan => plan.SignsFrom),
                },
            },
            ct
        );
        await tx.CommitAsync(ct);

        foreach (var plan in plans)
        {
            await work.Output.WriteLineAsync(
                $"{plan.Algorithm}  {plan.Next}  {(plan.IsNew ? "published now" : "was published before")}, signs from {plan.SignsFrom:yyyy-MM-dd HH:mm} UTC"
            );
            if (plan.Current is { } current)
                await work.Output.WriteLineAsync(
                    $"       {current}  signs until then, leaves the key set at {plan.CurrentLeaves:yyyy-MM-dd HH:mm} UTC"
                );
        }
        return null;
    }
}

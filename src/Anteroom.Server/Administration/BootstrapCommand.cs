using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Platform;

namespace Anteroom.Server.Administration;

/// <summary>Makes an owner link and prints it, to this terminal only (SEC-266).</summary>
internal static class BootstrapCommand
{
    public static async Task<AdminFailure?> RunAsync(AdminWork work, CancellationToken ct)
    {
        var now = work.Clock.GetUtcNow();
        var id = Identifiers.NewUuid(work.Clock);
        var handle = Handle.New(OwnerLink.Prefix, OrganizationId.Platform);
        await using var tx = await work.Database.BeginAsync(OrganizationId.Platform, ct);
        await tx.ExecuteAsync(
            """
            INSERT INTO one_time_links (organization_id, link_id, purpose, sha256, expires_at, created_at)
            VALUES (@organization, @id, @purpose, @hash, @expires, @now)
            """,
            new
            {
                id,
                purpose = OwnerLink.Purpose,
                hash = handle.Sha256(),
                expires = now + OwnerLink.Life,
                now,
            },
            ct
        );
        await work.Audit.RecordAsync(tx, work.Context, new("owner_link.created", AuditResult.Success, null, "ownerLink", id), ct);
        await tx.CommitAsync(ct);

        await work.Output.WriteLineAsync($"This link opens the console once, within {OwnerLink.Life.TotalMinutes} minutes:");
        await work.Output.WriteLineAsync(OwnerLink.Address(work.Options, handle).AbsoluteUri);
        return null;
    }
}

using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;

namespace Anteroom.Server.Administration;

/// <summary>Makes an administrator key of the platform or of one organization and prints it once; the database keeps its hash.</summary>
internal static class ApiKeyCommand
{
    private const string Prefix = "ak";
    private const int MaxNameLength = 100;

    private static readonly TimeSpan Life = TimeSpan.FromDays(365);

    public static async Task<AdminFailure?> RunAsync(AdminWork work, AdminArguments args, CancellationToken ct)
    {
        if (!args.TryGet("name", out var name) || name.Length is 0 or > MaxNameLength)
            return new($"Give the key a name of 1 to {MaxNameLength} characters with --name.", AdminFailure.Usage);
        if (await work.OrganizationAsync(args, ct) is not { } organization)
            return new("There is no organization with that slug (--organization).");

        var now = work.Clock.GetUtcNow();
        var id = Identifiers.NewUuid(work.Clock);
        var handle = Handle.New(Prefix, organization);
        var permissions = organization == OrganizationId.Platform ? Permissions.OfPlatform : Permissions.OfOrganizations;
        await using var tx = await work.Database.BeginAsync(organization, ct);
        await tx.ExecuteAsync(
            """
            INSERT INTO api_keys (organization_id, api_key_id, name, sha256, last4, permissions, expires_at, created_at)
            VALUES (@organization, @id, @name, @hash, @last4, @permissions, @expires, @now)
            """,
            new
            {
                id,
                name,
                hash = handle.Sha256(),
                last4 = handle.Reveal()[^4..],
                permissions = permissions.ToArray(),
                expires = now + Life,
                now,
            },
            ct
        );
        await work.Audit.RecordAsync(
            tx,
            work.Context,
            new("api_key.created", AuditResult.Success, null, "apiKey", id, name)
            {
                Details = new Dictionary<string, object?> { ["permissions"] = permissions, ["expiresAt"] = now + Life },
            },
            ct
        );
        await tx.CommitAsync(ct);

        await work.Output.WriteLineAsync($"This key is shown once; it is good until {now + Life:yyyy-MM-dd}:");
        await work.Output.WriteLineAsync(handle.Reveal());
        return null;
    }
}

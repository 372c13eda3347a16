using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;

namespace Anteroom.Server.Administration;

/// <summary>Makes an administrator key of the platform or of one organization and prints it once; the database keeps its hash.</summary>
internal static class ApiKeyCommand
{
    private const int MaxNameLength = 100;

    private static readonly TimeSpan Life = TimeSpan.FromDays(365);

    public static async Task<AdminFailure?> RunAsync(AdminWork work, AdminArguments args, CancellationToken ct)
    {
        if (!args.TryGet("name", out var name) || name.Length is 0 or > MaxNameLength)
            return new($"Give the key a name of 1 to {MaxNameLength} characters with --name.", AdminFailure.Usage);
        if (await work.OrganizationAsync(args, ct) is not { } organization)
            return new("There is no organization with that slug (--organization).");

        var permissions = organization == OrganizationId.Platform ? Permissions.OfPlatform : Permissions.OfOrganizations;
        await using var tx = await work.Database.BeginAsync(organization, ct);
        var (key, value) = await new ApiKeys(work.Database, work.Audit, work.Clock).CreateAsync(
            tx,
            name,
            permissions,
            Life,
            work.Context,
            ct
        );
        await tx.CommitAsync(ct);

        await work.Output.WriteLineAsync($"This key is shown once; it is good until {key.ExpiresAt:yyyy-MM-dd}:");
        await work.Output.WriteLineAsync(value.Reveal());
        return null;
    }
}

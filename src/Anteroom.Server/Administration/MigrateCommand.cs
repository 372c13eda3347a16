using Anteroom.Server.Audit;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Npgsql;

namespace Anteroom.Server.Administration;

/// <summary>Tells where the schema stands after the caller migrated it with the owner's connection, or what is missing for that.</summary>
internal static class MigrateCommand
{
    public static async Task<AdminFailure?> RunAsync(AdminWork work, NpgsqlDataSource app, CancellationToken ct)
    {
        if (await Migrator.CheckAsync(app, ct) is not null)
            return new("The database is not migrated: give the owner's connection in ConnectionStrings:AnteroomOwner.");

        await using var tx = await work.Database.BeginAsync(OrganizationId.Platform, ct);
        await work.Audit.RecordAsync(
            tx,
            work.Context,
            new("schema.migrated", AuditResult.Success) { Details = new Dictionary<string, object?> { ["schema"] = Migrator.Newest } },
            ct
        );
        await tx.CommitAsync(ct);
        await work.Output.WriteLineAsync($"The database has schema {Migrator.Newest}.");
        return null;
    }
}

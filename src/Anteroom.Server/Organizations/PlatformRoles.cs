using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Organizations;

/// <summary>Gives the platform its built-in roles at the first start; the schema has made its row.</summary>
internal sealed class PlatformRoles(Database database, TimeProvider clock) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var tx = await database.BeginAsync(OrganizationId.Platform, cancellationToken);
        await RoleStore.AddBuiltInAsync(tx, clock, cancellationToken);
        await tx.CommitAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

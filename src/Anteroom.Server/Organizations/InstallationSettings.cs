using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Notifications;

namespace Anteroom.Server.Organizations;

/// <summary>The operators' settings, at hand without asking: a page that tells that the database is away still says whom to ask.</summary>
public sealed class InstallationSettings
{
    private volatile OperatorSettings _current = OperatorSettings.Default;

    /// <summary>As they were read last (<see cref="FollowInstallationSettings"/>).</summary>
    public OperatorSettings Current
    {
        get => _current;
        internal set => _current = value;
    }
}

/// <summary>Reads them at the start, whenever a notification says that they changed, and every ten seconds in case one was lost.</summary>
internal sealed class FollowInstallationSettings(
    InstallationSettings settings,
    OrganizationDirectory organizations,
    Notifications notifications
) : BackgroundService
{
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _changed = new(0);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await ReadAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _changed.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = notifications.Listen(OrganizationStore.Channel, Hear);
        while (!stoppingToken.IsCancellationRequested)
        {
            await _changed.WaitAsync(Life, stoppingToken);
            try
            {
                await ReadAsync(stoppingToken);
            }
            catch (Exception e) when (Pool.IsOutOfReach(e))
            {
                // What was read last goes on; readiness tells of the database.
            }
        }
    }

    private async Task ReadAsync(CancellationToken ct) =>
        settings.Current = (await organizations.ReadAsync(OrganizationId.Platform, ct))?.Settings.Operator ?? OperatorSettings.Default;

    private void Hear(string payload)
    {
        if (!OrganizationId.TryParse(payload, out var id) || id == OrganizationId.Platform)
            _changed.Release();
    }
}

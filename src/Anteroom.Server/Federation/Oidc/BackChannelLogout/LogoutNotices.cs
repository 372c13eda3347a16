using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Outbox;
using Anteroom.Server.Provisioning;

namespace Anteroom.Server.Federation.Oidc.BackChannelLogout;

/// <summary>Puts one message for each application of an ended session that registered an address into the outbox (OIDC Back-Channel Logout §2.2).</summary>
public sealed class LogoutNotices(Outbox outbox) : IDepartureNotices
{
    public async Task<IReadOnlyList<string>> EnqueueAsync(Transaction tx, Departure departure, CancellationToken ct)
    {
        // One that was switched off still holds the sessions that it began.
        var listening = await tx.ListAsync<string>(
            """
            SELECT client_id FROM applications
             WHERE organization_id IN (@organization, platform_organization()) AND client_id = ANY (@clients) AND protocol = 'oidc'
               AND settings ->> 'backChannelLogoutUri' IS NOT NULL
            """,
            new { clients = departure.Participations.Select(took => took.ClientId).Distinct(StringComparer.Ordinal).ToArray() },
            ct
        );
        foreach (var took in departure.Participations.Where(took => listening.Contains(took.ClientId)))
        {
            var notice = new LogoutNotice(
                took.ClientId,
                departure.User.Value,
                took.SessionId,
                departure.Cause,
                departure.Context.CorrelationId
            );
            await outbox.EnqueueAsync(tx, LogoutNotice.Kind, notice, LogoutNotice.GiveUpAfter, ct);
        }
        return listening;
    }
}

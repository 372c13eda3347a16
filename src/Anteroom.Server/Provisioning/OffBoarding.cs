using Anteroom.Server.Audit;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Events;

namespace Anteroom.Server.Provisioning;

/// <summary>What ended when a person left, and who is told.</summary>
/// <param name="Applications">Clients that took part in the ended sessions or held grants.</param>
/// <param name="Told">Those among them that registered an address for it. When each was reached, or why not, follows in the audit trail as <c>application.logout_told</c>.</param>
public sealed record OffBoardingReceipt(
    UserId User,
    int Sessions,
    int Grants,
    IReadOnlyList<string> Applications,
    IReadOnlyList<string> Told,
    DateTimeOffset At
);

/// <summary>The one choke point through which access ends (design.md §4): every block, deactivation and deletion comes here.</summary>
public sealed class OffBoarding(AuditTrail audit, EventLog events, Departures departures)
{
    /// <summary>Tells every node to forget what it remembers of a user; the payload is organization and user id.</summary>
    public const string Channel = "user_ended";

    /// <summary>Ends sessions, grants, codes and refresh tokens of a user. Everything is refused everywhere from the commit on.</summary>
    public async Task<OffBoardingReceipt> EndAsync(
        Transaction tx,
        UserId user,
        string cause,
        AuditContext context,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var args = new
        {
            user = user.Value,
            now,
            cause,
        };
        var participations = await tx.ListAsync<Participation>(
            """
            SELECT a.session_id, a.client_id FROM session_applications a JOIN sessions s USING (organization_id, session_id)
             WHERE s.organization_id = @organization AND s.user_id = @user
            UNION
            SELECT session_id, client_id FROM grants WHERE organization_id = @organization AND user_id = @user AND revoked_at IS NULL
            """,
            args,
            ct
        );
        List<string> applications =
        [
            .. participations.Select(took => took.ClientId).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ];
        var sessions = await tx.ListAsync<Guid>(
            "DELETE FROM sessions WHERE organization_id = @organization AND user_id = @user RETURNING session_id",
            args,
            ct
        );
        // The grant is what redemption and refresh look at; what hangs on it is removed besides, so that nothing is left to steal.
        var grants = await tx.ExecuteAsync(
            """
            UPDATE grants SET revoked_at = @now, revoked_for = @cause
             WHERE organization_id = @organization AND user_id = @user AND revoked_at IS NULL
            """,
            args,
            ct
        );
        await tx.ExecuteAsync(
            """
            DELETE FROM authorization_codes c USING grants g
             WHERE c.organization_id = @organization AND g.organization_id = @organization AND g.grant_id = c.grant_id AND g.user_id = @user
            """,
            args,
            ct
        );
        await tx.ExecuteAsync(
            """
            DELETE FROM refresh_tokens t USING grants g
             WHERE t.organization_id = @organization AND g.organization_id = @organization AND g.grant_id = t.grant_id AND g.user_id = @user
            """,
            args,
            ct
        );

        var told = await departures.TellAsync(tx, new(user, participations, cause, context), ct);
        var receipt = new OffBoardingReceipt(user, sessions.Count, grants, applications, told, now);
        await events.AppendAsync(
            tx,
            "user.sessions_ended",
            user.Value,
            new
            {
                cause,
                sessions,
                applications,
            },
            now,
            ct
        );
        var entry = new AuditEntry("user.sessions_ended", AuditResult.Success, cause, "user", user.Value)
        {
            Details = new Dictionary<string, object?>
            {
                ["sessions"] = receipt.Sessions,
                ["grants"] = receipt.Grants,
                ["applications"] = applications.ToArray(),
                ["told"] = told.ToArray(),
            },
        };
        await audit.RecordAsync(tx, context, entry, ct);
        await tx.NotifyAsync(Channel, $"{tx.Organization} {user}", ct);
        return receipt;
    }
}

using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Connections;

/// <summary>The first day on which something ends that a connection of an organization proves itself by.</summary>
public sealed record CredentialEnd(string Slug, string Organization, DateOnly EndsOn);

/// <summary>Until when what connections prove themselves by holds. Nothing is decided by it; people are reminded.</summary>
public static class CredentialEnds
{
    private const int Most = 200;

    /// <summary>The last day of the certificate or secret in use; null where there is none, nobody said, or the connection is switched off.</summary>
    public static DateOnly? Of(Connection connection) =>
        connection.State == ConnectionState.Disabled ? null
        : connection.Settings.Certificate is { EndsAt: var end } ? DateOnly.FromDateTime(end.UtcDateTime)
        : connection.Settings.ClientSecretExpiresOn;

    /// <summary>Of all organizations, soonest first; for operators, who read a day of each and nothing else.</summary>
    public static async Task<IReadOnlyList<CredentialEnd>> ListAsync(Database database, DateOnly until, CancellationToken ct) =>
        await database
            .In(OrganizationId.Platform)
            .ListAsync<CredentialEnd>(
                $"""
                SELECT o.slug, o.name AS organization, min(e.ends_on) AS ends_on
                  FROM credential_ends e JOIN organizations o USING (organization_id)
                 WHERE e.ends_on <= @until AND o.status = 'active'
                 GROUP BY o.slug, o.name ORDER BY ends_on, o.slug LIMIT {Most}
                """,
                new { until },
                ct
            );

    /// <summary>Within the transaction that changes the connection, which holds its row.</summary>
    internal static Task KeepAsync(Transaction tx, Connection connection, CancellationToken ct) =>
        Of(connection) is { } day
            ? tx.ExecuteAsync(
                """
                INSERT INTO credential_ends (organization_id, connection_id, ends_on) VALUES (@organization, @id, @day)
                ON CONFLICT (organization_id, connection_id) DO UPDATE SET ends_on = excluded.ends_on
                """,
                new { id = connection.Id.Value, day },
                ct
            )
            : tx.ExecuteAsync(
                "DELETE FROM credential_ends WHERE organization_id = @organization AND connection_id = @id",
                new { id = connection.Id.Value },
                ct
            );
}

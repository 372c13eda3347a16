using System.Collections.Concurrent;
using Anteroom.Entra.IdTokens;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Connections;

/// <summary>A claim that a token of a connection has held.</summary>
/// <param name="Value">A value of <c>groups</c> or <c>roles</c>; empty where the name itself was seen.</param>
/// <param name="SeenAt">When last, to the day.</param>
public sealed record SeenClaim(string Claim, string Value, DateTimeOffset SeenAt);

/// <summary>Remembers which claims came with the last sign-ins of each connection, so that nobody has to type their names blind.</summary>
/// <remarks>
/// Names of all, values of <c>groups</c> and <c>roles</c> alone: those name groups and roles, other values would be about people. A node writes
/// what it has not seen within the hour, so nearly every sign-in writes nothing.
/// </remarks>
public sealed class SeenClaims(Database database)
{
    /// <summary>Rows of one connection; the longest unseen make room.</summary>
    public const int Most = 1_000;

    private const int MostRemembered = 100_000;
    private static readonly TimeSpan RememberedFor = TimeSpan.FromHours(1);
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(90);

    private readonly ConcurrentDictionary<(ConnectionId, string Claim, string Value), DateTimeOffset> _remembered = new();

    public async Task NoteAsync(Connection connection, ValidatedIdToken token, DateTimeOffset now, CancellationToken ct)
    {
        var news = SeenIn(token).Where(seen => IsNews(connection.Id, seen, now)).ToList();
        if (news.Count == 0)
            return;
        await using var tx = await database.BeginAsync(connection.Organization, ct);
        if (await IsFirstAsync(tx, connection.Id, ct))
        {
            Write(tx, connection.Id, news, now);
            await tx.CommitAsync(ct);
        }
        if (_remembered.Count >= MostRemembered)
            _remembered.Clear();
        foreach (var (claim, value) in news)
            _remembered[(connection.Id, claim, value)] = now;
    }

    /// <summary>By claim and value.</summary>
    public async Task<IReadOnlyList<SeenClaim>> ListAsync(OrganizationId organization, ConnectionId connection, CancellationToken ct) =>
        await database
            .In(organization)
            .ListAsync<SeenClaim>(
                $"""
                SELECT claim, value, seen_at FROM seen_claims
                 WHERE organization_id = @organization AND connection_id = @connection
                 ORDER BY claim, value LIMIT {Most}
                """,
                new { connection = connection.Value },
                ct
            );

    /// <summary>What of a token may be kept.</summary>
    public static IEnumerable<(string Claim, string Value)> SeenIn(ValidatedIdToken token) =>
        token
            .ClaimNames.Where(name => !TechnicalClaims.Contains(name))
            .Select(name => (name, ""))
            .Concat(ValuesOf(GroupRoles.Claim, token.Groups is TokenGroups.Listed listed ? listed.Values : []))
            .Concat(ValuesOf("roles", token.Roles))
            .Distinct();

    private static IEnumerable<(string, string)> ValuesOf(string claim, IReadOnlyList<string> values) =>
        values.Where(value => value.Length is > 0 and <= 256 && !value.Any(char.IsControl)).Take(200).Select(value => (claim, value));

    private bool IsNews(ConnectionId connection, (string Claim, string Value) seen, DateTimeOffset now) =>
        !_remembered.TryGetValue((connection, seen.Claim, seen.Value), out var at) || now - at > RememberedFor;

    // Another node or sign-in that writes for the same connection at this moment writes much the same.
    private static Task<bool> IsFirstAsync(Transaction tx, ConnectionId connection, CancellationToken ct) =>
        tx.FirstAsync<bool>(
            "SELECT pg_try_advisory_xact_lock(hashtextextended('seen-claims:' || @key, 0))",
            new { key = connection.ToString() },
            ct
        );

    private static void Write(Transaction tx, ConnectionId connection, List<(string Claim, string Value)> news, DateTimeOffset now)
    {
        tx.Later(
            """
            INSERT INTO seen_claims AS known (organization_id, connection_id, claim, value, seen_at)
            SELECT @organization, @connection, claim, value, @now FROM unnest(@claims::text[], @values::text[]) AS seen (claim, value)
            ON CONFLICT (organization_id, connection_id, claim, value) DO UPDATE SET seen_at = excluded.seen_at
             WHERE known.seen_at < @yesterday
            """,
            new
            {
                connection = connection.Value,
                claims = news.Select(seen => seen.Claim).ToArray(),
                values = news.Select(seen => seen.Value).ToArray(),
                now,
                yesterday = now - TimeSpan.FromDays(1),
            }
        );
        tx.Later(
            $"""
            DELETE FROM seen_claims s USING (
                SELECT claim, value, seen_at, row_number() OVER (ORDER BY seen_at DESC, claim, value) AS place FROM seen_claims
                 WHERE organization_id = @organization AND connection_id = @connection) AS ranked
             WHERE s.organization_id = @organization AND s.connection_id = @connection AND s.claim = ranked.claim AND s.value = ranked.value
               AND (ranked.place > {Most} OR ranked.seen_at < @old)
            """,
            new { connection = connection.Value, old = now - KeptFor }
        );
    }
}

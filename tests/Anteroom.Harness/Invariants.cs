using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Harness;

/// <summary>What must be true of the database at any moment, whatever was raced, refused or killed before.</summary>
public sealed class Invariants(Database database)
{
    /// <summary>Each query finds violations: one text for each.</summary>
    private static readonly (string Name, string Sql)[] Rules =
    [
        (
            "an identity has one user",
            """
            SELECT coalesce(object_id::text, subject) FROM external_identities WHERE organization_id = @organization
             GROUP BY cloud, tenant_id, object_id, connection_id, issuer, subject HAVING count(*) > 1 AND coalesce(object_id::text, subject) IS NOT NULL
             AND count(DISTINCT user_id) > 1
            """
        ),
        (
            "an Entra identity exists once, whichever connection brought it",
            """
            SELECT object_id::text FROM external_identities WHERE organization_id = @organization AND kind = 'entra'
             GROUP BY cloud, tenant_id, object_id HAVING count(*) > 1
            """
        ),
        (
            "a user name has one living user",
            """
            SELECT user_name_folded FROM users WHERE organization_id = @organization AND deleted_at IS NULL GROUP BY user_name_folded HAVING count(*) > 1
            """
        ),
        (
            "an identity belongs to a living user",
            """
            SELECT i.identity_id::text FROM external_identities i WHERE i.organization_id = @organization
               AND NOT EXISTS (SELECT FROM users u WHERE u.organization_id = i.organization_id AND u.user_id = i.user_id AND u.deleted_at IS NULL)
            """
        ),
        (
            "a user made by a sign-in has an identity",
            """
            SELECT u.user_id::text FROM users u WHERE u.organization_id = @organization AND u.origin = 'signIn' AND u.deleted_at IS NULL
               AND NOT EXISTS (SELECT FROM external_identities i WHERE i.organization_id = u.organization_id AND i.user_id = u.user_id)
            """
        ),
        (
            "a living user has the route of its name",
            """
            SELECT u.user_id::text FROM users u WHERE u.organization_id = @organization AND u.deleted_at IS NULL
               AND NOT EXISTS (SELECT FROM routes r WHERE r.kind = 'user_name' AND r.organization_id = u.organization_id AND r.target = u.user_id)
            """
        ),
        (
            "a user's making is audited once",
            """
            SELECT u.user_id::text FROM users u WHERE u.organization_id = @organization
               AND (SELECT count(*) FROM audit_events a WHERE a.organization_id = u.organization_id AND a.action = 'user.created'
                       AND a.target_id = u.user_id) <> 1
            """
        ),
        (
            "a user's making is told once",
            """
            SELECT u.user_id::text FROM users u WHERE u.organization_id = @organization
               AND (SELECT count(*) FROM events e WHERE e.organization_id = u.organization_id AND e.type = 'user.created'
                       AND e.subject_id = u.user_id) <> 1
            """
        ),
        (
            "an audited user exists",
            """
            SELECT a.target_id::text FROM audit_events a WHERE a.organization_id = @organization AND a.action = 'user.created'
               AND NOT EXISTS (SELECT FROM users u WHERE u.organization_id = a.organization_id AND u.user_id = a.target_id)
            """
        ),
        (
            "a session belongs to a living user without a block of the web",
            """
            SELECT s.session_id::text FROM sessions s WHERE s.organization_id = @organization
               AND (NOT EXISTS (SELECT FROM users u WHERE u.organization_id = s.organization_id AND u.user_id = s.user_id AND u.deleted_at IS NULL)
                 OR EXISTS (SELECT FROM user_blocks b WHERE b.organization_id = s.organization_id AND b.user_id = s.user_id AND 'web' = ANY (b.channels)))
            """
        ),
        (
            "no more sessions of browsers than recorded sign-ins",
            """
            SELECT s.user_id::text FROM sessions s WHERE s.organization_id = @organization AND s.device_client_id IS NULL GROUP BY s.user_id
            HAVING count(*) > (SELECT count(*) FROM sign_ins r WHERE r.organization_id = @organization AND r.user_id = s.user_id AND r.decision <> 'refused')
            """
        ),
        (
            "a recorded sign-in is audited, and an audited one recorded",
            """
            SELECT coalesce(r.user_id, a.target_id)::text
              FROM (SELECT user_id, count(*) AS n FROM sign_ins WHERE organization_id = @organization AND decision <> 'refused' GROUP BY user_id) r
              FULL JOIN (SELECT target_id, count(*) AS n FROM audit_events
                          WHERE organization_id = @organization AND action = 'sign_in.succeeded' GROUP BY target_id) a ON a.target_id = r.user_id
             WHERE r.n IS DISTINCT FROM a.n
            """
        ),
        (
            "a user made by a sign-in was created by exactly one of them",
            """
            SELECT u.user_id::text FROM users u WHERE u.organization_id = @organization AND u.origin = 'signIn'
               AND (SELECT count(*) FROM sign_ins r WHERE r.organization_id = u.organization_id AND r.user_id = u.user_id AND r.decision = 'created') <> 1
            """
        ),
        (
            "a state is consumed for each recorded sign-in at a provider",
            """
            SELECT 'sign-ins ' || s.n || ', states ' || c.n
              FROM (SELECT count(*) AS n FROM sign_ins
                     WHERE organization_id = @organization AND decision <> 'refused' AND connection_id IS NOT NULL) s,
                   (SELECT count(*) AS n FROM consumed WHERE organization_id = @organization) c
             WHERE s.n > c.n
            """
        ),
        (
            "a code hangs on a grant of a living user",
            """
            SELECT g.grant_id::text FROM authorization_codes c JOIN grants g USING (organization_id, grant_id) WHERE c.organization_id = @organization
               AND NOT EXISTS (SELECT FROM users u WHERE u.organization_id = g.organization_id AND u.user_id = g.user_id AND u.deleted_at IS NULL)
            """
        ),
        (
            "a grant is of its session's user",
            """
            SELECT g.grant_id::text FROM grants g JOIN sessions s USING (organization_id, session_id)
             WHERE g.organization_id = @organization AND g.user_id <> s.user_id
            """
        ),
        (
            "a session of a device was allowed by a person, who is told apart in the audit",
            """
            SELECT s.session_id::text FROM sessions s WHERE s.organization_id = @organization AND s.device_client_id IS NOT NULL
               AND (SELECT count(*) FROM audit_events a WHERE a.organization_id = s.organization_id AND a.action = 'device.approved'
                       AND a.actor_id = s.user_id AND a.details ->> 'clientId' = s.device_client_id) = 0
            """
        ),
        (
            "one living refresh token in a family",
            """
            SELECT t.grant_id::text FROM refresh_tokens t JOIN grants g USING (organization_id, grant_id)
             WHERE t.organization_id = @organization AND t.rotated_at IS NULL AND g.revoked_at IS NULL GROUP BY t.grant_id HAVING count(*) > 1
            """
        ),
    ];

    /// <summary>Every violation in every organization; empty is right.</summary>
    public async Task<IReadOnlyList<string>> ViolationsAsync(CancellationToken ct = default)
    {
        var organizations = await database
            .In(OrganizationId.Platform)
            .ListAsync<Guid>("SELECT organization_id FROM organizations ORDER BY created_at", null, ct);
        List<string> violations = [];
        foreach (var organization in organizations)
        foreach (var (name, sql) in Rules)
        {
            var found = await database.In(new OrganizationId(organization)).ListAsync<string>(sql, null, ct);
            violations.AddRange(found.Select(text => $"{name}: {text}"));
        }
        return violations;
    }
}

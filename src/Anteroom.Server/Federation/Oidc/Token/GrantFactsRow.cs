using Anteroom.Protocols.OAuth;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Federation.Oidc.Token;

/// <summary>The facts of a grant as one query reads them; redemption, refresh and userinfo ask for exactly the same.</summary>
internal record GrantFactsRow
{
    /// <summary>Groups told; one more is read to know whether there are more (design.md §4).</summary>
    public const int MaxGroups = 200;

    /// <summary>Columns over the aliases of <see cref="Joins"/>.</summary>
    public const string Columns = """
        g.grant_id, g.user_id, g.client_id, g.scope, g.resource, g.session_id, g.authenticated_at, g.amr, g.acr, g.created_at AS granted_at,
        g.revoked_at IS NOT NULL AS is_revoked,
        EXISTS (SELECT FROM sessions s WHERE s.organization_id = g.organization_id AND s.session_id = g.session_id) AS session_exists,
        EXISTS (SELECT FROM applications a
                 WHERE a.client_id = g.client_id AND a.organization_id IN (g.organization_id, platform_organization())
                   AND a.protocol = 'oidc' AND a.disabled_at IS NULL) AS application_is_enabled,
        o.slug AS organization_slug, o.status = 'active' AS organization_is_active,
        u.subject, u.user_name, u.display_name, u.given_name, u.family_name, u.email, u.updated_at, u.deleted_at IS NOT NULL AS is_deleted,
        r.key AS role, r.channels AS role_channels,
        ARRAY(SELECT unnest(b.channels) FROM user_blocks b
               WHERE b.organization_id = g.organization_id AND b.user_id = g.user_id) AS blocked_channels,
        ARRAY(SELECT DISTINCT n.name FROM group_members m
                JOIN groups n ON n.organization_id = m.organization_id AND n.group_id = m.group_id
               WHERE m.organization_id = g.organization_id AND m.user_id = g.user_id
               ORDER BY n.name LIMIT 201) AS groups
        """;

    /// <summary>What belongs to a grant <c>g</c>.</summary>
    public const string Joins = """
        JOIN users u ON u.organization_id = g.organization_id AND u.user_id = g.user_id
        JOIN roles r ON r.organization_id = u.organization_id AND r.role_id = u.role_id
        JOIN organizations o ON o.organization_id = g.organization_id
        """;

    public Guid GrantId { get; init; }
    public Guid UserId { get; init; }
    public string ClientId { get; init; } = "";
    public string? Resource { get; init; }
    public string Scope { get; init; } = "";
    public Guid SessionId { get; init; }
    public DateTimeOffset AuthenticatedAt { get; init; }
    public string[] Amr { get; init; } = [];
    public string? Acr { get; init; }
    public DateTimeOffset GrantedAt { get; init; }
    public bool IsRevoked { get; init; }
    public bool SessionExists { get; init; }
    public bool ApplicationIsEnabled { get; init; }
    public string OrganizationSlug { get; init; } = "";
    public bool OrganizationIsActive { get; init; }
    public string Subject { get; init; } = "";
    public string UserName { get; init; } = "";
    public string? DisplayName { get; init; }
    public string? GivenName { get; init; }
    public string? FamilyName { get; init; }
    public string? Email { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
    public bool IsDeleted { get; init; }
    public string Role { get; init; } = "";
    public string[] RoleChannels { get; init; } = [];
    public string[] BlockedChannels { get; init; } = [];
    public string[] Groups { get; init; } = [];

    /// <summary>A grant with everything that is true of it now, or null where there is none.</summary>
    public static async Task<GrantFacts?> FindAsync(Database database, OrganizationId organization, GrantId grant, CancellationToken ct)
    {
        var row = await database
            .In(organization)
            .FirstAsync<GrantFactsRow>(
                $"""
                SELECT {Columns} FROM grants g
                {Joins}
                 WHERE g.organization_id = @organization AND g.grant_id = @grant
                """,
                new { grant = grant.Value },
                ct
            );
        return row?.ToFacts(organization);
    }

    public GrantFacts ToFacts(OrganizationId organization) =>
        new(
            organization,
            OrganizationSlug,
            OrganizationIsActive,
            new(GrantId),
            new(UserId),
            ClientId,
            ScopeOf(Scope),
            RequestedResources.Of(Resource),
            new(SessionId),
            SessionExists,
            AuthenticatedAt,
            Amr,
            Acr,
            GrantedAt,
            IsRevoked,
            ApplicationIsEnabled,
            new(
                Subject,
                UserName,
                DisplayName,
                GivenName,
                FamilyName,
                Email,
                UpdatedAt,
                Role,
                Groups,
                IsDeleted,
                BlockedChannels,
                RoleChannels
            )
        );

    /// <summary>Scopes that we wrote ourselves.</summary>
    public static ScopeSet ScopeOf(string text) =>
        ScopeSet.Parse(text).TryGet(out var scope, out var malformed) ? scope : throw new InvalidOperationException(malformed.Description);
}

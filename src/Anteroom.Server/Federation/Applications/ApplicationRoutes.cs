using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Federation.Applications;

/// <summary>What leads from outside to an application before its organization is known: its client_id, its audience and the web origins of its scripts.</summary>
internal static class ApplicationRoutes
{
    /// <returns>False where another organization has the audience; the transaction is then of no use.</returns>
    public static async Task<bool> ClaimAsync(Transaction tx, Application application, CancellationToken ct)
    {
        await RouteAsync(tx, "client", application.ClientId, application, ct);
        if (!await ClaimAudienceAsync(tx, application, ct))
            return false;
        await RouteOriginsAsync(tx, application, ct);
        return true;
    }

    /// <inheritdoc cref="ClaimAsync"/>
    public static async Task<bool> MoveAsync(Transaction tx, Application before, Application after, CancellationToken ct)
    {
        if (after.Audience != before.Audience)
        {
            await ReleaseAudienceAsync(tx, before.Audience, ct);
            if (!await ClaimAudienceAsync(tx, after, ct))
                return false;
        }
        await ReleaseOriginsAsync(tx, before, ct);
        await RouteOriginsAsync(tx, after, ct);
        return true;
    }

    // An audience is an API. Nobody may have tokens made for another organization's API by registering its name.
    private static async Task<bool> ClaimAudienceAsync(Transaction tx, Application application, CancellationToken ct)
    {
        if (application.Audience == application.ClientId)
            return true;
        await tx.ExecuteAsync(
            "SELECT pg_advisory_xact_lock(hashtextextended('audience:' || @key, 0))",
            new { key = application.Audience },
            ct
        );
        var owner = await tx.FirstAsync<Guid?>(
            "SELECT organization_id FROM routes WHERE kind = 'audience' AND key = @key",
            new { key = application.Audience },
            ct
        );
        if (owner is { } other)
            return other == tx.Organization.Value;
        await RouteAsync(tx, "audience", application.Audience, application, ct);
        return true;
    }

    private static Task<int> ReleaseAudienceAsync(Transaction tx, string audience, CancellationToken ct) =>
        tx.ExecuteAsync(
            """
            DELETE FROM routes
             WHERE kind = 'audience' AND key = @audience AND organization_id = @organization
               AND NOT EXISTS (SELECT FROM applications WHERE organization_id = @organization AND audience = @audience)
            """,
            new { audience },
            ct
        );

    private static async Task RouteOriginsAsync(Transaction tx, Application application, CancellationToken ct)
    {
        if (application.Kind != ClientKind.Public)
            return;
        foreach (var origin in WebOrigins.Of(application.RedirectUris).Where(origin => origin.Length <= 320))
            await RouteAsync(tx, "origin", origin, application, ct);
    }

    // Gone unless another browser application of this organization still runs there.
    private static async Task ReleaseOriginsAsync(Transaction tx, Application former, CancellationToken ct)
    {
        if (former.Kind != ClientKind.Public)
            return;
        var others = await tx.ListAsync<string>(
            """
            SELECT unnest(redirect_uris) FROM applications
             WHERE organization_id = @organization AND client_kind = 'public' AND application_id <> @id
            """,
            new { id = former.Id.Value },
            ct
        );
        var kept = WebOrigins.Of(others);
        await tx.ExecuteAsync(
            "DELETE FROM routes WHERE kind = 'origin' AND organization_id = @organization AND key = ANY (@gone)",
            new { gone = WebOrigins.Of(former.RedirectUris).Except(kept).ToArray() },
            ct
        );
    }

    private static Task<int> RouteAsync(Transaction tx, string kind, string key, Application application, CancellationToken ct) =>
        tx.ExecuteAsync(
            """
            INSERT INTO routes (kind, key, organization_id, target) VALUES (@kind, @key, @organization, @target)
            ON CONFLICT (kind, key, organization_id) DO NOTHING
            """,
            new
            {
                kind,
                key,
                target = application.Id.Value,
            },
            ct
        );
}

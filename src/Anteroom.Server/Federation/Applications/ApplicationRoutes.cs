using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Federation.Applications;

/// <summary>What leads from outside to an application before its organization is known: its client_id, its audience and the web origins of its scripts.</summary>
internal static class ApplicationRoutes
{
    /// <returns>False where another organization has the audience or a resource; the transaction is then of no use.</returns>
    public static async Task<bool> ClaimAsync(Transaction tx, Application application, CancellationToken ct)
    {
        await RouteAsync(tx, "client", application.ClientId, application, ct);
        if (!await ClaimApisAsync(tx, Apis(application), application, ct))
            return false;
        await RouteOriginsAsync(tx, application, ct);
        return true;
    }

    /// <inheritdoc cref="ClaimAsync"/>
    public static async Task<bool> MoveAsync(Transaction tx, Application before, Application after, CancellationToken ct)
    {
        await ReleaseApisAsync(tx, [.. Apis(before).Except(Apis(after))], ct);
        if (!await ClaimApisAsync(tx, Apis(after).Except(Apis(before)), after, ct))
            return false;
        await ReleaseOriginsAsync(tx, before, ct);
        await RouteOriginsAsync(tx, after, ct);
        return true;
    }

    /// <summary>The names of APIs that it has tokens made for; its own client_id is nobody else's anyway.</summary>
    private static IEnumerable<string> Apis(Application application) =>
        application.Settings.Resources.Append(application.Audience).Where(name => name != application.ClientId).Distinct();

    // An audience is an API. Nobody may have tokens made for another organization's API by registering its name.
    private static async Task<bool> ClaimApisAsync(Transaction tx, IEnumerable<string> names, Application application, CancellationToken ct)
    {
        foreach (var name in names.Order(StringComparer.Ordinal)) // one order for all, so that two never wait for one another
        {
            await tx.ExecuteAsync("SELECT pg_advisory_xact_lock(hashtextextended('audience:' || @name, 0))", new { name }, ct);
            var owner = await tx.FirstAsync<Guid?>(
                "SELECT organization_id FROM routes WHERE kind = 'audience' AND key = @name",
                new { name },
                ct
            );
            if (owner is null)
                await RouteAsync(tx, "audience", name, application, ct);
            else if (owner != tx.Organization.Value)
                return false;
        }
        return true;
    }

    private static Task<int> ReleaseApisAsync(Transaction tx, string[] names, CancellationToken ct) =>
        tx.ExecuteAsync(
            """
            DELETE FROM routes r
             WHERE r.kind = 'audience' AND r.key = ANY (@names) AND r.organization_id = @organization
               AND NOT EXISTS (SELECT FROM applications a
                                WHERE a.organization_id = @organization AND (a.audience = r.key OR a.settings -> 'resources' ? r.key))
            """,
            new { names },
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

using Anteroom.Entra.Providers;
using Anteroom.Server.Audit;
using Anteroom.Server.Connections;
using Anteroom.Server.Connections.SharedApp;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.Sessions;

namespace Anteroom.Server.SignIn.SignOut;

/// <summary>Entra signs somebody out and loads <c>/sso/logout?sid=…</c>, the one address of a shared app, in a hidden frame (OIDC Front-Channel Logout §2).</summary>
/// <remarks>
/// As <see cref="FrontChannelSignOut"/>, but nothing says whose organization it is: the sid leads to every session that came from that one by a
/// shared app. Sessions that an own app brought end by that app's own address.
/// </remarks>
internal sealed class SharedSignOut(
    SharedRegistrations registrations,
    CloudStore clouds,
    SharedSessions shared,
    SessionStore sessions,
    Database database,
    SignOutFlow signOut,
    ProblemPages problems,
    TimeProvider clock
)
{
    public async Task<IResult> HandleAsync(HttpContext http, CancellationToken ct)
    {
        if (OrganizationHost.Of(http) is not null)
            return problems.NotFound(); // nobody signs in by a shared app there
        if (http.Request.Query.Count == 0)
            return await signOut.ReturnAsync(http, ct); // a person, not a provider: where its own sign-out ended
        if (!FrontChannelNotice.TryRead(http.Request.Query, out var notice))
            return problems.For(ReasonCodes.RequestInvalid);

        var served = await CloudsAsync(ct);
        foreach (var cloud in served)
            PagePolicy.Of(http).AllowFrameAncestor(cloud.Authority);
        // Entra may leave iss out; where it is present it must be a tenant's of a cloud that a shared app serves.
        if (notice.Issuer is { } issuer && !served.Any(cloud => cloud.TenantOf(issuer) is not null))
            return problems.For(ReasonCodes.RequestInvalid);

        foreach (var organization in (await shared.FindAsync(notice.Sid, ct)).GroupBy(found => found.Organization))
            await EndAsync(http, organization, notice, ct);
        return FrontChannelSignOut.Done();
    }

    private async Task EndAsync(
        HttpContext http,
        IGrouping<OrganizationId, SharedSession> found,
        FrontChannelNotice notice,
        CancellationToken ct
    )
    {
        var now = clock.GetUtcNow();
        await using var transaction = await database.BeginAsync(found.Key, ct);
        foreach (var session in found)
        {
            if (!await sessions.CameByAsync(transaction, session, notice.Sid, notice.Issuer, ct))
                continue;
            var context = http.AuditContext(Actor.System, session.Id.Value);
            await sessions.EndAsync(transaction, session.Id, "provider_sign_out", context, now, ct);
        }
        await transaction.CommitAsync(ct);
    }

    /// <summary>Also of an app that was switched off: sessions that came by it last until they end.</summary>
    private async Task<IReadOnlyList<Cloud>> CloudsAsync(CancellationToken ct)
    {
        var keys = (await registrations.ListAsync(ct)).Select(registration => registration.Cloud);
        return [.. (await clouds.ListAsync(ct)).Select(entry => entry.Cloud).IntersectBy(keys, cloud => cloud.Key)];
    }
}

using Anteroom.Server.Audit;
using Anteroom.Server.Connections;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.Sessions;
using Anteroom.Server.SignIn.Upstream;

namespace Anteroom.Server.SignIn.SignOut;

/// <summary>The provider signs somebody out and loads <c>/sso/{connectionKey}/logout?sid=…</c> in a hidden frame (OIDC Front-Channel Logout §2).</summary>
/// <remarks>Browsers keep our cookies from a third-party frame, so the sessions are found by <c>sid</c> alone (SEC-005). The sid is a random value that only the provider and we know.</remarks>
internal sealed class FrontChannelSignOut(
    ConnectionStore connections,
    SessionStore sessions,
    Database database,
    UpstreamMetadata metadata,
    SignOutFlow signOut,
    ProblemPages problems,
    TimeProvider clock
)
{
    public async Task<IResult> HandleAsync(HttpContext http, string key, CancellationToken ct)
    {
        if (await connections.FindByKeyAsync(key, ct) is not { } connection)
            return problems.NotFound();
        // The base host goes on answering for an organization that got a host of its own: no cookie is needed, and a provider where the
        // new address is not registered yet must not keep sessions alive.
        if (OrganizationHost.Of(http) is { } here && here.Organization != connection.Organization)
            return problems.NotFound();

        if (http.Request.Query.Count == 0)
            return await signOut.ReturnAsync(http, ct); // a person, not a provider: where its own sign-out ended

        if (!FrontChannelNotice.TryRead(http.Request.Query, out var notice))
            return problems.For(ReasonCodes.RequestInvalid);

        var found = await metadata.FindAsync(connection, ct);
        if (found.TryGet(out var document, out _))
        {
            PagePolicy.Of(http).AllowFrameAncestor(document.Metadata.AuthorizationEndpoint);
            // Entra may leave iss out; where it is present it must be the provider's.
            if (notice.Issuer is { } issuer && !document.Provider.Issues(issuer))
                return problems.For(ReasonCodes.RequestInvalid);
        }

        var now = clock.GetUtcNow();
        await using var transaction = await database.BeginAsync(connection.Organization, ct);
        foreach (var session in await sessions.FindByUpstreamAsync(transaction, connection.Id, notice.Sid, ct))
            await sessions.EndAsync(transaction, session, "provider_sign_out", http.AuditContext(Actor.System, session.Value), now, ct);
        await transaction.CommitAsync(ct);
        return Done();
    }

    /// <summary>The same whether somebody was signed out or not: nobody sees it, and a stranger learns nothing.</summary>
    public static IResult Done() => Results.Content("<!doctype html><title>Signed out</title>", "text/html; charset=utf-8");
}

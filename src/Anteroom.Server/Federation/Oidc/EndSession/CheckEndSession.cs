using Anteroom.Protocols.OAuth;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Federation.Oidc.Authorize;
using Anteroom.Server.Federation.Oidc.Subjects;
using Anteroom.Server.Platform;
using Anteroom.Server.SignIn.SignOut;

namespace Anteroom.Server.Federation.Oidc.EndSession;

/// <summary>Decides how much of a sign-out request we believe (SEC-108).</summary>
public sealed class CheckEndSession(IdTokenHints hints, SubjectNames subjects, ApplicationStore applications)
{
    /// <summary>The request for the sign-out; null where client_id and id_token_hint contradict each other.</summary>
    public async Task<SignOutRequest?> HandleAsync(OAuthParameters parameters, CancellationToken ct)
    {
        // One that is longer than a hint may be (SEC-106), of somebody in very many groups, counts as none: then we ask.
        var hint = parameters["id_token_hint"] is { Length: <= OAuthParameters.MaxValueBytes } text
            ? await hints.ReadAsync(text, ct)
            : null;
        var clientId = parameters["client_id"];
        if (hint is not null && clientId is not null && clientId != hint.ClientId)
            return null;

        var application = (hint?.ClientId ?? clientId) is { } id ? await applications.FindByClientIdAsync(id, ct) : null;
        var requested = parameters["post_logout_redirect_uri"];
        var allowed = requested is not null && application is { DisabledAt: null } && application.AllowsPostLogoutRedirect(requested);

        var session = hint is { Sid: { } sid } && application is not null ? await subjects.SessionAsync(application, sid, ct) : null;
        // Signing out without a question needs our own word for whose session it is, and a way back that is registered or not asked for.
        var confirmed = session is not null && (requested is null || allowed);
        return new SignOutRequest(
            hint?.Organization ?? OwnOrganizationOf(application),
            session,
            application?.ClientId,
            application?.Name,
            allowed ? ResponseUrl.Build(requested!, ResponseMode.Query, [new("state", parameters["state"])]) : null,
            confirmed
        );
    }

    /// <summary>Nobody of another organization is signed in to the application of one; the platform's applications do not tell.</summary>
    private static OrganizationId? OwnOrganizationOf(Application? application) =>
        application is null || application.Organization == OrganizationId.Platform ? null : application.Organization;
}

using Anteroom.Protocols.OAuth;
using Anteroom.Server.Federation.Oidc.Subjects;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn;

namespace Anteroom.Server.Federation.Oidc.Authorize;

/// <summary>Hands a checked request to the sign-in: resolves the organization and the hint first.</summary>
public sealed class BeginAuthorization(
    SignInDispatcher dispatcher,
    OrganizationDirectory organizations,
    IdTokenHints hints,
    SubjectNames subjects,
    AnteroomOptions options
)
{
    public string Issuer => options.Issuer;

    public async Task<IResult> HandleAsync(HttpContext http, AuthorizationRequest request, CancellationToken ct)
    {
        var application = request.Application;
        IdTokenHint? hint = null;
        if (request.IdTokenHint is { } text)
        {
            hint = await hints.ReadAsync(text, ct);
            if (hint is null || hint.ClientId != application.ClientId)
                return Refuse(OAuthError.InvalidRequest("The id_token_hint is not an ID token that we issued to this application."));
        }

        // An unknown name asks the person instead: what exists is not told apart here from what does not (design.md §4).
        var named = request.Organization is { } name ? (await organizations.FindBySlugOrCodeAsync(name, ct))?.Id : null;
        if (OrganizationHost.Of(http) is { } here)
        {
            if (named is not null && named != here.Organization)
                return Refuse(OAuthError.InvalidRequest("The organization signs in on another host."));
            named = here.Organization; // discovery's first step (design.md §4)
        }
        var own = application.Organization == OrganizationId.Platform ? (OrganizationId?)null : application.Organization;
        if (named is not null && own is not null && named != own)
            return Refuse(OAuthError.InvalidRequest("The application is not of that organization."));
        if (named is not null && hint?.Organization is { } hinted && hinted != named)
            return Refuse(OAuthError.InvalidRequest("The id_token_hint is of another organization."));

        return await dispatcher.BeginAsync(
            http,
            new SignInRequest(
                OidcProtocol.ProtocolName,
                application.ClientId,
                application.Name,
                application.Organization,
                named ?? own ?? hint?.Organization,
                OidcState.Write(request),
                request.Target.RedirectUri,
                request.LoginHint,
                request.Interaction,
                request.MaxAge,
                request.AcrValues,
                hint is { Organization: { } home } ? await subjects.PublicAsync(application, home, hint.Subject, ct) : hint?.Subject
            )
            {
                UiLocales = request.UiLocales,
                Channel = application.Channel,
            },
            ct
        );

        AuthorizationResponse Refuse(OAuthError error) =>
            AuthorizationResponse.Error(request.Target, application.Name, error, options.Issuer);
    }
}

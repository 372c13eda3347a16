using Anteroom.Protocols.OAuth;
using Anteroom.Server.Federation.Oidc.PushedAuthorization;
using Anteroom.Server.Federation.Oidc.Token;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Observability;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.SignIn;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.Sessions;

namespace Anteroom.Server.Federation.Oidc.Authorize;

/// <summary>The end of a sign-in that an OIDC application asked for: grant and code in the transaction of the session, then the answer (OIDC Core §3.1.2.5).</summary>
public sealed class OidcProtocol(AnteroomOptions options, ProblemPages problems, TimeProvider clock, ILogger<OidcProtocol> log)
    : IApplicationProtocol
{
    public const string ProtocolName = "oidc";

    public string Name => ProtocolName;

    public async Task<IResult> CompleteAsync(
        Transaction transaction,
        SignInRequest request,
        Session session,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var state = OidcState.Read(request.State);
        if (
            state.Pushed is { } text
            && Handle.TryParse(PushedRequests.Prefix, text, out var pushed)
            && !await PushedRequests.TryUseUpAsync(transaction, pushed, now, ct)
        )
            return AuthorizationResponse.Error(
                state.Target,
                request.ApplicationName,
                OAuthError.InvalidRequestUri("The pushed request was answered before."),
                options.Issuer
            );
        var code = Handle.New(AuthorizationCode.Prefix, session.Organization);
        var made = await InsertAsync(transaction, request, state, session, code, now, ct);
        if (made.Granted)
            return AuthorizationResponse.Code(state.Target, request.ApplicationName, code.Reveal(), options.Issuer);

        if (!made.SessionExists)
            return problems.For(ReasonCodes.SessionEnded, problems.Frame(application: request.ApplicationName));

        // Switched off, or its redirect URI taken away, while the person signed in: the address is no longer anybody's (SEC-091, SEC-094).
        log.ApplicationGone(request.ClientId);
        return problems.For(ReasonCodes.RedirectUriUnregistered, problems.Frame(application: request.ApplicationName));
    }

    public IResult? Refuse(SignInRequest request, SignInRefusal refusal)
    {
        var error = refusal switch
        {
            SignInRefusal.LoginRequired => OAuthError.LoginRequired("Nobody is signed in, and no question was allowed."),
            SignInRefusal.AccountSelectionRequired => OAuthError.AccountSelectionRequired(
                "Several accounts are signed in, and no question was allowed."
            ),
            SignInRefusal.InteractionRequired => OAuthError.InteractionRequired("A question is needed, and none was allowed."),
            _ => OAuthError.AccessDenied("The sign-in was cancelled."),
        };
        return AuthorizationResponse.Error(OidcState.Read(request.State).Target, request.ApplicationName, error, options.Issuer);
    }

    private sealed record Made(bool Granted, bool SessionExists);

    // One statement: the application is asked for again, and the session; without either nothing is written.
    private async Task<Made> InsertAsync(
        Transaction transaction,
        SignInRequest request,
        OidcState state,
        Session session,
        Handle code,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var made = await transaction.FirstAsync<Made>(
            """
            WITH session AS (SELECT session_id FROM sessions WHERE organization_id = @organization AND session_id = @session),
            application AS (
                SELECT client_id FROM applications, session
                 WHERE client_id = @client AND organization_id IN (@organization, platform_organization()) AND protocol = 'oidc'
                   AND disabled_at IS NULL AND @registered = ANY (redirect_uris)),
            granted AS (
                INSERT INTO grants (organization_id, grant_id, user_id, session_id, client_id, scope, resource, authenticated_at, amr, acr, created_at)
                SELECT @organization, @grant, @user, @session, client_id, @scope, @resource, @authenticatedAt, @amr, @acr, @now FROM application
                RETURNING grant_id, client_id),
            coded AS (
                INSERT INTO authorization_codes (organization_id, code_sha256, grant_id, client_id, redirect_uri, code_challenge, nonce, trace, expires_at)
                SELECT @organization, @sha256, grant_id, client_id, @redirect, @challenge, @nonce, @trace, @expires FROM granted),
            told AS (
                INSERT INTO session_applications (organization_id, session_id, client_id, first_at)
                SELECT @organization, @session, client_id, @now FROM granted
                ON CONFLICT (organization_id, session_id, client_id) DO NOTHING)
            SELECT EXISTS (SELECT FROM granted) AS granted, EXISTS (SELECT FROM session) AS session_exists
            """,
            new
            {
                client = request.ClientId,
                registered = state.Registered ?? state.RedirectUri,
                grant = GrantId.New(clock).Value,
                user = session.User.Value,
                session = session.Id.Value,
                scope = state.Scope,
                resource = state.Resource,
                authenticatedAt = session.AuthenticatedAt,
                amr = AuthenticationMethods.Of(session.Evidence).ToArray(),
                acr = session.Evidence.Acr,
                sha256 = code.Sha256(),
                redirect = state.RedirectUri,
                challenge = state.Challenge,
                nonce = state.Nonce,
                trace = TraceLinks.Mark(options),
                expires = now + OidcLifetimes.Code,
                now,
            },
            ct
        );
        return made!;
    }
}

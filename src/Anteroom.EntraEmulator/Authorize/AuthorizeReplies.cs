using Anteroom.EntraEmulator.Consenting;
using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Hosting;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Pages;
using Anteroom.EntraEmulator.Tokens;

namespace Anteroom.EntraEmulator.Authorize;

/// <summary>How the authorize endpoint answers: to the application by its response mode, or to the person by a page (entra-oidc.md §2.4, §2.5).</summary>
internal sealed class AuthorizeReplies(EntraDirectory directory, TokenIssuer issuer, PageRenderer pages, ILogger<AuthorizeReplies> log)
{
    public Task<IResult> RefuseAsync(HttpContext http, AuthorizeRefusal refusal) =>
        refusal.Target is { } target ? RedirectAsync(http, refusal.Error, target) : PageAsync(http, refusal.Error, null);

    /// <summary>Class B and D: the application hears of it.</summary>
    public async Task<IResult> RedirectAsync(HttpContext http, AadstsError error, ReplyTarget target)
    {
        if (target.Mode is ResponseMode.Device or ResponseMode.Invitation)
            return await PageAsync(http, error, null);
        log.Refused(error.Code, error.Error, http.Request.Path);
        var parameters =
            target.Mode == ResponseMode.AdminConsent
                ? AdminConsentReply.Refused(directory.Settings, error, http, target.State)
                : ErrorReplies.Redirect(error, http).Append("state", target.State);
        return await SendAsync(http, target, parameters);
    }

    /// <summary>Class A and C: Entra's page. Where the redirect URI is trusted, the person may go back to the application.</summary>
    public async Task<IResult> PageAsync(HttpContext http, AadstsError error, ReplyTarget? target)
    {
        log.Refused(error.Code, error.Error, http.Request.Path);
        SecurityHeaders.ForSignIn(http);
        var ids = RequestIds.Of(http);
        var cancelled = error with { RedirectError = "access_denied", SubCode = "cancel" };
        // 200, as the real service answers its own error pages.
        return await pages.RenderAsync<ErrorPage>(
            new
            {
                error.Code,
                error.Message,
                RequestId = ids.TraceId.ToString(),
                CorrelationId = ids.CorrelationId.ToString(),
                Timestamp = ids.TimestampText,
                Back = target is { Mode: ResponseMode.Query or ResponseMode.Fragment }
                    ? Address(target, ErrorReplies.Redirect(cancelled, http).Append("state", target.State))
                    : null,
            }
        );
    }

    public Task<IResult> SucceedAsync(HttpContext http, AuthorizeRequest request, Presence presence, SignedInAccount account, Grant grant)
    {
        var parameters = new ReplyParameters();
        var subject = new TokenSubject(
            presence.Tenant,
            presence.User,
            account.UserId,
            request.Application,
            request.Scopes,
            account.AuthenticatedAt,
            account.Sid
        )
        {
            IsV1 = request.IsV1,
            Address = Access.AccessAttempt.AddressOf(http)?.ToString(),
            MultiFactorAt = grant.MultiFactorAt,
            AuthenticationContexts = grant.AuthenticationContexts,
            ContextsInIdToken = grant.ContextsInIdToken,
            ContextsInAccessToken = grant.ContextsInAccessToken,
            Capabilities = grant.Capabilities,
        };

        var code = request.ResponseTypes.Contains("code") ? issuer.SealCode(grant) : null;
        parameters.Append("code", code);
        string? accessToken = null;
        if (request.ResponseTypes.Contains("token"))
        {
            var issued = issuer.AccessToken(http, subject);
            accessToken = issued.Token;
            parameters
                .Append("access_token", issued.Token)
                .Append("token_type", "Bearer")
                .Append("expires_in", issued.ExpiresIn.ToString(System.Globalization.CultureInfo.InvariantCulture))
                .Append("scope", request.Scopes.Granted);
        }
        if (request.ResponseTypes.Contains("id_token"))
            parameters.Append("id_token", issuer.IdToken(http, subject, request.Nonce, code, accessToken, isImplicit: code is null));
        parameters
            .Append("client_info", request.ClientInfo ? issuer.ClientInfo(account.UserId) : null)
            .Append("state", request.Target.State)
            .Append("session_state", account.Sid.ToString());
        return SendAsync(http, request.Target, parameters);
    }

    /// <summary>No code and no token: <c>tenant</c> can be written by anybody, and that is the application's trouble (§6.2).</summary>
    public Task<IResult> AdminConsentedAsync(HttpContext http, AuthorizeRequest request, Presence presence)
    {
        var parameters = new ReplyParameters()
            .Append("admin_consent", "True")
            .Append("tenant", presence.Tenant.Id.ToString())
            .Append("state", request.Target.State)
            .Append("scope", request.IsV1 ? null : string.Join(' ', request.Scopes.Consentable));
        return SendAsync(http, request.Target, parameters);
    }

    private async Task<IResult> SendAsync(HttpContext http, ReplyTarget target, ReplyParameters parameters)
    {
        if (target.Mode == ResponseMode.FormPost)
        {
            SecurityHeaders.ForSignIn(http);
            return await pages.RenderAsync<FormPostPage>(new { Action = target.RedirectUri, Fields = parameters.Pairs });
        }
        http.Response.Headers.CacheControl = "no-store, no-cache";
        return Results.Redirect(Address(target, parameters));
    }

    /// <summary>A redirect URI without a path comes back with a slash (§2.2); a query of its own is kept.</summary>
    private static string Address(ReplyTarget target, ReplyParameters parameters)
    {
        var uri = new Uri(target.RedirectUri);
        var bare =
            uri.AbsolutePath == "/" && !target.RedirectUri.EndsWith('/') && uri.Query.Length == 0
                ? target.RedirectUri + "/"
                : target.RedirectUri;
        var separator =
            target.Mode == ResponseMode.Fragment ? '#'
            : bare.Contains('?', StringComparison.Ordinal) ? '&'
            : '?';
        return $"{bare}{separator}{parameters}";
    }
}

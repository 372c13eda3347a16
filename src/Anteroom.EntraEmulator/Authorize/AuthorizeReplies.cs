using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Hosting;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Pages;
using Anteroom.EntraEmulator.Tokens;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Authorize;

/// <summary>How the authorize endpoint answers: to the application by its response mode, or to the person by a page (entra-oidc.md §2.4, §2.5).</summary>
internal sealed class AuthorizeReplies(TokenIssuer issuer, PageRenderer pages, TimeProvider clock, ILogger<AuthorizeReplies> log)
{
    public Task<IResult> RefuseAsync(HttpContext http, AuthorizeRefusal refusal) =>
        refusal.Target is { } target ? RedirectAsync(http, refusal.Error, target) : PageAsync(http, refusal.Error, null);

    /// <summary>Class B and D: the application hears of it.</summary>
    public Task<IResult> RedirectAsync(HttpContext http, AadstsError error, ReplyTarget target)
    {
        log.Refused(error.Code, error.Error, http.Request.Path);
        return SendAsync(http, target, ErrorParameters(http, error, target));
    }

    /// <summary>Class A and C: Entra's page. Where the redirect URI is trusted, the person may go back to the application.</summary>
    public async Task<IResult> PageAsync(HttpContext http, AadstsError error, ReplyTarget? target)
    {
        log.Refused(error.Code, error.Error, http.Request.Path);
        SecurityHeaders.ForSignIn(http);
        var ids = RequestIds.Of(http);
        var back = target is { Mode: not ResponseMode.FormPost }
            ? Address(target, ErrorParameters(http, error with { Error = "access_denied", SubCode = "cancel" }, target))
            : null;
        // 200, as the real service answers its own error pages.
        return await pages.RenderAsync<ErrorPage>(
            new
            {
                error.Code,
                error.Message,
                RequestId = ids.TraceId.ToString(),
                CorrelationId = ids.CorrelationId.ToString(),
                Timestamp = ids.TimestampText,
                Back = back,
            }
        );
    }

    public Task<IResult> SucceedAsync(HttpContext http, AuthorizeRequest request, Presence presence, SignedInAccount account, string scope)
    {
        var now = clock.GetUtcNow();
        var parameters = new List<KeyValuePair<string, string>>();
        var subject = new TokenSubject(
            presence.Tenant,
            presence.User,
            account.UserId,
            request.Application,
            request.Scopes,
            account.AuthenticatedAt,
            account.Sid
        );

        string? code = null;
        if (request.ResponseTypes.Contains("code"))
        {
            code = issuer.SealCode(
                new Grant(
                    Identifiers.NewUuid(clock),
                    request.Application.AppId,
                    request.Tenant.Segment,
                    presence.Tenant.Id,
                    presence.User.Id,
                    account.UserId,
                    account.Sid,
                    request.Platform,
                    scope,
                    request.Target.RedirectUri,
                    request.Nonce,
                    request.CodeChallenge,
                    request.CodeChallengeMethod,
                    request.ClientInfo,
                    account.AuthenticatedAt,
                    now,
                    null
                )
            );
            parameters.Add(new("code", code));
        }

        string? accessToken = null;
        if (request.ResponseTypes.Contains("token"))
        {
            var issued = issuer.AccessToken(http, subject);
            accessToken = issued.Token;
            parameters.Add(new("access_token", issued.Token));
            parameters.Add(new("token_type", "Bearer"));
            parameters.Add(new("expires_in", issued.ExpiresIn.ToString(System.Globalization.CultureInfo.InvariantCulture)));
            parameters.Add(new("scope", request.Scopes.Granted));
        }
        if (request.ResponseTypes.Contains("id_token"))
        {
            var isImplicit = code is null;
            parameters.Add(new("id_token", issuer.IdToken(http, subject, request.Nonce, code, accessToken, isImplicit)));
        }
        if (request.ClientInfo)
            parameters.Add(new("client_info", issuer.ClientInfo(account.UserId)));
        if (request.Target.State is { } state)
            parameters.Add(new("state", state));
        parameters.Add(new("session_state", account.Sid.ToString()));
        return SendAsync(http, request.Target, parameters);
    }

    private static List<KeyValuePair<string, string>> ErrorParameters(HttpContext http, AadstsError error, ReplyTarget target)
    {
        var parameters = new List<KeyValuePair<string, string>> { new("error", error.Error) };
        if (error.SubCode is { } subCode)
            parameters.Add(new("error_subcode", subCode));
        parameters.Add(new("error_description", error.Describe(RequestIds.Of(http))));
        if (error.HasErrorUri)
            parameters.Add(new("error_uri", ErrorReplies.ErrorUri(error, http)));
        if (target.State is { } state)
            parameters.Add(new("state", state));
        return parameters;
    }

    private async Task<IResult> SendAsync(HttpContext http, ReplyTarget target, List<KeyValuePair<string, string>> parameters)
    {
        if (target.Mode == ResponseMode.FormPost)
        {
            SecurityHeaders.ForSignIn(http);
            return await pages.RenderAsync<FormPostPage>(new { Action = target.RedirectUri, Fields = parameters });
        }
        http.Response.Headers.CacheControl = "no-store, no-cache";
        return Results.Redirect(Address(target, parameters));
    }

    /// <summary>A redirect URI without a path comes back with a slash (§2.2); a query of its own is kept.</summary>
    private static string Address(ReplyTarget target, IEnumerable<KeyValuePair<string, string>> parameters)
    {
        var uri = new Uri(target.RedirectUri);
        var bare =
            uri.AbsolutePath == "/" && !target.RedirectUri.EndsWith('/') && uri.Query.Length == 0
                ? target.RedirectUri + "/"
                : target.RedirectUri;
        var text = string.Join('&', parameters.Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}"));
        var separator =
            target.Mode == ResponseMode.Fragment ? '#'
            : bare.Contains('?', StringComparison.Ordinal) ? '&'
            : '?';
        return $"{bare}{separator}{text}";
    }
}

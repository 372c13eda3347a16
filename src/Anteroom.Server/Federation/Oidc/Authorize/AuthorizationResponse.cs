using Anteroom.Protocols.OAuth;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn.Pages;

namespace Anteroom.Server.Federation.Oidc.Authorize;

/// <summary>An answer to the application by way of the browser, with <c>iss</c> in each (RFC 9207, SEC-095).</summary>
internal sealed class AuthorizationResponse : IResult
{
    private readonly ResponseTarget _target;
    private readonly string _application;
    private readonly KeyValuePair<string, string?>[] _parameters;

    private AuthorizationResponse(ResponseTarget target, string application, KeyValuePair<string, string?>[] parameters) =>
        (_target, _application, _parameters) = (target, application, parameters);

    public static AuthorizationResponse Code(ResponseTarget target, string application, string code, string issuer) =>
        new(target, application, [new("code", code), new("state", target.State), new("iss", issuer)]);

    public static AuthorizationResponse Error(ResponseTarget target, string application, OAuthError error, string issuer) =>
        new(
            target,
            application,
            [new("error", error.Code), new("error_description", error.Description), new("state", target.State), new("iss", issuer)]
        );

    public Task ExecuteAsync(HttpContext httpContext)
    {
        PagePolicy.Of(httpContext).HideReferrer(); // RFC 9700 §4.2.4: the code must not leave with a referrer
        if (_target.Mode == ResponseMode.FormPost)
            return PostAsync(httpContext);

        // After a POST, 303 makes the browser come with GET and without the form (SEC-013).
        httpContext.Response.StatusCode = HttpMethods.IsPost(httpContext.Request.Method)
            ? StatusCodes.Status303SeeOther
            : StatusCodes.Status302Found;
        httpContext.Response.Headers.Location = ResponseUrl.Build(_target.RedirectUri, _target.Mode, _parameters);
        httpContext.Response.Headers.CacheControl = "no-store";
        return Task.CompletedTask;
    }

    private Task PostAsync(HttpContext http)
    {
        var services = http.RequestServices;
        var frame = services.GetRequiredService<ProblemPages>().Frame(application: _application);
        var fields = _parameters.Where(pair => pair.Value is not null).Select(pair => new HiddenField(pair.Key, pair.Value!));
        return services
            .GetRequiredService<SignInPages>()
            .FormPostAsync(http, new FormPostModel(frame, new Uri(_target.RedirectUri), [.. fields]));
    }
}

using Anteroom.Protocols.OAuth;
using Anteroom.Server.Federation.Oidc.Device;
using Anteroom.Server.Federation.Oidc.Introspection;
using Anteroom.Server.Federation.Oidc.PushedAuthorization;
using Anteroom.Server.Federation.Oidc.Token;
using Microsoft.Net.Http.Headers;

namespace Anteroom.Server.Federation.Oidc;

/// <summary>Turns outcomes of the endpoints that programs call into HTTP (RFC 6749 §5, RFC 6750 §3).</summary>
internal static class OAuthResults
{
    public static IResult Tokens(TokenResponse tokens) =>
        new Answer(
            StatusCodes.Status200OK,
            http => http.Response.WriteAsJsonAsync(tokens, OidcJson.Default.TokenResponse, cancellationToken: http.RequestAborted)
        );

    /// <summary>RFC 7662 §2.2.</summary>
    public static IResult Introspection(IntrospectionResponse answer) =>
        new Answer(
            StatusCodes.Status200OK,
            http => http.Response.WriteAsJsonAsync(answer, OidcJson.Default.IntrospectionResponse, cancellationToken: http.RequestAborted)
        );

    /// <summary>RFC 9126 §2.2.</summary>
    public static IResult Pushed(PushedAuthorizationResponse answer) =>
        new Answer(
            StatusCodes.Status201Created,
            http =>
                http.Response.WriteAsJsonAsync(answer, OidcJson.Default.PushedAuthorizationResponse, cancellationToken: http.RequestAborted)
        );

    /// <summary>RFC 8628 §3.2.</summary>
    public static IResult Device(DeviceAuthorizationResponse answer) =>
        new Answer(
            StatusCodes.Status200OK,
            http =>
                http.Response.WriteAsJsonAsync(answer, OidcJson.Default.DeviceAuthorizationResponse, cancellationToken: http.RequestAborted)
        );

    /// <summary>An empty answer (RFC 7009 §2.2).</summary>
    public static IResult Done() => new Answer(StatusCodes.Status200OK, _ => Task.CompletedTask);

    public static IResult Error(OAuthError error) =>
        new Answer(
            error.Status,
            http =>
            {
                // RFC 6749 §5.2: a client that used the Authorization header is told the scheme; others harmlessly so.
                if (error.Code == "invalid_client")
                    http.Response.Headers.WWWAuthenticate = "Basic realm=\"token\", charset=\"UTF-8\"";
                if (error.Status == StatusCodes.Status429TooManyRequests)
                    http.Response.Headers.RetryAfter = "60";
                return http.Response.WriteAsJsonAsync(
                    new ErrorResponse(error.Code, error.Description),
                    OidcJson.Default.ErrorResponse,
                    cancellationToken: http.RequestAborted
                );
            }
        );

    /// <summary>A refused bearer token; without any token no error code is named (RFC 6750 §3.1).</summary>
    public static IResult BearerError(OAuthError? error) =>
        new Answer(
            error?.Status ?? StatusCodes.Status401Unauthorized,
            http =>
            {
                http.Response.Headers.WWWAuthenticate = error is null
                    ? "Bearer realm=\"userinfo\""
                    : $"Bearer realm=\"userinfo\", error=\"{error.Code}\", error_description=\"{error.Description}\"";
                return error is null
                    ? Task.CompletedTask
                    : http.Response.WriteAsJsonAsync(
                        new ErrorResponse(error.Code, error.Description),
                        OidcJson.Default.ErrorResponse,
                        cancellationToken: http.RequestAborted
                    );
            }
        );

    public static IResult UnsupportedMediaType() =>
        new Answer(
            StatusCodes.Status415UnsupportedMediaType,
            http =>
            {
                http.Response.Headers.Accept = "application/x-www-form-urlencoded";
                return http.Response.WriteAsJsonAsync(
                    new ErrorResponse("invalid_request", "The body must be application/x-www-form-urlencoded in UTF-8."),
                    OidcJson.Default.ErrorResponse,
                    cancellationToken: http.RequestAborted
                );
            }
        );

    // RFC 6749 §5.1: neither tokens nor their refusal may be kept by anybody on the way.
    private sealed class Answer(int status, Func<HttpContext, Task> write) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = status;
            httpContext.Response.Headers.CacheControl = "no-store";
            httpContext.Response.Headers[HeaderNames.Pragma] = "no-cache";
            return write(httpContext);
        }
    }
}

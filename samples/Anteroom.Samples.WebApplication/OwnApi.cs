using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Anteroom.Samples.WebApplication.OpenIdConnect;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Anteroom.Samples.WebApplication;

/// <summary>An API in the same process, to show both ends of an access token. It looks at the token only, never at the site's cookie.</summary>
internal static class OwnApi
{
    public const string HttpClientName = "api";

    /// <summary>Who is calling, as the access token says (RFC 9068 §4, RFC 6750 §3).</summary>
    public static async Task<IResult> GetMeAsync(HttpContext http, TokenValidation tokens, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (
            !AuthenticationHeaderValue.TryParse(http.Request.Headers.Authorization, out var authorization)
            || !authorization.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)
            || authorization.Parameter is not { Length: > 0 } token
        )
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
            return Results.StatusCode(StatusCodes.Status401Unauthorized);
        }

        try
        {
            return Results.Json(await tokens.ValidateAccessTokenAsync(token, ct));
        }
        catch (SignInException refused)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
            return Results.Json(
                new { error = "invalid_token", error_description = refused.Message },
                statusCode: StatusCodes.Status401Unauthorized
            );
        }
    }

    /// <summary>Calls it as any other program would: over HTTP, with the token in the header.</summary>
    public static async Task<(HttpStatusCode Status, string Body)> CallAsync(
        IHttpClientFactory clients,
        IServer server,
        string accessToken,
        CancellationToken ct
    )
    {
        using var client = clients.CreateClient(HttpClientName);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(OwnAddress(server), "/api/me"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        using var response = await client.SendAsync(request, ct);
        return (response.StatusCode, Indent(await response.Content.ReadAsStringAsync(ct)));
    }

    private static Uri OwnAddress(IServer server)
    {
        var address = BindingAddress.Parse(server.Features.Get<IServerAddressesFeature>()!.Addresses.First());
        var host = address.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "localhost" : address.Host;
        return new Uri($"{address.Scheme}://{host}:{address.Port}");
    }

    private static string Indent(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return JsonSerializer.Serialize(document.RootElement, Indented);
        }
        catch (JsonException)
        {
            return json;
        }
    }

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
}

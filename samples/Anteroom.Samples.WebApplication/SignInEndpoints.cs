using System.Security.Claims;
using System.Text.Json;
using Anteroom.Samples.WebApplication.OpenIdConnect;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace Anteroom.Samples.WebApplication;

/// <summary>"Sign in", and the way back.</summary>
internal static class SignInEndpoints
{
    public static async Task<IResult> BeginAsync(HttpContext http, RelyingParty relyingParty, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        try
        {
            return Results.Redirect((await relyingParty.BeginSignInAsync(http, ct)).AbsoluteUri);
        }
        catch (SignInException problem)
        {
            return Problem(http, problem);
        }
    }

    public static async Task<IResult> FinishAsync(HttpContext http, RelyingParty relyingParty, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        try
        {
            var signedIn = await relyingParty.FinishSignInAsync(http, ct);
            var properties = new AuthenticationProperties();
            properties.StoreTokens([
                new AuthenticationToken { Name = "id_token", Value = signedIn.IdToken },
                new AuthenticationToken { Name = "access_token", Value = signedIn.AccessToken },
            ]);
            await http.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, PrincipalOf(signedIn.Claims), properties);
            return Results.LocalRedirect("/");
        }
        catch (SignInException problem)
        {
            return Problem(http, problem);
        }
    }

    private static ClaimsPrincipal PrincipalOf(JsonElement claims) =>
        new(
            new ClaimsIdentity(
                claims.EnumerateObject().Select(claim => new Claim(claim.Name, claim.Value.ToString())),
                "OpenID Connect",
                nameType: claims.TryGetProperty("name", out _) ? "name" : "sub",
                roleType: "role"
            )
        );

    private static IResult Problem(HttpContext http, SignInException problem) =>
        Results.LocalRedirect(http.RequestServices.GetRequiredService<ProblemAddress>().For(problem));
}

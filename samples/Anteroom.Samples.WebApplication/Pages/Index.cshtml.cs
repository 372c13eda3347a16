using Anteroom.Samples.WebApplication.OpenIdConnect;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Anteroom.Samples.WebApplication.Pages;

[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class IndexModel(RelyingParty relyingParty, IHttpClientFactory clients, IServer server) : PageModel
{
    public int? ApiStatus { get; private set; }

    public string? ApiBody { get; private set; }

    public async Task<IActionResult> OnPostCallApiAsync(CancellationToken ct)
    {
        if (await HttpContext.GetTokenAsync("access_token") is not { } accessToken)
            return LocalRedirect("/sign-in");

        var (status, body) = await OwnApi.CallAsync(clients, server, accessToken, ct);
        (ApiStatus, ApiBody) = ((int)status, body);
        return Page();
    }

    /// <summary>Ends the session here first, so that a provider that does not answer cannot keep it alive.</summary>
    public async Task<IActionResult> OnPostSignOutAsync(CancellationToken ct)
    {
        var idToken = await HttpContext.GetTokenAsync("id_token");
        await HttpContext.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        try
        {
            return Redirect(await relyingParty.SignOutUriAsync(HttpContext, idToken, ct));
        }
        catch (SignInException)
        {
            return LocalRedirect(RelyingParty.SignedOutPath);
        }
    }
}

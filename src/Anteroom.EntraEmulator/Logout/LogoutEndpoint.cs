using Anteroom.EntraEmulator.Authorize;
using Anteroom.EntraEmulator.Discovery;
using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Tokens;

namespace Anteroom.EntraEmulator.Logout;

/// <summary>Sign-out begun by an application, and front-channel sign-out of all the others (entra-oidc.md §7).</summary>
internal static class LogoutEndpoint
{
    private static readonly string[] Carried = ["post_logout_redirect_uri", "state", "id_token_hint", "client_id"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/{tenant}/oauth2/v2.0/logout", ["GET", "POST"], BeginAsync);
        routes.MapMethods("/{tenant}/oauth2/logout", ["GET", "POST"], BeginAsync);
        routes.MapPost("/{tenant}/logoutsession", ChooseAsync);
    }

    private static async Task<IResult> BeginAsync(
        HttpContext http,
        string tenant,
        EntraDirectory directory,
        Browser browser,
        Accounts accounts,
        AuthorizeReplies replies,
        SignOutPages pages,
        CancellationToken ct
    )
    {
        var parameters = await Requests.ReadAsync(http.Request, ct);
        if (TenantSelector.Find(directory, tenant) is not { } selector)
            return await replies.PageAsync(http, RequestErrors.TenantNotFound(tenant), null);

        var signedIn = browser.SessionOf(http)?.Accounts ?? [];
        if (signedIn.Count == 0)
            return await pages.SignedOutAsync(http, selector, parameters, null);

        // Only the opaque hint is enough to sign somebody out unasked; a name is not.
        if (
            parameters.GetValueOrDefault("logout_hint") is { } hint
            && hint.StartsWith("O.", StringComparison.Ordinal)
            && accounts.FindByHint(hint, selector) is { } user
            && signedIn.FirstOrDefault(account => account.UserId == user.Id) is { } hinted
        )
        {
            browser.SignOut(http, hinted.UserId);
            return await pages.SignedOutAsync(http, selector, parameters, hinted);
        }

        return await pages.PickAsync(
            http,
            tenant,
            signedIn,
            [.. parameters.Where(pair => Carried.Contains(pair.Key))],
            browser.FormToken(http)
        );
    }

    private static async Task<IResult> ChooseAsync(
        HttpContext http,
        string tenant,
        EntraDirectory directory,
        Browser browser,
        AuthorizeReplies replies,
        SignOutPages pages,
        CancellationToken ct
    )
    {
        var form = Requests.Read(await Requests.ReadFormAsync(http.Request, ct));
        if (
            TenantSelector.Find(directory, tenant) is not { } selector
            || !browser.IsFormToken(http, form.GetValueOrDefault("token"))
            || !Guid.TryParse(form.GetValueOrDefault("account"), out var userId)
        )
            return await replies.PageAsync(http, RequestErrors.WrongUserContext(), null);

        var account = browser.SessionOf(http)?.Accounts.FirstOrDefault(known => known.UserId == userId);
        browser.SignOut(http, userId);
        return await pages.SignedOutAsync(http, selector, form, account);
    }
}

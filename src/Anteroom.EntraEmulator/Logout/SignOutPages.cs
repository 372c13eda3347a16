using Anteroom.EntraEmulator.Discovery;
using Anteroom.EntraEmulator.Hosting;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Pages;

namespace Anteroom.EntraEmulator.Logout;

/// <summary>The two pages of signing out.</summary>
internal sealed class SignOutPages(EntraDirectory directory, PageRenderer pages)
{
    /// <summary>Seconds that the page waits for its frames when there is no script.</summary>
    private const int FallbackSeconds = 3;

    public Task<IResult> PickAsync(
        HttpContext http,
        string tenant,
        IReadOnlyList<SignedInAccount> signedIn,
        IReadOnlyList<KeyValuePair<string, string>> carried,
        string token
    )
    {
        SecurityHeaders.ForSignIn(http);
        return pages.RenderAsync<PickSignOutPage>(
            new
            {
                Action = $"/{tenant}/logoutsession",
                Token = token,
                Carried = carried,
                Users = Authorize.SignInPages.Choices(directory, signedIn),
            }
        );
    }

    /// <summary>Tells every web application of the ended sign-in, then goes back to a registered address, or stays.</summary>
    public Task<IResult> SignedOutAsync(
        HttpContext http,
        TenantSelector selector,
        IReadOnlyDictionary<string, string> parameters,
        SignedInAccount? account
    )
    {
        var target = ReturnAddress(selector, parameters);
        var frames = (account?.Applications ?? [])
            .Select(directory.FindApplication)
            .Select(application => application?.Web.LogoutUrl)
            .OfType<string>()
            .Where(url => Uri.TryCreate(url, UriKind.Absolute, out _))
            .Select(url => FrameAddress(http, url, account!))
            .ToList();
        if (frames.Count == 0 && target is not null)
            return Task.FromResult(Results.Redirect(target));

        SecurityHeaders.ForSignOut(http, frames.Select(frame => new Uri(frame).GetLeftPart(UriPartial.Authority)).Distinct());
        if (target is not null)
            http.Response.Headers["Refresh"] = $"{FallbackSeconds}; url={target}";
        return pages.RenderAsync<SignedOutPage>(new { Continue = target, Frames = frames });
    }

    /// <summary>Must be a registered redirect URI; otherwise the person stays here and the application hears of nothing (§7).</summary>
    private string? ReturnAddress(TenantSelector selector, IReadOnlyDictionary<string, string> parameters)
    {
        if (parameters.GetValueOrDefault("post_logout_redirect_uri") is not { Length: > 0 } address)
            return null;
        var isRegistered = directory.Applications.All.Any(application =>
            application.PlatformOf(address) is not null
            && (
                selector.Tenant is null
                || selector.Tenant.Id == application.TenantId
                || directory.FindServicePrincipal(selector.Tenant.Id, application.AppId) is not null
            )
        );
        if (!isRegistered)
            return null;
        return parameters.GetValueOrDefault("state") is { } state
            ? $"{address}{(address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}state={Uri.EscapeDataString(state)}"
            : address;
    }

    private string FrameAddress(HttpContext http, string logoutUrl, SignedInAccount account)
    {
        var separator = logoutUrl.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        var address = $"{logoutUrl}{separator}sid={account.Sid}";
        if (!directory.Settings.LogoutSendsIssuer || directory.Users.Find(account.UserId) is not { } user)
            return address;
        return $"{address}&iss={Uri.EscapeDataString(Authority.Of(http).Issuer(user.TenantId.ToString()))}";
    }
}

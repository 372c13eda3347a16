using Anteroom.EntraEmulator.Discovery;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Authorize;

/// <summary>Which of a browser's accounts a request is about, if that is decided already (entra-oidc.md §2.1 prompt, login_hint, domain_hint).</summary>
internal sealed class AccountSelection(EntraDirectory directory, Accounts accounts, TimeProvider clock)
{
    public SignedInAccount? Choose(AuthorizeRequest request, FlowContext context, IReadOnlyList<SignedInAccount> known)
    {
        if (context.ChosenAccount is { } chosen)
            return known.FirstOrDefault(account => account.UserId == chosen);
        if (context.AnotherAccount || request.Prompt.Contains("select_account"))
            return null;

        if (request.LoginHint is { } hint)
        {
            var hinted = accounts.FindByHint(hint, request.Tenant);
            return hinted is null ? null : known.FirstOrDefault(account => account.UserId == hinted.Id);
        }
        if (request.Prompt.Contains("login"))
            return null;

        var fitting = Fitting(request, known);
        return fitting.Count == 1 && (request.IsSilent || IsIn(request, fitting[0])) ? fitting[0] : null;
    }

    /// <summary>A session is not enough: it is too old for the request, or the request wants a fresh sign-in.</summary>
    public bool NeedsPassword(AuthorizeRequest request, FlowContext context, SignedInAccount account)
    {
        if (context.AuthenticatedAt is not null)
            return false;
        if (request.Prompt.Contains("login"))
            return true;
        return directory.Settings.HonourMaxAge && request.MaxAge is { } maxAge && clock.GetUtcNow() - account.AuthenticatedAt >= maxAge;
    }

    /// <summary><c>domain_hint</c> leaves only the accounts of that domain's tenant, or of that kind.</summary>
    private List<SignedInAccount> Fitting(AuthorizeRequest request, IReadOnlyList<SignedInAccount> known)
    {
        var hinted = request.DomainHint is { } hint ? TenantSelector.Find(directory, hint) : null;
        return
        [
            .. known.Where(account =>
                hinted is null or { IsShared: true } || directory.Users.Find(account.UserId)?.TenantId == hinted.Tenant?.Id
            ),
        ];
    }

    private bool IsIn(AuthorizeRequest request, SignedInAccount account) =>
        directory.Users.Find(account.UserId) is { } user && accounts.In(request.Tenant, user, request.Application).TryGet(out _, out _);
}

using Anteroom.EntraEmulator.Discovery;
using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Hosting;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Signing;
using Anteroom.EntraEmulator.Tokens;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Authorize;

/// <summary>Who somebody is in the tenant they sign in to.</summary>
internal sealed record Presence(Tenant Tenant, User User);

/// <summary>Finds accounts by what people type, and their place in another tenant (entra-oidc.md §5, guests).</summary>
internal sealed class Accounts(EntraDirectory directory, SealedValue sealedValue)
{
    public const string LoginHintPurpose = "login_hint";
    private const string LoginHintPrefix = "O.";

    /// <summary>The account whose password is asked: a guest's home account where its home is here too.</summary>
    public User? Find(string typed, TenantSelector selector)
    {
        var name = typed.Trim();
        var user =
            directory.UsersByName.First(name)
            ?? (selector.Tenant is { } tenant ? directory.UsersByMail.First($"{tenant.Id}/{name}") : null);
        return user?.HomeObjectId is { } home ? directory.Users.Find(home) : user;
    }

    /// <summary>A <c>login_hint</c>: a user name, or the opaque value of an earlier token.</summary>
    public User? FindByHint(string hint, TenantSelector selector)
    {
        if (!hint.StartsWith(LoginHintPrefix, StringComparison.Ordinal))
            return Find(hint, selector);
        var opaque = sealedValue.Open(LoginHintPurpose, hint[LoginHintPrefix.Length..], SealedJson.Default.OpaqueUser);
        return opaque is null ? null : directory.Users.Find(opaque.AccountId);
    }

    public string LoginHint(Guid accountId) =>
        LoginHintPrefix + sealedValue.Seal(LoginHintPurpose, new OpaqueUser(accountId), SealedJson.Default.OpaqueUser);

    /// <summary>The user object that signs in: in the account's own tenant, or the guest object in the named one.</summary>
    /// <remarks>A guest can be signed in to a resource tenant only where the path names it (§1.2); everybody else there is AADSTS50020.</remarks>
    public Result<Presence, AadstsError> In(TenantSelector selector, User account, Application application)
    {
        var home = directory.Tenants.Find(account.TenantId)!;
        var isPersonal = home.Id.ToString() == Authority.ConsumersTenantId;
        if (selector.Tenant?.Id == home.Id)
            return new Presence(home, account);
        if (selector.IsShared || selector.IsConsumers)
        {
            var mayEnter = selector.IsConsumers
                ? isPersonal
                : !isPersonal || (!selector.RefusesPersonalAccounts && TakesPersonal(application));
            if (mayEnter)
                return new Presence(home, account);
            return isPersonal
                ? UserErrors.PersonalAccount(account.UserPrincipalName)
                : UserErrors.WrongAccountType(account.UserPrincipalName);
        }
        var tenant = selector.Tenant!;
        return directory.GuestsByHome.First($"{tenant.Id}/{account.Id}") is { } guest
            ? new Presence(tenant, guest)
            : UserErrors.NotInTenant(
                account.UserPrincipalName,
                isPersonal ? "live.com" : IdentityProviderOf(home),
                tenant.DisplayName,
                application.AppId,
                application.DisplayName
            );
    }

    /// <summary>How a home tenant appears in <c>idp</c>: its v1 issuer, which is a name and no address.</summary>
    public string IdentityProviderOf(Tenant home) => CloudShape.Version1Issuer(directory.Settings, home.Id);

    private static bool TakesPersonal(Application application) =>
        application.SignInAudience is Application.MultiTenantAndPersonal or Application.Personal;
}

using Anteroom.Server.Account.Access;
using Anteroom.Server.Credentials.Passwords;
using Anteroom.Server.Provisioning;

namespace Anteroom.Server.Account.Ways;

/// <summary>Ways in besides passkeys: providers that the account is linked with, and a password where one counts.</summary>
internal sealed class OtherWays(UserStore users, PasswordStore passwords)
{
    public async Task<int> CountAsync(AccountCaller caller, CancellationToken ct)
    {
        var (organization, user) = (caller.Organization, caller.User.Id);
        var providers = (await users.IdentitiesAsync(organization.Id, user, ct)).Count;
        return organization.AllowsPasswords && (await passwords.StateAsync(organization.Id, user, ct)).SetAt is not null
            ? providers + 1
            : providers;
    }
}

using Anteroom.Server.Account.Access;
using Anteroom.Server.Credentials.Passwords;

namespace Anteroom.Server.Account.Ways;

/// <summary>The person's password; shown where the organization allows passwords.</summary>
internal sealed class PasswordSection(PasswordStore passwords) : IWaySection
{
    public async Task<WaySection?> OfAsync(HttpContext http, AccountCaller caller, CancellationToken ct) =>
        caller.Organization.AllowsPasswords
            ? new("_Password", new OwnPasswordModel(caller, (await passwords.StateAsync(caller.Organization.Id, caller.User.Id, ct)).SetAt))
            : null;
}

/// <param name="SetAt">Null where there is none yet.</param>
internal sealed record OwnPasswordModel(AccountCaller Caller, DateTimeOffset? SetAt);

using Anteroom.Server.Audit;
using Anteroom.Server.Organizations;
using Anteroom.Server.Provisioning;
using Anteroom.Server.SignIn.Passkeys;
using Anteroom.Server.SignIn.Sessions;

namespace Anteroom.Server.Account.Access;

/// <summary>Whose pages these are, read with every request: what was blocked, ended or changed a moment ago counts now (SEC-036).</summary>
internal sealed record AccountCaller(Organization Organization, Session Session, User User)
{
    public string Name => User.DisplayName ?? User.UserName;

    /// <summary>The address of one of their pages.</summary>
    public string Address(string page = "") => PagePath.Address(Organization.Slug, page);

    public AuditContext Audit(HttpContext http) =>
        http.AuditContext(new Actor(ActorKind.User, User.Id.Value, User.UserName), Session.Id.Value);

    /// <param name="language">In which they are written to.</param>
    public PasskeyHolder Holder(HttpContext http, string language) => new(Session, Audit(http), language);
}

/// <summary>What the gate has found out about a request.</summary>
internal static class AccountRequest
{
    private const string CallerKey = "anteroom.account.caller";

    public static AccountCaller Person(this HttpContext http) => (AccountCaller)http.Items[CallerKey]!;

    internal static void Remember(this HttpContext http, AccountCaller caller) => http.Items[CallerKey] = caller;
}

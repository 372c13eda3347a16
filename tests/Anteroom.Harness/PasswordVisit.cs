using Anteroom.Server.Credentials.Passwords;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Provisioning;

namespace Anteroom.Harness;

/// <summary>What a person with a password does, and what has to be there before.</summary>
public static class PasswordVisit
{
    public const string Right = "plums sail beside quiet gravel";
    public const string Wrong = "plums sail beside quiet grovel";

    /// <summary>Lets the organization's people use passwords, or not, and waits until the servers have heard of it.</summary>
    public static Task AllowAsync(Contoso contoso, bool? allowed) =>
        contoso.ChangeAsync(organization =>
            organization with
            {
                Settings = organization.Settings with { SignIn = organization.Settings.SignIn with { AllowPasswords = allowed } },
            }
        );

    /// <summary>An account with an address, made by whom.</summary>
    public static async Task<User> AddMemberAsync(
        AnteroomRig rig,
        OrganizationId organization,
        string userName,
        string? email = null,
        FactSource emailBy = FactSource.Administrator,
        string role = BuiltInRoles.Member
    )
    {
        var now = rig.Clock.GetUtcNow();
        await using var tx = await rig.Database.BeginAsync(organization, default);
        var provisioner = rig.Get<Provisioner>();
        var made = await provisioner.ApplyAsync(
            tx,
            new DirectoryFacts(FactSource.Administrator, now)
            {
                UserName = userName,
                MayCreate = true,
                AssignedRole = role,
            },
            AuthorityRules.Default,
            AnteroomRig.Desk,
            now,
            default
        );
        if (!made.TryGet(out var account, out var refusal))
            throw new InvalidOperationException(refusal.ToString());
        var user = account.User;
        if (email is not null)
        {
            var facts = new DirectoryFacts(emailBy, now)
            {
                User = user.Id,
                Attributes = new Dictionary<string, Fact> { [UserAttributes.Email] = new(email) },
            };
            var told = await provisioner.ApplyAsync(tx, user, facts, AuthorityRules.Default, AnteroomRig.Desk, now, default);
            user = told.TryGet(out var changed, out var unfit) ? changed.User : throw new InvalidOperationException(unfit.ToString());
        }
        await tx.CommitAsync(default);
        return user;
    }

    /// <summary>The person has set this password before.</summary>
    public static async Task SetAsync(AnteroomRig rig, User user, string password = Right)
    {
        using var place = rig.Get<PasswordHashing>().TryEnter()!;
        var hash = await place.HashAsync(Password.Read(password)!, default);
        await using var tx = await rig.Database.BeginAsync(user.Organization, default);
        PasswordStore.Set(tx, user.Id, hash, rig.Clock.GetUtcNow());
        await tx.CommitAsync(default);
    }

    /// <summary>From the application to the page that asks for the password.</summary>
    public static async Task<Page> OpenAsync(HttpBrowser browser, AuthorizationAttempt attempt, string userName)
    {
        var page = await browser.GetAsync(attempt.Address.AbsoluteUri);
        if (page.Html.QuerySelector("a.quiet[href^='/sign-in/password']") is not null)
            page = await browser.ClickAsync(page, "password");
        return page.Html.QuerySelector("#identifier") is null
            ? page
            : await browser.SubmitAsync(page, new Dictionary<string, string> { ["identifier"] = userName });
    }

    public static Task<Page> TypeAsync(HttpBrowser browser, Page page, string password) =>
        browser.SubmitAsync(page, new Dictionary<string, string> { ["password"] = password });

    public static async Task<Page> SignInAsync(
        HttpBrowser browser,
        AuthorizationAttempt attempt,
        string userName,
        string password = Right
    ) => await TypeAsync(browser, await OpenAsync(browser, attempt, userName), password);

    /// <summary>Fills the page behind a mailed link.</summary>
    public static Task<Page> SetNewAsync(HttpBrowser browser, Page page, string password, string? again = null) =>
        browser.SubmitAsync(page, new Dictionary<string, string> { ["password"] = password, ["again"] = again ?? password });
}

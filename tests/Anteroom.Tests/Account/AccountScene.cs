using System.Net;
using Anteroom.Harness;
using Anteroom.Server.Organizations;
using Anteroom.Server.Provisioning;

namespace Anteroom.Tests.Account;

/// <summary>An organization, its people, and browsers in front of their account pages.</summary>
internal sealed class AccountScene
{
    public const string FirefoxOnWindows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:149.0) Gecko/20100101 Firefox/149.0";
    public const string SafariOnIPhone =
        "Mozilla/5.0 (iPhone; CPU iPhone OS 19_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.2 Mobile/15E148 Safari/604.1";

    private AccountScene(AnteroomRig rig, Contoso contoso) => (Rig, Contoso) = (rig, contoso);

    public AnteroomRig Rig { get; }

    public Contoso Contoso { get; }

    /// <param name="passkeys">Whether its people may sign in with passkeys.</param>
    /// <param name="passwords">Whether they may with passwords.</param>
    public static async Task<AccountScene> CreateAsync(
        AnteroomRig rig,
        bool passkeys = false,
        ContosoOptions? options = null,
        bool passwords = false
    )
    {
        var contoso = await Contoso.CreateAsync(rig, options);
        if (passkeys || passwords)
        {
            await contoso.ChangeAsync(organization =>
                organization with
                {
                    Settings = organization.Settings with
                    {
                        SignIn = organization.Settings.SignIn with { AllowPasskeys = passkeys, AllowPasswords = passwords },
                    },
                }
            );
        }
        return new(rig, contoso);
    }

    public string AddressOf(string page = "") => $"{Contoso.Origin}/account/{Contoso.Slug}{(page.Length > 0 ? "/" : "")}{page}";

    /// <summary>Somebody of the tenant whose account an administrator has made, with an address to write to.</summary>
    public async Task<(Person Person, User User)> AddAsync(string name = "mira", string role = BuiltInRoles.Member, string? email = null)
    {
        var person = await Contoso.AddPersonAsync(name);
        var now = Rig.Clock.GetUtcNow();
        var facts = new DirectoryFacts(FactSource.Administrator, now)
        {
            Key = new EntraKey(AnteroomRig.Cloud, person.TenantId, person.ObjectId),
            UserName = person.UserName,
            MayCreate = true,
            AssignedRole = role,
            Attributes = new Dictionary<string, Fact> { [UserAttributes.Email] = new(email ?? person.UserName) },
        };
        await using var tx = await Rig.Database.BeginAsync(Contoso.Organization.Id, default);
        var made = await Rig.Get<Provisioner>().ApplyAsync(tx, facts, AuthorityRules.Default, AnteroomRig.Desk, now, default);
        Assert.True(made.TryGet(out var account, out var refusal), refusal?.ToString());
        await tx.CommitAsync(default);
        return (person, account.User);
    }

    /// <summary>A browser in which that person has come in by the account pages' own entrance.</summary>
    public async Task<HttpBrowser> EnterAsync(Person person, string? userAgent = null)
    {
        var browser = Rig.NewBrowser();
        if (userAgent is not null)
            browser.ExtraHeaders["User-Agent"] = userAgent;
        var page = await SignInAsync(browser, await browser.GetAsync(AddressOf()), person);
        Assert.Equal((HttpStatusCode.OK, AddressOf()), (page.Status, page.Address.AbsoluteUri));
        return browser;
    }

    /// <summary>From our question, where several ways are offered, over Entra and back.</summary>
    public static async Task<Page> SignInAsync(HttpBrowser browser, Page page, Person person) =>
        await EntraPages.SignInAsync(
            browser,
            page.Html.QuerySelector("button.account") is null ? page : await browser.SubmitAsync(page),
            person
        );

    public async Task BlockAsync(User user)
    {
        var now = Rig.Clock.GetUtcNow();
        await using var tx = await Rig.Database.BeginAsync(user.Organization, default);
        var done = await Rig.Get<Blocks>()
            .BlockAsync(tx, user.Id, BlockSource.Administrator, [Channels.Web], null, AnteroomRig.Desk, now, default);
        Assert.True(done.TryGet(out _, out _));
        await tx.CommitAsync(default);
    }

    /// <summary>Which mails wait or have left, the oldest first.</summary>
    public Task<List<string>> MailsAsync() =>
        Rig
            .Database.In(Contoso.Organization.Id)
            .ListAsync<string>(
                "SELECT template FROM mails WHERE organization_id = @organization ORDER BY created_at, mail_id",
                null,
                default
            );

    /// <summary>The token of a page's form, as its field.</summary>
    public static KeyValuePair<string, string> TokenOf(Page page)
    {
        var field = page.Html.QuerySelector("form[method=post] input[name=__RequestVerificationToken]")!;
        return new(field.GetAttribute("name")!, field.GetAttribute("value")!);
    }
}

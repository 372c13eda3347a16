using System.Text.Json;
using Anteroom.Harness;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.Provisioning;
using Anteroom.Server.SignIn;
using Anteroom.Server.SignIn.Records;
using Anteroom.Server.SignIn.Sessions;

namespace Anteroom.Tests.Console;

/// <summary>People who administer, with the session that a strong sign-in leaves in their browser.</summary>
internal sealed class ConsoleScene(AnteroomRig rig)
{
    public string Address => rig.Address + "/console";

    public string AddressOf(Organization organization, string page = "") =>
        $"{Address}/organizations/{organization.Slug}{(page.Length > 0 ? "/" : "")}{page}";

    /// <summary>An account made by hand.</summary>
    public async Task<User> AddAsync(OrganizationId organization, string role, string? name = null)
    {
        var now = rig.Clock.GetUtcNow();
        var facts = new DirectoryFacts(FactSource.Administrator, now)
        {
            UserName = $"{name ?? role}-{Identifiers.NewUuid(rig.Clock):N}@console.example",
            MayCreate = true,
            AssignedRole = role,
        };
        await using var tx = await rig.Database.BeginAsync(organization, default);
        var made = await rig.Get<Provisioner>().ApplyAsync(tx, facts, AuthorityRules.Default, AnteroomRig.Desk, now, default);
        Assert.True(made.TryGet(out var account, out _));
        await tx.CommitAsync(default);
        return account.User;
    }

    /// <summary>A browser in which somebody has signed in a moment ago.</summary>
    public async Task<HttpBrowser> BrowserOfAsync(User user, bool secondFactor = true)
    {
        var now = rig.Clock.GetUtcNow();
        var cookie = Handle.New(SessionCookies.HandlePrefix, user.Organization);
        var evidence = new Evidence("passkey", now, [], null, [], secondFactor);
        await using (var tx = await rig.Database.BeginAsync(user.Organization, default))
        {
            await tx.ExecuteAsync(
                """
                INSERT INTO sessions (organization_id, session_id, sha256, user_id, evidence, authenticated_at, created_at, last_seen_at,
                                      idle_expires_at, absolute_expires_at)
                VALUES (@organization, @id, @sha256, @user, @evidence::jsonb, @now, @now, @now, @idle, @ends)
                """,
                new
                {
                    id = SessionId.New(rig.Clock).Value,
                    sha256 = cookie.Sha256(),
                    user = user.Id.Value,
                    evidence = JsonSerializer.Serialize(evidence, JsonSerializerOptions.Web),
                    now,
                    idle = now + TimeSpan.FromHours(1),
                    ends = now + TimeSpan.FromHours(12),
                },
                default
            );
            await RecordAsync(tx, user, now);
            await tx.CommitAsync(default);
        }
        var browser = rig.NewBrowser();
        var name = rig.Get<CookieNames>().For("session-" + Identifiers.ToBase32(user.Organization.Value));
        browser.SetCookie(new Uri(rig.Address).Host, name, cookie.Reveal());
        return browser;
    }

    /// <summary>As the end of any sign-in does, with the session: who counts both at once finds no session without its sign-in.</summary>
    private async Task RecordAsync(Transaction tx, User user, DateTimeOffset now)
    {
        var id = Identifiers.NewUuid(rig.Clock);
        tx.Later(
            """
            INSERT INTO sign_ins (organization_id, sign_in_id, at, correlation_id, user_id, facts, decision, reason)
            VALUES (@organization, @id, @now, @correlation, @user, @facts::jsonb, 'admitted', 'account_known')
            """,
            new
            {
                id,
                now,
                correlation = id.ToString("N"),
                user = user.Id.Value,
                facts = JsonSerializer.Serialize(SignInFacts.Unproven(null), JsonSerializerOptions.Web),
            }
        );
        var context = new AuditContext(new Actor(ActorKind.User, user.Id.Value, user.UserName), null, null, id.ToString("N"));
        var entry = new AuditEntry("sign_in.succeeded", AuditResult.Success, "account_known", "user", user.Id.Value);
        await rig.Get<AuditTrail>().RecordAsync(tx, context, entry, default);
    }

    /// <summary>The browser of somebody with that role who is in the console.</summary>
    public async Task<HttpBrowser> EnterAsync(OrganizationId organization, string role)
    {
        var browser = await BrowserOfAsync(await AddAsync(organization, role));
        Assert.Equal(System.Net.HttpStatusCode.OK, (await browser.GetAsync(Address)).Status);
        return browser;
    }
}

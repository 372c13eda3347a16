using Anteroom.Harness;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Tests.Federation.Oidc;
using static Anteroom.Tests.Federation.Applications.ApplicationOutcomes;
using ApplicationId = Anteroom.Server.Federation.ApplicationId;

namespace Anteroom.Tests.Federation.Applications;

public sealed class ApplicationRegistryTests(FederationFixture fixture) : IClassFixture<FederationFixture>
{
    private static readonly AuditContext Context = OidcScenario.Context;

    [Fact]
    [Trait("Security", "SEC-096")]
    public async Task Registers_a_confidential_client_and_shows_its_secret_once()
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture);
        var application = scenario.Application;
        Assert.Equal(application.Id.ToString(), application.ClientId);
        Assert.Equal(application.ClientId, application.Audience);
        Assert.Equal(ClientAuthentication.ClientSecretBasic, application.Authentication);
        var secret = Assert.Single(application.Secrets);
        Assert.True(secret.Matches(scenario.ClientSecret!));
        Assert.False(secret.Matches(new Secret(scenario.ClientSecret!.Reveal() + "x")));
        Assert.InRange(secret.ExpiresAt - scenario.Clock.GetUtcNow(), TimeSpan.Zero, TimeSpan.FromDays(731));

        var found = await scenario.Node.Get<ApplicationStore>().FindByClientIdAsync(application.ClientId, default);
        Assert.Equal(application.RedirectUris, found!.RedirectUris);
        Assert.Equal(secret.Sha256, Assert.Single(found.Secrets).Sha256);
        var everything = await fixture
            .Test.Database.In(OrganizationId.Platform)
            .ListAsync<string>(
                "SELECT a::text FROM applications a UNION ALL SELECT s::text FROM application_secrets s UNION ALL SELECT e::text FROM audit_events e",
                null,
                default
            );
        Assert.DoesNotContain(everything, row => row.Contains(scenario.ClientSecret.Reveal(), StringComparison.Ordinal));
    }

    [Fact] // RFC 9110 §13.1.1
    public async Task A_change_needs_the_version_that_its_author_saw()
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture);
        var registry = scenario.Node.Get<ApplicationRegistry>();
        var id = scenario.Application.Id;
        var changed = Value(await registry.ChangeAsync(OrganizationId.Platform, id, 1, new() { Name = "New" }, Context, default));
        Assert.Equal(("New", 2), (changed.Name, changed.Version));
        Assert.Equal(
            ReasonCodes.VersionMismatch,
            Refusal(await registry.ChangeAsync(OrganizationId.Platform, id, 1, new() { Name = "Old" }, Context, default)).Reason
        );
        Assert.Equal("New", (await scenario.Node.Get<ApplicationStore>().FindAsync(OrganizationId.Platform, id, default))!.Name);
    }

    [Fact] // SEC-260: nobody changes another organization's application, nor the platform's
    [Trait("Security", "SEC-260")]
    public async Task Another_organizations_application_does_not_exist_here()
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture);
        var registry = scenario.Node.Get<ApplicationRegistry>();
        var refused = await registry.ChangeAsync(
            scenario.Organization,
            scenario.Application.Id,
            1,
            new() { Name = "Mine" },
            Context,
            default
        );
        Assert.Equal(ReasonCodes.NotFound, Refusal(refused).Reason);
        Assert.Empty(await scenario.Node.Get<ApplicationStore>().ListAsync(scenario.Organization, null, 10, default));
    }

    [Fact] // whoever registers an API's name gets tokens made for it; so a name has one owner
    public async Task An_audience_belongs_to_one_organization()
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture);
        await using var stranger = await OidcScenario.CreateAsync(fixture);
        var registry = scenario.Node.Get<ApplicationRegistry>();
        var draft = OidcScenario.Draft() with { Audience = $"https://api.{scenario.Slug}.example" };
        var own = Value(await registry.RegisterAsync(scenario.Organization, draft, Context, default)).Application;
        Value(await registry.RegisterAsync(scenario.Organization, draft, Context, default));
        Assert.Equal(ReasonCodes.Conflict, Refusal(await registry.RegisterAsync(stranger.Organization, draft, Context, default)).Reason);
        Assert.Empty(await scenario.Node.Get<ApplicationStore>().ListAsync(stranger.Organization, null, 10, default));
        var another = draft with { Audience = own.ClientId };
        Assert.True(Refusal(await registry.RegisterAsync(stranger.Organization, another, Context, default)).Errors.ContainsKey("audience"));
    }

    [Fact]
    public async Task A_released_audience_may_be_taken()
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture);
        await using var stranger = await OidcScenario.CreateAsync(fixture);
        var registry = scenario.Node.Get<ApplicationRegistry>();
        var draft = OidcScenario.Draft() with { Audience = $"https://left.{scenario.Slug}.example" };
        var own = Value(await registry.RegisterAsync(scenario.Organization, draft, Context, default)).Application;
        Value(await registry.ChangeAsync(scenario.Organization, own.Id, 1, new() { Audience = own.ClientId }, Context, default));
        Value(await registry.RegisterAsync(stranger.Organization, draft, Context, default));
    }

    [Fact]
    public async Task Lists_by_key_in_order_of_creation()
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture);
        var registry = scenario.Node.Get<ApplicationRegistry>();
        for (var i = 0; i < 5; i++)
        {
            scenario.Clock.Advance(TimeSpan.FromSeconds(1));
            Value(await registry.RegisterAsync(scenario.Organization, OidcScenario.Draft() with { Name = $"No {i}" }, Context, default));
        }
        var store = scenario.Node.Get<ApplicationStore>();
        var names = new List<string>();
        ApplicationId? after = null;
        while (await store.ListAsync(scenario.Organization, after, 2, default) is { Count: > 0 } page)
        {
            Assert.All(page, application => Assert.Single(application.Secrets));
            names.AddRange(page.Select(application => application.Name));
            after = page[^1].Id;
        }
        Assert.Equal(["No 0", "No 1", "No 2", "No 3", "No 4"], names);
    }

    [Fact]
    public async Task Another_node_hears_of_a_change()
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture);
        await using var other = await scenario.OtherNodeAsync(listening: true);
        var id = scenario.Application.ClientId;
        Assert.Null((await other.Get<ApplicationStore>().FindByClientIdAsync(id, default))!.DisabledAt);
        await scenario
            .Node.Get<ApplicationRegistry>()
            .SetDisabledAsync(OrganizationId.Platform, scenario.Application.Id, true, Context, default);
        // Its clock stands still, and what it remembers grows no older: only the notification tells it.
        await Poll.UntilAsync(
            "the other node has heard of it (SEC-036)",
            TimeSpan.FromSeconds(15),
            async () => (await other.Get<ApplicationStore>().FindByClientIdAsync(id, default))!.DisabledAt is not null
        );
    }

    [Fact]
    public async Task Every_change_is_audited()
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture);
        var registry = scenario.Node.Get<ApplicationRegistry>();
        var organization = scenario.Organization;
        var id = Value(await registry.RegisterAsync(organization, OidcScenario.Draft(), Context, default)).Application.Id;
        await registry.ChangeAsync(organization, id, 1, new() { Name = "New" }, Context, default);
        var secrets = scenario.Node.Get<ApplicationSecrets>();
        var secret = Value(await secrets.AddAsync(organization, id, null, Context, default));
        await secrets.RevokeAsync(organization, id, secret.Record.Id, Context, default);
        await registry.SetDisabledAsync(organization, id, true, Context, default);
        await registry.SetDisabledAsync(organization, id, true, Context, default);
        await registry.SetDisabledAsync(organization, id, false, Context, default);
        var actions = await fixture
            .Test.Database.In(organization)
            .ListAsync<string>("SELECT action FROM audit_events WHERE target_id = @id ORDER BY audit_id", new { id = id.Value }, default);
        Assert.Equal(
            [
                "application.created",
                "application.changed",
                "application.secret_created",
                "application.secret_revoked",
                "application.disabled",
                "application.enabled",
            ],
            actions
        );
    }

    [Fact] // SEC-011: only browser applications' origins, and only as long as one of them runs there
    [Trait("Security", "SEC-011")]
    public async Task Knows_the_origins_of_browser_applications()
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture);
        var registry = scenario.Node.Get<ApplicationRegistry>();
        var store = scenario.Node.Get<ApplicationStore>();
        var origin = $"https://{scenario.Slug}.example:8443";
        var draft = OidcScenario.Draft() with { ClientKind = "public", RedirectUris = [origin + "/cb", origin + "/cb2"] };
        Assert.False(await store.IsRegisteredOriginAsync(origin, default));
        var first = Value(await registry.RegisterAsync(scenario.Organization, draft, Context, default)).Application;
        var second = Value(await registry.RegisterAsync(scenario.Organization, draft, Context, default)).Application;
        Assert.True(await store.IsRegisteredOriginAsync(origin, default));

        var elsewhere = new ApplicationDraft { RedirectUris = ["https://elsewhere.example/cb"] };
        Value(await registry.ChangeAsync(scenario.Organization, first.Id, 1, elsewhere, Context, default));
        Assert.True(await store.IsRegisteredOriginAsync(origin, default));
        Value(await registry.ChangeAsync(scenario.Organization, second.Id, 1, elsewhere, Context, default));
        Assert.False(await store.IsRegisteredOriginAsync(origin, default));
    }
}

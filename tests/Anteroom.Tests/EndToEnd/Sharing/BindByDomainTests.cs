using System.Net;
using Anteroom.Harness;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Connections;
using Anteroom.Server.Connections.SharedApp;
using Anteroom.Server.Organizations;
using Anteroom.Server.Organizations.Proof;
using Anteroom.Server.SignIn.Consent;
using Anteroom.Tests.Console;
using Anteroom.Tests.Organizations.Proof;

namespace Anteroom.Tests.EndToEnd.Sharing;

/// <summary>A tenant is connected because it has verified a domain that the organization has proven by DNS (SEC-063, docs/decisions/0028).</summary>
[Collection(GraphDomains.Name)]
public sealed class BindByDomainTests(SharedRig shared)
{
    [Fact]
    [Trait("Capability", "HEC-21")]
    [Trait("Security", "SEC-063")]
    public async Task A_domain_of_both_connects_the_tenant_without_a_sign_in()
    {
        var (rig, application) = await shared.GetAsync();
        var app = await AppAsync(rig);
        var contoso = await Contoso.CreateAsync(rig, new() { Shared = app });
        await ProveAsync(rig, contoso.Organization, contoso.Domain);
        var link = (await rig.Get<AdminConsentLinks>().OfApplicationAsync(contoso.Connection, default))!;
        var scene = new ConsoleScene(rig);
        using var console = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        var tenants = scene.AddressOf(contoso.Organization, $"connections/{contoso.Connection.Id}/tenants");
        Assert.Contains(new Uri(link.AbsoluteUri).AbsolutePath, (await console.GetAsync(tenants)).Text, StringComparison.Ordinal);

        // Before the tenant's administrator has consented nothing can be known of it.
        var early = await PressAsync(console, tenants, contoso.Domain);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, early.Status);
        Assert.Contains("could not read which domains", early.Text, StringComparison.Ordinal);
        Assert.Equal(0, await contoso.Rows.CountAsync("tenant_bindings"));

        using var administrator = rig.NewBrowser(); // of the tenant: another person, another browser, nobody of ours
        var consented = await EntraPages.SignInAsync(
            administrator,
            await administrator.GetAsync(link.AbsoluteUri),
            await contoso.AddPersonAsync("ada", new { isAdministrator = true }),
            consent: Consent.ForAll
        );
        Assert.Contains("Microsoft reports that consent was given", consented.Text, StringComparison.Ordinal);
        var connected = await PressAsync(console, tenants, contoso.Domain);

        Assert.Contains("is connected", connected.Text, StringComparison.Ordinal);
        Assert.Contains("By a verified domain", connected.Text, StringComparison.Ordinal);
        var binding = Assert.Single(await rig.Get<TenantBindings>().ListAsync(contoso.Organization.Id, default));
        Assert.Equal(
            (TenantBindingKind.VerifiedDomain, contoso.TenantId, contoso.Domain),
            (binding.Kind, binding.TenantId, binding.Domain)
        );
        var row = Assert.Single(await contoso.Rows.AuditAsync("tenant_binding.created"));
        Assert.Equal(("verifiedDomain", "user"), (row.Details.GetProperty("kind").GetString(), row.ActorKind));
        using var browser = rig.NewBrowser();
        Assert.True((await contoso.SignInAsync(application, browser, await contoso.AddPersonAsync())).IsSuccess);

        Assert.Contains("connected already", (await PressAsync(console, tenants, contoso.Domain)).Text, StringComparison.Ordinal);
        Assert.Equal(1, await contoso.Rows.CountAsync("tenant_bindings"));
    }

    [Theory]
    [InlineData("asserted", "domain_proof_missing")]
    [InlineData("tenant", "domain_proof_missing")] // proven by a tenant: that would go round in a circle
    [InlineData("lost", "domain_proof_missing")] // the record is away, within the 72 hours
    [InlineData("elsewhere", "domain_verified_elsewhere")]
    [InlineData("unknown", "not_found")]
    [InlineData("nowhere", "domain_not_in_tenant")]
    [InlineData("unconsented", "shared_app_domains_unread")]
    [InlineData("ungranted", "shared_app_domains_unread")]
    [InlineData("faulty", "shared_app_domains_unread")]
    [InlineData("unverified", "domain_not_in_tenant")]
    [Trait("Capability", "HEC-21")]
    [Trait("Security", "SEC-063")]
    [Trait("Security", "SEC-269")]
    public async Task Connects_nothing_unless_everything_is_so(string what, string reason)
    {
        var (rig, _) = await shared.GetAsync();
        var app = await AppAsync(rig);
        var contoso = await Contoso.CreateAsync(rig, new() { Shared = app });
        var domain = contoso.Domain;
        if (what is not "unconsented")
            await GrantAsync(rig, app, contoso.TenantId, may: what != "ungranted");
        switch (what)
        {
            case "asserted":
                await rig.Get<ChangeDomains>().AddAsync(contoso.Organization.Id, domain, AnteroomRig.Desk, default);
                break;
            case "tenant":
                await rig.Get<ChangeDomains>().AddAsync(contoso.Organization.Id, domain, AnteroomRig.Desk, default);
                await rig.Get<ProveDomain>().ListAsync(contoso.Organization.Id, default);
                await rig.Get<ProveDomain>()
                    .SettleByTenantAsync(
                        contoso.Organization.Id,
                        domain,
                        new(DomainCheckResult.InTenant, app.Cloud, contoso.TenantId),
                        AnteroomRig.Desk,
                        default
                    );
                break;
            case "elsewhere":
                var rival = await Contoso.CreateAsync(rig);
                await ProveAsync(rig, rival.Organization, domain);
                await rig.Get<ChangeDomains>().AddAsync(contoso.Organization.Id, domain, AnteroomRig.Desk, default);
                var mine = Assert.Single(await rig.Get<ProveDomain>().ListAsync(contoso.Organization.Id, default)).Challenge!;
                rig.Dns.Set(mine.Host, mine.Value);
                break;
            case "nowhere":
                domain = "nowhere." + domain;
                await ProveAsync(rig, contoso.Organization, domain);
                break;
            case "unverified":
                domain = "new." + domain;
                await ProveAsync(rig, contoso.Organization, domain);
                await rig.Control.PostAsync($"tenants/{contoso.TenantId}/domains", new { name = domain, isVerified = false });
                break;
            case "unknown":
                break;
            default:
                await ProveAsync(rig, contoso.Organization, domain);
                break;
        }
        if (what == "lost")
            rig.Dns.Remove($"{DomainChallenge.Label}.{domain}");
        await using var fault =
            what == "faulty"
                ? await rig.Control.FaultAsync(
                    new
                    {
                        path = "/graph/v1.0/domains",
                        kind = "status",
                        status = 503,
                    }
                )
                : null;

        Assert.Equal(reason, await BindAsync(rig, contoso, domain));

        Assert.Equal(0, await contoso.Rows.CountAsync("tenant_bindings"));
        if (what is "unknown" or "elsewhere")
            return; // nobody was asked; what DNS proves has its own row in the trail
        var row = Assert.Single(await contoso.Rows.AuditAsync("tenant_binding.refused"));
        Assert.Equal((reason, domain), (row.Reason, row.Details.GetProperty("domain").GetString()));
    }

    [Fact] // who has proven nothing has nobody asked: neither Entra nor Graph
    [Trait("Security", "SEC-063")]
    [Trait("Security", "SEC-362")]
    public async Task Asks_outside_only_for_proven_domains_and_no_more_than_the_hours_share()
    {
        var (rig, _) = await shared.GetAsync();
        var app = await AppAsync(rig);
        var contoso = await Contoso.CreateAsync(rig, new() { Shared = app });
        await rig.Get<ChangeDomains>().AddAsync(contoso.Organization.Id, contoso.Domain, AnteroomRig.Desk, default);

        for (var look = 0; look < 30; look++)
            Assert.Equal("domain_proof_missing", await BindAsync(rig, contoso, contoso.Domain));
        Assert.Equal("domain_check_limit", await BindAsync(rig, contoso, contoso.Domain));

        Assert.Empty(await rig.Control.RequestsAsync($"/{contoso.Domain}/v2.0/.well-known/openid-configuration"));
        Assert.Empty(await rig.Control.RequestsAsync($"/{contoso.TenantId}/oauth2/v2.0/token"));
    }

    [Fact] // two organizations of one company, each with a domain of the tenant (docs/decisions/0025)
    [Trait("Security", "SEC-063")]
    public async Task A_tenant_may_belong_to_several_organizations_each_by_its_own_domain()
    {
        var (rig, _) = await shared.GetAsync();
        var app = await AppAsync(rig);
        var (contoso, subsidiary) = (
            await Contoso.CreateAsync(rig, new() { Shared = app }),
            await Contoso.CreateAsync(rig, new() { Shared = app })
        );
        var second = "second." + contoso.Domain;
        await rig.Control.PostAsync($"tenants/{contoso.TenantId}/domains", new { name = second });
        await GrantAsync(rig, app, contoso.TenantId);
        await ProveAsync(rig, contoso.Organization, contoso.Domain);
        await ProveAsync(rig, subsidiary.Organization, second);

        Assert.Null(await BindAsync(rig, contoso, contoso.Domain));
        Assert.Equal("not_found", await BindAsync(rig, subsidiary, contoso.Domain)); // not its own
        Assert.Null(await BindAsync(rig, subsidiary, second));

        var bound = Assert.Single(await rig.Get<TenantBindings>().ListAsync(subsidiary.Organization.Id, default));
        Assert.Equal((contoso.TenantId, second), (bound.TenantId, bound.Domain));
    }

    [Fact]
    [Trait("Security", "SEC-063")]
    public async Task An_organizations_key_does_it_by_the_API()
    {
        var (rig, _) = await shared.GetAsync();
        var app = await AppAsync(rig);
        var tenant = await Contoso.CreateAsync(rig);
        await GrantAsync(rig, app, tenant.TenantId);
        using var scene = await DomainScene.CreateAsync(rig, tenant.Domain);
        await scene.ProveAsync();
        var path = $"/{tenant.Domain}/bind-tenant";
        var cloud = $$"""{"cloud":"{{app.Cloud}}"}""";

        Assert.Equal((400, "validation_failed"), Told(await scene.SendAsync(HttpMethod.Post, path, """{"cloud":"nowhere"}""")));
        Assert.Equal((404, "not_found"), Told(await scene.SendAsync(HttpMethod.Post, $"/other.{tenant.Domain}/bind-tenant", cloud)));
        var made = await scene.SendAsync(HttpMethod.Post, path, cloud);
        Assert.Equal(
            (201, "verifiedDomain", tenant.TenantId.ToString(), tenant.Domain),
            (made.Status, (string?)made.Json["kind"], (string?)made.Json["tenantId"], (string?)made.Json["domain"])
        );
        Assert.Equal((409, "conflict"), Told(await scene.SendAsync(HttpMethod.Post, path, cloud)));

        static (int, string?) Told(Anteroom.Tests.Api.Answer answer) => (answer.Status, (string?)answer.Json["code"]);
    }

    [Fact]
    [Trait("Security", "SEC-063")]
    [Trait("Security", "SEC-076")]
    public async Task Without_a_shared_app_in_the_cloud_nothing_is_asked()
    {
        var (rig, _) = await shared.GetAsync();
        var app = await SharedApp.CreateAsync(rig);
        var contoso = await Contoso.CreateAsync(rig, new() { Shared = app });
        await ProveAsync(rig, contoso.Organization, contoso.Domain);
        await app.ChangeAsync(SharedRegistrationState.Disabled);

        Assert.Equal("shared_app_unavailable", await BindAsync(rig, contoso, contoso.Domain));
        Assert.Empty(await rig.Control.RequestsAsync($"/{contoso.TenantId}/oauth2/v2.0/token"));
    }

    /// <summary>One for these tests, whose registration asks for the domains of a tenant: an installation has few clouds.</summary>
    private static Task<SharedApp> AppAsync(AnteroomRig rig) =>
        Apps.GetOrAdd(
            rig,
            async one =>
            {
                var app = await SharedApp.CreateAsync(one, keep: true);
                await app.AskForDomainsAsync();
                return app;
            }
        );

    private static readonly System.Collections.Concurrent.ConcurrentDictionary<AnteroomRig, Task<SharedApp>> Apps = new();

    private static async Task ProveAsync(AnteroomRig rig, Organization organization, string domain)
    {
        await rig.Get<ChangeDomains>().AddAsync(organization.Id, domain, AnteroomRig.Desk, default);
        var record = (await rig.Get<ProveDomain>().ListAsync(organization.Id, default)).Single(one => one.Name == domain).Challenge!;
        rig.Dns.Set(record.Host, record.Value);
        var looked = await rig.Get<ProveDomain>().CheckAsync(organization.Id, domain, AnteroomRig.Desk, default);
        Assert.Equal(
            DomainProven.ByDns,
            looked.TryGet(out var proven, out var refusal) ? proven.Proof : throw new InvalidOperationException(refusal.Code)
        );
    }

    private static async Task GrantAsync(AnteroomRig rig, SharedApp app, Guid tenant, bool may = true)
    {
        await app.ConsentAsync(tenant);
        if (may)
            await rig.Control.PostAsync(
                $"tenants/{tenant}/service-principals/{app.ClientId}/permissions",
                new { graph = new[] { "Domain.Read.All" } }
            );
    }

    /// <returns>Why not; null where it was connected.</returns>
    private static async Task<string?> BindAsync(AnteroomRig rig, Contoso contoso, string domain)
    {
        Result<TenantBinding, ConnectionRefusal> bound = await rig.Get<BindByDomain>()
            .HandleAsync(contoso.Organization.Id, contoso.Connection.Settings.Cloud!, domain, AnteroomRig.Desk, default);
        return bound.TryGet(out _, out var refusal) ? null : refusal.Code;
    }

    private static async Task<Page> PressAsync(HttpBrowser console, string tenants, string domain) =>
        await ConsoleForm.SubmitAsync(
            console,
            await console.GetAsync(tenants),
            selector: $"main form[action$='/by-domain']:has(input[value='{domain}'])"
        );
}

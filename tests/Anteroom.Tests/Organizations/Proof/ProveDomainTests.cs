using Anteroom.Harness;
using Anteroom.Server.Organizations;
using Anteroom.Server.Organizations.Proof;
using Anteroom.Server.SignIn.HomeRealm;
using Anteroom.Tests.EndToEnd;

namespace Anteroom.Tests.Organizations.Proof;

/// <summary>A domain is proven by its DNS, through the API (SEC-269).</summary>
[Trait("Security", "SEC-269")]
public sealed class ProveDomainTests(SharedRig shared)
{
    private async Task<(AnteroomRig Rig, DomainScene Scene)> BeginAsync(string? domain = null)
    {
        var (rig, _) = await shared.GetAsync();
        return (rig, await DomainScene.CreateAsync(rig, domain));
    }

    [Fact]
    public async Task Tells_the_record_looks_for_it_and_verifies_the_domain()
    {
        var (rig, scene) = await BeginAsync();
        using var owned = scene;

        var added = await scene.SendAsync(HttpMethod.Post, "", $$"""{"name":"Other.{{scene.Domain}}"}""");
        Assert.Equal(201, added.Status);
        Assert.Equal($"_anteroom-challenge.other.{scene.Domain}", (string?)added.Json["record"]!["host"]);
        Assert.Equal("TXT", (string?)added.Json["record"]!["type"]);
        Assert.NotEqual(await scene.ValueAsync(), (string?)added.Json["record"]!["value"]);

        var missing = await scene.VerifyAsync();
        Assert.Equal((200, "asserted"), (missing.Status, (string?)missing.Json["state"]));
        var check = missing.Json["lastCheck"]!;
        Assert.Equal(("noName", "domain_proof_missing"), ((string?)check["result"], (string?)check["code"]));
        Assert.Contains(scene.Host, (string?)check["message"], StringComparison.Ordinal);
        Assert.NotEmpty((string)check["cure"]!);
        Assert.Empty(await scene.Rows.AuditAsync("domain.verified"));

        var found = await scene.ProveAsync();
        Assert.Equal((200, "verified"), (found.Status, (string?)found.Json["state"]));
        Assert.Equal("found", (string?)found.Json["lastCheck"]!["result"]);
        Assert.Null(found.Json["lastCheck"]!["code"]);
        Assert.NotNull((string?)found.Json["verifiedAt"]);
        var row = Assert.Single(await scene.Rows.AuditAsync("domain.verified"));
        Assert.Equal(("apiKey", scene.Domain), (row.ActorKind, row.Details.GetProperty("domain").GetString()));

        await scene.VerifyAsync(); // again changes nothing
        Assert.Single(await scene.Rows.AuditAsync("domain.verified"));
        var domain = await scene.ReadAsync();
        Assert.Equal(DomainState.Verified, domain.State);
        Assert.Null(domain.LostFrom);
        Assert.Equal(3, rig.Dns.CountOf(scene.Host));
    }

    [Fact]
    public async Task Tells_what_stood_there_instead()
    {
        var (rig, scene) = await BeginAsync();
        using var owned = scene;
        rig.Dns.Set(scene.Host, "v=spf1 -all", "<b>old</b>");

        var other = (await scene.VerifyAsync()).Json["lastCheck"]!;
        Assert.Equal("otherText", (string?)other["result"]);
        Assert.Equal(["v=spf1 -all", "<b>old</b>"], other["seen"]!.AsArray().Select(seen => (string?)seen));
        rig.Dns.Set(scene.Host);
        Assert.Equal("noText", (string?)(await scene.VerifyAsync()).Json["lastCheck"]!["result"]);
        rig.Dns.Break(scene.Host, DnsFault.ServerFailure);
        var nobody = (await scene.VerifyAsync()).Json["lastCheck"]!;
        Assert.Equal(("unanswered", "domain_proof_unanswered"), ((string?)nobody["result"], (string?)nobody["code"]));
    }

    [Fact] // one place: who may write at the domain itself, or the value of another organization, proves nothing
    public async Task Takes_the_value_at_no_other_place_and_no_other_value()
    {
        var (rig, scene) = await BeginAsync();
        using var owned = scene;
        using var other = await DomainScene.CreateAsync(rig, scene.Domain);
        var value = await scene.ValueAsync();
        rig.Dns.Set(scene.Domain, value);
        rig.Dns.Set("_anteroom." + scene.Domain, value);
        Assert.Equal("asserted", (string?)(await scene.VerifyAsync()).Json["state"]);
        rig.Dns.Set(scene.Host, await other.ValueAsync());
        Assert.Equal("asserted", (string?)(await scene.VerifyAsync()).Json["state"]);
    }

    [Fact]
    public async Task Lets_one_organization_have_a_domain_until_it_lets_go()
    {
        var (rig, first) = await BeginAsync();
        using var owned = first;
        using var second = await DomainScene.CreateAsync(rig, first.Domain);
        Assert.Equal("verified", (string?)(await first.ProveAsync()).Json["state"]);

        var refused = await second.ProveAsync();
        Assert.Equal((409, "domain_verified_elsewhere"), (refused.Status, refused.Code));
        Assert.Equal(
            (DomainState.Asserted, DomainCheckResult.Elsewhere),
            ((await second.ReadAsync()).State, (await second.ReadAsync()).LastCheck!.Result)
        );
        Assert.Equal("domain_verified_elsewhere", Assert.Single(await second.Rows.AuditAsync("domain.verified")).Reason);
        Assert.DoesNotContain(first.Organization.Slug, refused.Text, StringComparison.Ordinal);

        Assert.Equal(204, (await first.SendAsync(HttpMethod.Delete, "/" + first.Domain)).Status);
        var removed = Assert.Single(await first.Rows.AuditAsync("domain.removed"));
        Assert.Equal("verified", removed.Details.GetProperty("state").GetString());
        Assert.Equal("verified", (string?)(await second.VerifyAsync()).Json["state"]);
        // Who comes back gets another value: what stands in DNS from then proves nothing.
        var before = rig.Dns.CountOf(first.Host);
        Assert.Equal(201, (await first.SendAsync(HttpMethod.Post, "", $$"""{"name":"{{first.Domain}}"}""")).Status);
        Assert.Equal("asserted", (string?)(await first.VerifyAsync()).Json["state"]);
        Assert.Equal(before + 1, rig.Dns.CountOf(first.Host));
    }

    [Fact]
    [Trait("Security", "SEC-261")]
    public async Task Looks_up_no_domain_that_the_organization_does_not_have()
    {
        var (rig, scene) = await BeginAsync();
        using var owned = scene;
        using var stranger = await DomainScene.CreateAsync(rig);
        foreach (var name in new[] { stranger.Domain, "absent.example", "no%20domain", "%3Cscript%3E" })
        {
            var answer = await scene.SendAsync(HttpMethod.Post, $"/{name}/verify");
            Assert.Equal((404, "not_found"), (answer.Status, answer.Code));
        }
        Assert.Equal(0, rig.Dns.CountOf(stranger.Host));
        // Nor does a gap in our own checks: the rows of another organization are not there (SEC-260).
        await using var tx = await rig.Database.BeginAsync(scene.Organization.Id, default);
        Assert.Null(await OrganizationDomains.LockAsync(tx, stranger.Domain, default));
    }

    [Fact]
    [Trait("Security", "SEC-362")]
    public async Task Looks_up_thirty_times_an_hour_for_one_organization()
    {
        var (rig, scene) = await BeginAsync();
        using var owned = scene;
        using var neighbour = await DomainScene.CreateAsync(rig);
        var answers = await StartBarrier.RunAsync(40, _ => scene.VerifyAsync());
        Assert.Equal(DomainCheckBudget.PerHour, answers.Count(answer => answer.Status == 200));
        Assert.All(
            answers.Where(answer => answer.Status != 200),
            answer => Assert.Equal((429, "domain_check_limit"), (answer.Status, answer.Code))
        );
        Assert.Equal(DomainCheckBudget.PerHour, rig.Dns.CountOf(scene.Host));
        Assert.Equal(200, (await neighbour.VerifyAsync()).Status);
    }

    [Fact]
    public async Task Makes_the_value_of_a_domain_that_has_none()
    {
        var (rig, scene) = await BeginAsync();
        using var owned = scene;
        await rig
            .Database.In(scene.Organization.Id)
            .ExecuteAsync("UPDATE organization_domains SET challenge = NULL WHERE organization_id = @organization", null, default);
        Assert.Equal(200, (await scene.VerifyAsync()).Status);
        var value = await scene.ValueAsync();
        Assert.StartsWith("anteroom-domain-verification=", value, StringComparison.Ordinal);
        Assert.Equal(value, await scene.ValueAsync()); // once, and for good
    }

    [Theory]
    [InlineData("gmail.com")]
    [InlineData("Outlook.com.")]
    [InlineData("@proton.me")]
    public async Task Adds_no_domain_in_which_anybody_has_an_address(string name)
    {
        var (_, scene) = await BeginAsync();
        using var owned = scene;
        var refused = await scene.SendAsync(HttpMethod.Post, "", $$"""{"name":"{{name}}"}""");
        Assert.Equal("validation_failed", refused.Code);
        Assert.Equal(404, (await scene.SendAsync(HttpMethod.Post, $"/{name.Trim('@', '.')}/verify")).Status);
    }

    [Fact] // 253 characters are a domain, and 20 more are none
    public async Task Tells_of_a_domain_that_is_too_long_for_its_record()
    {
        var label = new string('a', 60);
        var (_, scene) = await BeginAsync($"{label}.{label}.{label}.{Guid.CreateVersion7():N}.{new string('b', 20)}.example");
        using var owned = scene;
        Assert.Equal("noName", (string?)(await scene.VerifyAsync()).Json["lastCheck"]!["result"]);
    }

    [Fact]
    public async Task Leads_people_to_who_has_proven_their_domain_and_to_nobody_else()
    {
        var (rig, owner) = await BeginAsync();
        using var owned = owner;
        using var pretender = await DomainScene.CreateAsync(rig, owner.Domain);
        var discovery = rig.Get<HomeRealmDiscovery>();
        var entry = "nobody@" + owner.Domain;
        Assert.IsType<HomeRealm.NeedsCompanyCode>(await discovery.ResolveAsync(entry, null, default));

        await owner.ProveAsync();

        var found = Assert.IsType<HomeRealm.Found>(await discovery.ResolveAsync(entry, null, default));
        Assert.Equal(owner.Organization.Id, found.Organization.Id);
        // An application of one organization goes by what that one says of itself.
        var within = Assert.IsType<HomeRealm.Found>(await discovery.ResolveAsync(entry, pretender.Organization.Id, default));
        Assert.Equal(pretender.Organization.Id, within.Organization.Id);
    }
}

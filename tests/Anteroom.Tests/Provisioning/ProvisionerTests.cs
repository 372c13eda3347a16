using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Provisioning;
using Anteroom.Tests.Organizations;

namespace Anteroom.Tests.Provisioning;

public sealed class ProvisionerTests(FeatureScenario scenario) : IClassFixture<FeatureScenario>
{
    [Fact]
    [Trait("Capability", "HEL-22")]
    [Trait("Capability", "HEL-23")]
    public async Task A_first_sign_in_makes_one_user_with_the_worker_role_and_its_identity()
    {
        var organization = await scenario.OrganizationAsync();
        var facts = scenario.SignIn("ada@example.com");

        var (made, _) = await scenario.ApplyAsync(organization.Id, facts);

        Assert.True(made!.Created);
        Assert.Equal(BuiltInRoles.Worker, made.User.Role.Key);
        Assert.False(made.User.Role.IsAdministrative);
        var stored = await scenario.Get<UserStore>().FindAsync(organization.Id, made.User.Id, default);
        Assert.Equal("Ada Lovelace", stored!.DisplayName);
        Assert.Equal(UserOrigin.SignIn, stored.Origin);
        Assert.Equal(FactSource.Token, stored.Stamps["displayName"].Source);
        Assert.Equal(facts.Key, Assert.Single(await scenario.Get<UserStore>().IdentitiesAsync(organization.Id, stored.Id, default)).Key);
    }

    [Fact] // SEC-072
    [Trait("Security", "SEC-072")]
    public async Task Fifty_first_sign_ins_at_once_make_one_user()
    {
        var organization = await scenario.OrganizationAsync();
        var facts = scenario.SignIn("grace@example.com");

        var all = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => scenario.ApplyAsync(organization.Id, facts))));

        Assert.Single(all, one => one.Made!.Created);
        Assert.Single(all.Select(one => one.Made!.User.Id).Distinct());
        Assert.Equal(1, await CountAsync(organization.Id, "users"));
        Assert.Equal(1, await CountAsync(organization.Id, "external_identities"));
    }

    [Fact] // SEC-060: a name never finds an account
    [Trait("Security", "SEC-060")]
    [Trait("Security", "SEC-074")]
    public async Task Another_identity_with_the_same_names_is_refused_and_links_nothing()
    {
        var organization = await scenario.OrganizationAsync();
        await scenario.ApplyAsync(organization.Id, scenario.SignIn("ada@example.com"));

        var (made, refusal) = await scenario.ApplyAsync(organization.Id, scenario.SignIn("ADA@example.com"));

        Assert.Null(made);
        Assert.Equal(ReasonCodes.UserNameTaken, refusal!.Code);
        Assert.Equal(1, await CountAsync(organization.Id, "external_identities"));
    }

    [Fact] // SEC-060: kind oidc never matches an Entra key
    [Trait("Security", "SEC-060")]
    public async Task An_identity_of_another_provider_never_matches_an_Entra_one()
    {
        var organization = await scenario.OrganizationAsync();
        var entra = scenario.SignIn("ada@example.com");
        await scenario.ApplyAsync(organization.Id, entra);
        var key = (EntraKey)entra.Key!;

        var (other, _) = await scenario.ApplyAsync(
            organization.Id,
            scenario.SignIn("other@example.com") with
            {
                Key = new OidcKey(new(key.ObjectId), $"https://login.microsoftonline.com/{key.TenantId}/v2.0", key.ObjectId.ToString()),
            }
        );

        Assert.True(other!.Created);
    }

    [Fact]
    [Trait("Capability", "HEC-09")]
    [Trait("Capability", "IMP-14")]
    public async Task Without_leave_to_create_nothing_is_made()
    {
        var organization = await scenario.OrganizationAsync();

        var (_, refusal) = await scenario.ApplyAsync(organization.Id, scenario.SignIn("ada@example.com") with { MayCreate = false });

        Assert.Equal(ReasonCodes.AccountRequired, refusal!.Code);
        Assert.Equal(0, await CountAsync(organization.Id, "users"));
    }

    [Fact]
    [Trait("Capability", "HEL-24")]
    public async Task A_sign_in_changes_neither_role_nor_user_name()
    {
        var organization = await scenario.OrganizationAsync();
        var first = scenario.SignIn("ada@example.com");
        var (made, _) = await scenario.ApplyAsync(organization.Id, first);
        await scenario.ApplyAsync(
            organization.Id,
            new(FactSource.Administrator, scenario.Now) { User = made!.User.Id, AssignedRole = BuiltInRoles.Manager }
        );

        var (again, _) = await scenario.ApplyAsync(
            organization.Id,
            first with
            {
                At = scenario.Now,
                UserName = "countess@example.com",
                MappedRole = BuiltInRoles.Member,
                DefaultRole = BuiltInRoles.Member,
            }
        );

        Assert.False(again!.Created);
        Assert.Equal(BuiltInRoles.Manager, again.User.Role.Key);
        Assert.Equal("ada@example.com", again.User.UserName);
        Assert.Contains(again.Changes.Kept, kept => kept.Because == KeptBecause.NeverBySignIn);
    }

    [Fact]
    [Trait("Security", "SEC-072")]
    public async Task A_default_role_with_permissions_is_never_given()
    {
        var organization = await scenario.OrganizationAsync();

        var (made, _) = await scenario.ApplyAsync(
            organization.Id,
            scenario.SignIn("ada@example.com") with
            {
                DefaultRole = BuiltInRoles.Administrator,
            }
        );

        Assert.Equal(BuiltInRoles.Member, made!.User.Role.Key);
    }

    [Fact]
    [Trait("Capability", "HEL-27")]
    public async Task A_user_name_that_is_a_company_code_is_refused_in_every_organization()
    {
        await scenario.OrganizationAsync("HARBOUR-7");
        var organization = await scenario.OrganizationAsync();

        var (_, refusal) = await scenario.ApplyAsync(organization.Id, scenario.SignIn("harbour-7"));

        Assert.Equal(ReasonCodes.UserNameTaken, refusal!.Code);
    }

    [Fact]
    [Trait("Security", "SEC-320")]
    public async Task Audit_and_event_are_written_with_the_change()
    {
        var organization = await scenario.OrganizationAsync();
        await scenario.ApplyAsync(organization.Id, scenario.SignIn("ada@example.com"));

        Assert.Equal(1, await CountAsync(organization.Id, "audit_events", "action = 'user.created'"));
        Assert.Equal(1, await CountAsync(organization.Id, "events", "type = 'user.created'"));
    }

    [Fact]
    [Trait("Security", "SEC-263")]
    public async Task The_last_administrator_is_neither_demoted_nor_blocked_nor_deleted()
    {
        var organization = await scenario.OrganizationAsync();
        var (made, _) = await scenario.ApplyAsync(
            organization.Id,
            new(FactSource.Administrator, scenario.Now)
            {
                UserName = "root",
                AssignedRole = BuiltInRoles.Administrator,
                MayCreate = true,
            }
        );

        var (_, demoted) = await scenario.ApplyAsync(
            organization.Id,
            new(FactSource.Administrator, scenario.Now) { User = made!.User.Id, AssignedRole = BuiltInRoles.Member }
        );
        await using var tx = await scenario.Database.BeginAsync(organization.Id, default);
        var blocked = await scenario
            .Get<Blocks>()
            .BlockAsync(tx, made.User.Id, BlockSource.Scim, Channels.All, null, FeatureScenario.Context, scenario.Now, default);
        var deleted = await scenario.Get<DeleteUser>().HandleAsync(tx, made.User.Id, FeatureScenario.Context, scenario.Now, default);

        Assert.Equal(ReasonCodes.LastOwner, demoted!.Code);
        Assert.False(blocked.TryGet(out _, out var refusal));
        Assert.Equal(ReasonCodes.LastOwner, refusal!.Code);
        Assert.Equal(ReasonCodes.LastOwner, deleted!.Code);
    }

    private async Task<int> CountAsync(Server.Platform.OrganizationId organization, string table, string where = "true") =>
        await scenario.Database.In(organization).FirstAsync<int>($"SELECT count(*)::int FROM {table} WHERE {where}", null, default);
}

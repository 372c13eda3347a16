using Anteroom.Harness;
using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Server.Provisioning;

namespace Anteroom.Tests.EndToEnd;

/// <summary>Claims of Entra fill fields of the user at every sign-in, as the connection says.</summary>
public sealed class ClaimMappingTests(SharedRig shared)
{
    private const string Field = ConnectionRules.CustomPrefix + "country";

    private sealed record Scene(AnteroomRig Rig, RelyingParty Application, Contoso Contoso, Person Mira)
    {
        public async Task<User> SignInAsync()
        {
            using var browser = Rig.NewBrowser();
            Assert.True((await Contoso.SignInAsync(Application, browser, Mira)).IsSuccess);
            var id = await Contoso.Rows.FirstAsync<Guid>("SELECT user_id FROM users WHERE organization_id = @organization");
            return (await Rig.Get<UserStore>().FindAsync(Contoso.Organization.Id, new UserId(id), default))!;
        }

        public Task MoveToAsync(string? country) =>
            Rig.Control.PatchAsync($"tenants/{Contoso.TenantId}/users/{Mira.ObjectId}", new { country });
    }

    private async Task<Scene> SetAsync(params ClaimMapping[] mappings)
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, new() { Claims = ["upn", "ctry", "given_name"] });
        var fields = rig.Get<DefineCustomField>();
        Assert.True(
            (await fields.HandleAsync(contoso.Organization.Id, "country", "Country", 40, AnteroomRig.Desk, default)).TryGet(out _, out _)
        );
        await contoso.ChangeAsync(settings => settings with { ClaimMappings = mappings });
        return new(rig, application, contoso, await contoso.AddPersonAsync(more: new { country = "DE", givenName = "Mira" }));
    }

    [Fact]
    [Trait("Capability", "HEC-31")]
    [Trait("Capability", "HEC-33")]
    [Trait("Capability", "HEC-35")]
    public async Task A_claim_fills_its_field_at_every_sign_in()
    {
        var scene = await SetAsync(new ClaimMapping("ctry", Field));

        Assert.Equal("DE", (await scene.SignInAsync()).Attributes[Field]);
        await scene.MoveToAsync("FR");

        var user = await scene.SignInAsync();
        Assert.Equal("FR", user.Attributes[Field]);
        Assert.Equal(FactSource.Token, user.Stamps[Field].Source);
    }

    [Fact]
    [Trait("Capability", "HEC-34")]
    public async Task A_mapping_that_is_not_active_changes_nothing()
    {
        var scene = await SetAsync(new ClaimMapping("ctry", Field, Active: false), new ClaimMapping("given_name", "displayName"));

        var user = await scene.SignInAsync();

        Assert.False(user.Attributes.ContainsKey(Field));
        Assert.Equal("Mira", user.DisplayName);
    }

    [Theory]
    [Trait("Capability", "HEC-36")]
    [InlineData(WhenMissing.Keep, "DE")]
    [InlineData(WhenMissing.Clear, null)]
    public async Task A_claim_that_goes_missing_keeps_or_clears_as_the_mapping_says(WhenMissing missing, string? left)
    {
        var scene = await SetAsync(new ClaimMapping("ctry", Field, WhenMissing: missing));
        await scene.SignInAsync();
        await scene.MoveToAsync(null);

        Assert.Equal(left, (await scene.SignInAsync()).Attributes.GetValueOrDefault(Field));
    }
}

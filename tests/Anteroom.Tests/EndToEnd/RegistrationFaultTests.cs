using Anteroom.Harness;

namespace Anteroom.Tests.EndToEnd;

/// <summary>What an administrator gets wrong at Entra: each mistake has its own page, and leaves nothing behind.</summary>
public sealed class RegistrationFaultTests(SharedRig shared)
{
    [Fact]
    [Trait("Capability", "HEC-25")]
    [Trait("Capability", "HEL-12")]
    public async Task Names_a_tenant_that_does_not_exist()
    {
        var (rig, application) = await shared.GetAsync();
        var unknown = Guid.Parse("6f9619ff-8b86-4d01-b42d-00cf4fc964ff");
        var contoso = await Contoso.CreateAsync(rig);
        await MoveTenantAsync(rig, contoso, unknown);
        var before = await contoso.Rows.CountAsync();
        using var browser = rig.NewBrowser();

        var page = await browser.GetAsync(application.Begin(("organization", contoso.Slug)).Address.AbsoluteUri);

        Refused.AssertPage(page, "tenant_not_found");
        Assert.Equal(before, await contoso.Rows.CountAsync());
    }

    [Fact] // Entra shows 700016 and 50011 itself: it does not trust the redirect URI (entra-oidc.md §2.5 A)
    [Trait("Capability", "HEC-26")]
    [Trait("Capability", "HEL-13")]
    public async Task Sends_the_configured_client_id_and_leaves_an_unknown_one_to_Entra()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var wrong = "00001111-aaaa-4222-bbbb-3333cccc4444";
        await contoso.ChangeAsync(settings => settings with { ClientId = wrong }, secret: "some~value.that-is-no-guid-at-all");
        var before = await contoso.Rows.CountAsync();
        using var browser = rig.NewBrowser();

        var page = await browser.GetAsync(application.Begin(("organization", contoso.Slug)).Address.AbsoluteUri);

        Assert.Equal(wrong, Queries.Read(page.Address)["client_id"]);
        Assert.Contains("AADSTS700016", page.Text, StringComparison.Ordinal);
        Assert.Equal(before, await contoso.Rows.CountAsync());
    }

    [Fact]
    [Trait("Capability", "HEC-28")]
    public async Task Leaves_an_unregistered_redirect_uri_to_Entra()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        await rig.Control.PatchAsync(
            $"applications/{contoso.ClientId}",
            new { web = new { redirectUris = new[] { "https://elsewhere.example/callback" } } }
        );
        using var browser = rig.NewBrowser();

        var page = await browser.GetAsync(application.Begin(("organization", contoso.Slug)).Address.AbsoluteUri);

        Assert.Contains("AADSTS50011", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Capability", "HEC-27")]
    [Trait("Capability", "HEL-05")]
    [Trait("Capability", "HEL-14")]
    public async Task Refuses_the_secret_id_in_place_of_the_value_when_it_is_saved()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            contoso.ChangeAsync(settings => settings, contoso.SecretId.ToString())
        );

        Assert.Contains("secret_is_id", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("wrong", "secret_invalid")] // AADSTS7000215
    [InlineData("expired", "secret_expired")] // AADSTS7000222
    [Trait("Capability", "HEC-27")]
    [Trait("Capability", "HEL-05")]
    [Trait("Capability", "HEL-14")]
    public async Task Names_a_secret_that_Entra_refuses(string secret, string reason)
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(
            rig,
            secret == "wrong"
                ? new() { Secret = (right, _) => right[..^1] + (right[^1] == 'x' ? 'y' : 'x') }
                : new() { SecretEnds = rig.Clock.GetUtcNow().AddDays(-1) }
        );
        var mira = await contoso.AddPersonAsync();
        var before = await contoso.Rows.CountAsync();
        using var browser = rig.NewBrowser();

        var page = await Contoso.SignInAsync(browser, application.Begin(("organization", contoso.Slug)), mira);

        await Refused.AssertAsync(contoso, page, before, reason);
        Assert.Contains("AADSTS", page.Text, StringComparison.Ordinal); // for the administrator, who finds it in Entra's words
    }

    [Fact]
    [Trait("Capability", "HEL-06")]
    public async Task Refuses_a_person_whom_Entra_has_not_assigned()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, new() { AssignmentRequired = true });
        var mira = await contoso.AddPersonAsync();
        var before = await contoso.Rows.CountAsync();
        using var browser = rig.NewBrowser();

        var page = await Contoso.SignInAsync(browser, application.Begin(("organization", contoso.Slug)), mira);

        await Refused.AssertAsync(contoso, page, before, "not_assigned");
    }

    [Fact]
    [Trait("Capability", "HEL-07")]
    public async Task Admits_members_of_an_assigned_group_and_assigned_people()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, new() { AssignmentRequired = true });
        var mira = await contoso.AddPersonAsync();
        var jonas = await contoso.AddPersonAsync("jonas");
        await contoso.AssignAsync(await contoso.AddGroupAsync("Field workers", mira.ObjectId));
        await contoso.AssignAsync(jonas.ObjectId);

        foreach (var person in (Person[])[mira, jonas])
        {
            using var browser = rig.NewBrowser();
            Assert.True((await contoso.SignInAsync(application, browser, person)).IsSuccess);
        }
    }

    [Fact] // SEC-076: callbacks of sign-ins begun before are refused too
    [Trait("Security", "SEC-076")]
    public async Task Refuses_the_end_of_a_sign_in_whose_connection_was_disabled_meanwhile()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        var before = await contoso.Rows.CountAsync();
        using var browser = rig.NewBrowser();

        var entra = await browser.GetAsync(application.Begin(("organization", contoso.Slug)).Address.AbsoluteUri);
        await contoso.MoveAsync(Server.Connections.ConnectionStep.Disable);
        var page = await EntraPages.SignInAsync(browser, entra, mira);

        await Refused.AssertAsync(contoso, page, before, "connection_disabled");
    }

    private static async Task MoveTenantAsync(AnteroomRig rig, Contoso contoso, Guid tenant)
    {
        var moved = await rig.Get<Server.Connections.SaveConnection>()
            .ChangeAsync(
                contoso.Organization.Id,
                contoso.Connection.Id,
                null,
                current => new Server.Connections.ConnectionDraft(
                    current.Name,
                    current.Kind,
                    tenant.ToString(),
                    new Anteroom.Protocols.Primitives.Secret("some~value.that-is-no-guid-at-all"),
                    current.Settings
                ),
                AnteroomRig.Desk,
                default
            );
        Assert.True(moved.TryGet(out _, out _));
        await rig.HeardAsync(contoso.Organization.Id);
    }
}

using System.Net;
using Anteroom.Harness;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Tests.EndToEnd;

namespace Anteroom.Tests.Console;

/// <summary>A connection to Okta, or to another OpenID Connect provider, changed in the console as one to Entra is.</summary>
public sealed class OidcFormTests(SharedRig shared)
{
    private const string Kept = "s3cret-of-okta-0001";

    [Fact]
    [Trait("Security", "SEC-267")]
    public async Task Changes_what_the_form_asks_about_and_nothing_else()
    {
        var (rig, contoso, scene) = await SceneAsync();
        var before = await ConnectAsync(rig, contoso);
        using var browser = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        var page = await browser.GetAsync(AddressOf(scene, contoso, before));

        var form = await browser.ClickAsync(page, "Edit");
        Assert.EndsWith("/oidc", form.Address.AbsolutePath, StringComparison.Ordinal);
        Assert.Contains("0001", form.Text, StringComparison.Ordinal); // the end of the secret that is kept
        Assert.Null(form.Html.QuerySelector("[name=tenantId], [name=authContext], [name=cloud]"));
        var saved = await ConsoleForm.SubmitAsync(
            browser,
            form,
            new()
            {
                ["name"] = "Okta of Acme",
                ["authorizedDomains"] = "Acme.test",
                ["provisioning"] = "on",
                ["mfaRequired"] = "on",
                ["trustUpstreamMfa"] = "on",
            }
        );

        Assert.Equal((HttpStatusCode.OK, page.Address.AbsolutePath), (saved.Status, saved.Address.AbsolutePath));
        var after = await ReadAsync(rig, contoso, before);
        Assert.Equal(("Okta of Acme", before.Revision + 1, before.Key), (after.Name, after.Revision, after.Key));
        Assert.Equal(["acme.test"], after.Settings.AuthorizedDomains);
        Assert.Equal(
            (ProvisioningMode.RequireExisting, true, true),
            (after.Settings.Provisioning, after.Settings.MfaRequired, after.Settings.TrustUpstreamMfa)
        );
        Assert.Equal(before.Settings.ClaimMappings, after.Settings.ClaimMappings);
        Assert.Equal(before.Settings.EndpointHosts, after.Settings.EndpointHosts);
        Assert.Equal((before.Settings.Authority, before.Settings.ClientId), (after.Settings.Authority, after.Settings.ClientId));
        Assert.Equal(Kept, (await rig.Get<ConnectionStore>().ClientSecretAsync(after, default))!.Reveal());
        Assert.DoesNotContain(Kept, form.Body + saved.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("authority", "https://acme.okta.example/admin?x=1", "authority")]
    [InlineData("authority", "https://elsewhere.example", "clientSecret")] // a stored secret goes to no other place
    [InlineData("clientId", "0oa2", "clientSecret")]
    [InlineData("name", "", "name")]
    [InlineData("authorizedDomains", "not a domain", "authorizedDomains")]
    [Trait("Security", "SEC-070")]
    public async Task Says_at_the_field_what_cannot_be_saved(string field, string typed, string faulty)
    {
        var (rig, contoso, scene) = await SceneAsync();
        var before = await ConnectAsync(rig, contoso);
        using var browser = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        var form = await browser.GetAsync(AddressOf(scene, contoso, before) + "/oidc");

        var refused = await ConsoleForm.SubmitAsync(browser, form, new() { [field] = typed });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.NotNull(refused.Html.QuerySelector($"[name={faulty}][aria-invalid=true]"));
        Assert.Equal(before.Version, (await ReadAsync(rig, contoso, before)).Version);
    }

    [Fact] // issue 6: a connection edited by two administrators at once loses nothing
    public async Task Two_who_change_it_at_once_are_asked_which_value_shall_be()
    {
        var (rig, contoso, scene) = await SceneAsync();
        var before = await ConnectAsync(rig, contoso);
        var address = AddressOf(scene, contoso, before) + "/oidc";
        using var one = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        using var other = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        var (mine, theirs) = (await one.GetAsync(address), await other.GetAsync(address));

        await ConsoleForm.SubmitAsync(one, mine, new() { ["name"] = "Mine" });
        var asked = await ConsoleForm.SubmitAsync(other, theirs, new() { ["name"] = "Theirs", ["authorizedDomains"] = "acme.test" });

        Assert.Equal(HttpStatusCode.Conflict, asked.Status);
        Assert.Contains("Mine", asked.Text, StringComparison.Ordinal);
        Assert.Equal("Mine", (await ReadAsync(rig, contoso, before)).Name);
    }

    [Fact]
    [Trait("Security", "SEC-262")]
    public async Task Each_kind_has_its_own_form_and_an_auditor_has_none()
    {
        var (rig, contoso, scene) = await SceneAsync();
        var okta = await ConnectAsync(rig, contoso);
        using var browser = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(AddressOf(scene, contoso, contoso.Connection) + "/oidc")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(AddressOf(scene, contoso, okta) + "/edit")).Status);

        using var auditor = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Auditor);
        var read = await auditor.GetAsync(AddressOf(scene, contoso, okta));
        Assert.Null(read.Html.QuerySelector("main a[href$='/oidc']"));
    }

    private async Task<(AnteroomRig Rig, Contoso Contoso, ConsoleScene Scene)> SceneAsync()
    {
        var (rig, _) = await shared.GetAsync();
        return (rig, await Contoso.CreateAsync(rig), new ConsoleScene(rig));
    }

    private static async Task<Connection> ConnectAsync(AnteroomRig rig, Contoso contoso)
    {
        var made = await rig.Get<SaveConnection>()
            .CreateAsync(
                contoso.Organization.Id,
                new(
                    "Okta",
                    ConnectionKind.Oidc,
                    Tenant: null,
                    new Secret(Kept),
                    new ConnectionSettings
                    {
                        Authority = "https://acme.okta.example",
                        EndpointHosts = ["login.acme.example"],
                        ClientId = "0oa1",
                        ClaimMappings = [new("department", "displayName")],
                    }
                ),
                AnteroomRig.Desk,
                default
            );
        return made.TryGet(out var connection, out var refusal) ? connection : throw new InvalidOperationException(refusal.ToString());
    }

    private static string AddressOf(ConsoleScene scene, Contoso contoso, Connection connection) =>
        scene.AddressOf(contoso.Organization, $"connections/{connection.Id}");

    private static async Task<Connection> ReadAsync(AnteroomRig rig, Contoso contoso, Connection connection) =>
        (await rig.Get<ConnectionStore>().FindAsync(contoso.Organization.Id, connection.Id, default))!;
}

using System.Net;
using Anteroom.Harness;
using Anteroom.Server.Organizations;
using Anteroom.Tests.EndToEnd;

namespace Anteroom.Tests.Console;

/// <summary>An administrator says on the person's page who somebody is at Entra.</summary>
public sealed class IdentityFormTests(SharedRig shared)
{
    [Fact]
    [Trait("Capability", "HEC-10")]
    [Trait("Security", "SEC-074")]
    public async Task A_person_made_by_hand_is_linked_by_ids_as_they_are_pasted()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        var account = await contoso.AddAccountAsync("mira by hand", null);
        var scene = new ConsoleScene(rig);
        using var browser = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        var address = scene.AddressOf(contoso.Organization, $"users/{account.Id}");
        Assert.Contains("Link an Entra account", (await browser.GetAsync(address)).Text, StringComparison.Ordinal);
        var form = await browser.GetAsync(address + "/identities/new");
        Assert.Contains(contoso.TenantId.ToString(), form.Body, StringComparison.Ordinal); // the one tenant of the organization

        var wrong = await ConsoleForm.SubmitAsync(browser, form, new() { ["objectId"] = mira.UserName });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.NotNull(wrong.Html.QuerySelector("input[name=objectId][aria-invalid=true]"));

        var linked = await ConsoleForm.SubmitAsync(
            browser,
            form,
            new() { ["objectId"] = $" {{{mira.ObjectId.ToString().ToUpperInvariant()}}} " }
        );
        Assert.Contains("The Entra account is linked", linked.Text, StringComparison.Ordinal);
        using var hers = rig.NewBrowser();
        Assert.Equal(account.Subject, (await contoso.SignInAsync(application, hers, mira)).Subject);

        var twice = await ConsoleForm.SubmitAsync(browser, form, new() { ["objectId"] = mira.ObjectId.ToString() });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, twice.Status);
    }
}

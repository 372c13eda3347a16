using System.Net;
using System.Security.Cryptography.X509Certificates;
using Anteroom.Harness;
using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Tests.EndToEnd;

namespace Anteroom.Tests.Console;

/// <summary>Credentials without a secret in the console: chosen, uploaded, changed over.</summary>
public sealed class CertificatePageTests(SharedRig shared)
{
    [Fact]
    public async Task A_certificate_is_chosen_downloaded_and_changed_over()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var scene = new ConsoleScene(rig);
        using var browser = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        var address = scene.AddressOf(contoso.Organization, $"connections/{contoso.Connection.Id}");
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(address + "/certificates")).Status); // there is a secret

        var changed = await ConsoleForm.SubmitAsync(
            browser,
            await browser.GetAsync(address + "/edit"),
            new() { ["credential"] = "certificate" }
        );
        Assert.Equal(HttpStatusCode.OK, changed.Status);
        Assert.Contains("Upload certificate", changed.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("copy the Value", changed.Text, StringComparison.OrdinalIgnoreCase);

        var security = await browser.GetAsync(scene.AddressOf(contoso.Organization, "protection"));
        Assert.NotNull(security.Html.QuerySelector("input[name=clientId]"));
        Assert.Null(security.Html.QuerySelector("input[name=clientSecret]")); // there is none to type

        var page = await browser.GetAsync(address + "/certificates");
        Assert.Contains("In use", page.Text, StringComparison.Ordinal);
        var file = await browser.GetAsync(rig.Address + page.Html.QuerySelector("a[download]")!.GetAttribute("href"));
        Assert.Equal(HttpStatusCode.OK, file.Status);

        await ConsoleForm.SubmitAsync(browser, page, selector: "main form[action$='/certificates']");
        page = await browser.GetAsync(address + "/certificates");
        var made = await rig.Get<ConnectionCertificates>().ListAsync(contoso.Organization.Id, contoso.Connection.Id, default);
        Assert.Equal(2, made.Count);
        Assert.All(made, one => Assert.False(X509CertificateLoader.LoadCertificate(one.Der).HasPrivateKey));

        page = await ConsoleForm.SubmitAsync(browser, page, selector: "main form[action$='/use']");
        var now = (await rig.Get<ConnectionStore>().FindAsync(contoso.Organization.Id, contoso.Connection.Id, default))!;
        Assert.Equal(made[1].Thumbprint, now.Settings.Certificate!.Thumbprint);

        await ConsoleForm.SubmitAsync(browser, page, selector: "main form[action$='/remove']"); // the one in use has no such button
        Assert.Equal(
            made[1].Thumbprint,
            (await rig.Get<ConnectionCertificates>().ListAsync(contoso.Organization.Id, contoso.Connection.Id, default)).Single().Thumbprint
        );
    }

    [Fact]
    public async Task A_federated_credential_shows_what_to_copy()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var scene = new ConsoleScene(rig);
        using var browser = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        var address = scene.AddressOf(contoso.Organization, $"connections/{contoso.Connection.Id}");
        var page = await ConsoleForm.SubmitAsync(
            browser,
            await browser.GetAsync(address + "/edit"),
            new() { ["credential"] = "federated" }
        );
        var trust = FederatedTrust.Of(contoso.Connection, rig.Address);
        foreach (var words in (string[])["Other issuer", trust.Issuer, trust.Subject, trust.Audience])
            Assert.Contains(words, page.Text, StringComparison.Ordinal);
        Assert.Null((await rig.Get<ConnectionStore>().FindAsync(contoso.Organization.Id, contoso.Connection.Id, default))!.SecretLast4);
    }
}

using System.Net;
using Anteroom.Harness;
using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Tests.EndToEnd;

namespace Anteroom.Tests.Console;

/// <summary>A connection made and changed in the console; its page says what to do in Entra for the chosen mode.</summary>
public sealed class ConnectionFormTests(SharedRig shared)
{
    private const string Registered = "22222222-2222-4222-8222-222222222222";

    [Fact]
    [Trait("Capability", "HEC-23")]
    [Trait("Capability", "HEC-24")]
    [Trait("Capability", "IMP-10")]
    [Trait("Capability", "IMP-17")]
    public async Task Makes_a_connection_without_a_secret_and_says_what_to_register()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var scene = new ConsoleScene(rig);
        using var browser = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        var form = await browser.GetAsync(scene.AddressOf(contoso.Organization, "connections/new"));
        foreach (var label in (string[])["Tenant", "Client ID", "Client Secret", "Authorized domains", "Account required to connect"])
            Assert.Contains(label, form.Text, StringComparison.Ordinal);
        Dictionary<string, string> fill = new()
        {
            ["name"] = "Forms",
            ["responseMode"] = "browser",
            ["callbackStyle"] = "central",
            ["cloud"] = AnteroomRig.Cloud,
            ["tenantId"] = contoso.TenantId.ToString(),
            ["clientId"] = Registered,
            ["authorizedDomains"] = "contoso.example",
            ["provisioning"] = "on",
        };

        var refused = await ConsoleForm.SubmitAsync(browser, form, new(fill) { ["clientSecret"] = "abc~not-for-browsers" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.NotNull(refused.Html.QuerySelector("input[name=clientSecret][aria-invalid=true]"));
        Assert.DoesNotContain("not-for-browsers", refused.Body, StringComparison.Ordinal);

        var made = await ConsoleForm.SubmitAsync(browser, form, fill);
        Assert.Equal(HttpStatusCode.OK, made.Status);
        Assert.Contains(rig.Address + "/sso/callback", made.Text, StringComparison.Ordinal);
        Assert.Contains("platform Single-page application", made.Text, StringComparison.Ordinal);
        Assert.Contains("leave \"Access tokens", made.Text, StringComparison.Ordinal);
        Assert.Contains("This mode has no client secret", made.Text, StringComparison.Ordinal);
        var connection = (await rig.Get<ConnectionStore>().ListAsync(contoso.Organization.Id, default)).Single(one => one.Name == "Forms");
        Assert.Equal(
            (ClientKind.Browser, ResponseMode.Code, CallbackStyle.Central, ProvisioningMode.RequireExisting, (string?)null),
            (
                connection.Settings.ClientKind,
                connection.Settings.ResponseMode,
                connection.Settings.CallbackStyle,
                connection.Settings.Provisioning,
                connection.SecretLast4
            )
        );
    }

    [Theory]
    [InlineData("hybrid", "platform Web", "tick \"ID tokens", "copy the Value")]
    [InlineData("idToken", "platform Web", "tick \"ID tokens", "has no client secret")]
    [InlineData("browser", "platform Single-page application", "leave \"Access tokens", "has no client secret")]
    [Trait("Capability", "HEC-30")]
    [Trait("Capability", "IMP-20")]
    [Trait("Capability", "IMP-22")]
    public async Task Changing_the_flow_changes_what_to_do_in_Entra_and_nothing_else(string mode, params string[] words)
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(
            rig,
            new() { Settings = settings => settings with { ClaimMappings = [new("department", "displayName")], TrustUpstreamMfa = true } }
        );
        var scene = new ConsoleScene(rig);
        using var browser = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        var address = scene.AddressOf(contoso.Organization, $"connections/{contoso.Connection.Id}");

        var changed = await ConsoleForm.SubmitAsync(browser, await browser.GetAsync(address + "/edit"), new() { ["responseMode"] = mode });

        Assert.Equal(HttpStatusCode.OK, changed.Status);
        Assert.All(words, word => Assert.Contains(word, changed.Text, StringComparison.OrdinalIgnoreCase));
        var now = (await rig.Get<ConnectionStore>().FindAsync(contoso.Organization.Id, contoso.Connection.Id, default))!;
        Assert.Equal(contoso.Connection.Revision + 1, now.Revision);
        var (before, after) = (contoso.Connection.Settings, now.Settings);
        Assert.Equal(before.ClaimMappings, after.ClaimMappings);
        Assert.Equal(
            (before.ClientId, before.TenantId, before.DefaultRole, before.TrustUpstreamMfa),
            (after.ClientId, after.TenantId, after.DefaultRole, after.TrustUpstreamMfa)
        );
        Assert.Equal(mode != "browser", now.SecretLast4 is not null); // a client without a secret keeps none
        Assert.Equal(mode != "browser", await rig.Get<ConnectionStore>().ClientSecretAsync(now, default) is not null);
    }

    [Fact] // who has lost the domain has not lost the connection to whoever has it now
    [Trait("Security", "SEC-061")]
    public async Task A_tenant_that_was_named_by_its_domain_stays_the_same_when_something_else_is_saved()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, new() { Settings = settings => settings with { ClientKind = ClientKind.Browser } });
        var scene = new ConsoleScene(rig);
        using var browser = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        var address = scene.AddressOf(contoso.Organization, $"connections/{contoso.Connection.Id}/edit");
        var domain = "former-" + contoso.Domain;
        await rig.Control.PostAsync($"tenants/{contoso.TenantId}/domains", new { name = domain, isVerified = true });
        await ConsoleForm.SubmitAsync(browser, await browser.GetAsync(address), new() { ["tenantId"] = domain });
        Assert.Equal((contoso.TenantId, domain), await TenantAsync());

        await rig.Control.SendAsync(HttpMethod.Delete, $"tenants/{contoso.TenantId}/domains/{domain}");
        await rig.Control.PostAsync(
            "tenants",
            new
            {
                displayName = "Domain hunters",
                initialDomain = $"hunters{contoso.Slug[^8..]}.onmicrosoft.com",
                verifiedDomains = new[] { domain },
            }
        );
        var saved = await ConsoleForm.SubmitAsync(browser, await browser.GetAsync(address), new() { ["name"] = "Renamed" });

        Assert.Contains("Renamed", saved.Text, StringComparison.Ordinal);
        Assert.Equal((contoso.TenantId, domain), await TenantAsync());

        async Task<(Guid, string)> TenantAsync()
        {
            var now = (await rig.Get<ConnectionStore>().FindAsync(contoso.Organization.Id, contoso.Connection.Id, default))!.Settings;
            return (now.TenantId!.Value, now.TenantDomain ?? "");
        }
    }

    [Fact]
    [Trait("Capability", "IMP-24")]
    public async Task Asks_for_second_factors_and_contexts_in_plain_fields()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var scene = new ConsoleScene(rig);
        using var browser = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        var form = await browser.GetAsync(scene.AddressOf(contoso.Organization, $"connections/{contoso.Connection.Id}/edit"));
        Dictionary<string, string> fill = new()
        {
            ["mfaRequired"] = "on",
            ["trustUpstreamMfa"] = "on",
            ["authContext"] = "c0",
            ["stepUps"] = "urn:example:high c2\n\nurn:example:higher  c3",
        };

        var refused = await ConsoleForm.SubmitAsync(browser, form, fill);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.NotNull(refused.Html.QuerySelector("input[name=authContext][aria-invalid=true]"));

        var saved = await ConsoleForm.SubmitAsync(browser, form, new(fill) { ["authContext"] = "c1" });
        Assert.Contains("(c1)", saved.Text, StringComparison.Ordinal);
        var settings = (await rig.Get<ConnectionStore>().FindAsync(contoso.Organization.Id, contoso.Connection.Id, default))!.Settings;
        Assert.Equal((true, true, "c1"), (settings.MfaRequired, settings.TrustUpstreamMfa, settings.AuthContext));
        Assert.Equal([new("urn:example:high", "c2"), new("urn:example:higher", "c3")], settings.StepUps);
    }
}

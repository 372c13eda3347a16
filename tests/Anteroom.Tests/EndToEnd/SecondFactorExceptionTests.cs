using Anteroom.Harness;
using Anteroom.Server.Connections;

namespace Anteroom.Tests.EndToEnd;

/// <summary>Entra asks for a second factor with an exception by place. It looks at where the browser is, and at where a code is redeemed.</summary>
public sealed class SecondFactorExceptionTests(SharedRig shared)
{
    private const string Office = "198.51.100.7";
    private const string Elsewhere = "203.0.113.5";

    private sealed record Scene(AnteroomRig Rig, RelyingParty Application, Contoso Contoso)
    {
        public async Task<Page> SignInAsync(Person person, string place)
        {
            using var browser = Rig.NewBrowser();
            browser.ExtraHeaders["X-Forwarded-For"] = place;
            return await Contoso.SignInAsync(browser, Application.Begin(("organization", Contoso.Slug)), person);
        }

        /// <summary>Whoever is asked for what they do not have yet sets it up on the way.</summary>
        public async Task<bool> WasAskedAsync(Person person) =>
            (bool)(await Rig.Control.SendAsync(HttpMethod.Get, $"tenants/{Contoso.TenantId}/users/{person.ObjectId}"))["isMfaRegistered"]!;
    }

    private async Task<Scene> SetAsync(ClientKind client, ResponseMode mode)
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(
            rig,
            new() { Settings = settings => settings with { ClientKind = client, ResponseMode = mode } }
        );
        var office = await rig.Control.PostAsync(
            $"tenants/{contoso.TenantId}/named-locations",
            new { displayName = "Office", ipRanges = new[] { "198.51.100.0/24" } }
        );
        await rig.Control.PostAsync(
            $"tenants/{contoso.TenantId}/conditional-access-policies",
            new
            {
                displayName = "Second factor, not in the office",
                conditions = new
                {
                    users = new { includeUsers = new[] { "All" } },
                    applications = new { includeApplications = new[] { "All" } },
                    locations = new { includeLocations = new[] { "All" }, excludeLocations = new[] { (string)office["id"]! } },
                },
                grantControls = new { builtInControls = new[] { "mfa" } },
            }
        );
        return new(rig, application, contoso);
    }

    [Theory]
    [InlineData(ClientKind.Confidential, ResponseMode.IdToken)]
    [InlineData(ClientKind.Browser, ResponseMode.Code)]
    [Trait("Capability", "IMP-19")]
    [Trait("Capability", "IMP-24")]
    public async Task Where_the_browser_alone_speaks_to_Entra_the_exception_counts(ClientKind client, ResponseMode mode)
    {
        var scene = await SetAsync(client, mode);
        var person = await scene.Contoso.AddPersonAsync();

        Assert.Contains("code", (await scene.SignInAsync(person, Office)).Answer.Keys);
        Assert.False(await scene.WasAskedAsync(person));
        Assert.Contains("code", (await scene.SignInAsync(person, Elsewhere)).Answer.Keys);
        Assert.True(await scene.WasAskedAsync(person));
    }

    [Fact]
    [Trait("Capability", "IMP-19")]
    public async Task Where_the_server_redeems_the_code_it_is_not_in_the_office_and_the_page_says_what_is_missing()
    {
        var scene = await SetAsync(ClientKind.Confidential, ResponseMode.Code);
        var person = await scene.Contoso.AddPersonAsync();

        Assert.Equal("upstream_mfa_required", (await scene.SignInAsync(person, Office)).Reason);
        Assert.Contains("code", (await scene.SignInAsync(person, Elsewhere)).Answer.Keys);
    }
}

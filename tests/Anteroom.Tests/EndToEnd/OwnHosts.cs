using Anteroom.Harness;

namespace Anteroom.Tests.EndToEnd;

/// <summary>An installation over https with a domain for organizations' hosts, for the tests of one class.</summary>
public sealed class OwnHosts : IAsyncLifetime
{
    public AnteroomRig Rig { get; private set; } = null!;

    /// <summary>An application of the platform, which serves every organization.</summary>
    public RelyingParty Application { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Rig = await AnteroomRig.StartAsync(new() { Https = true, OwnHosts = true });
        Application = await RelyingParty.RegisterAsync(Rig);
    }

    public ValueTask DisposeAsync() => Rig.DisposeAsync();

    public Task<Contoso> OrganizationAsync() => Contoso.CreateAsync(Rig, new() { OwnHost = true });

    /// <summary>Goes as far as the address that holds the handle, without opening it.</summary>
    public static async Task<string> HandleAddressAsync(HttpBrowser browser, string begin)
    {
        var page = await browser.GetAsync(begin, follow: false);
        while (!page.Location!.Contains("handle=", StringComparison.Ordinal))
            page = await browser.GetAsync(page.Location, follow: false);
        return page.Location;
    }
}

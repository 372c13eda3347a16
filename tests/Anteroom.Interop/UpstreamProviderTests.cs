namespace Anteroom.Interop;

/// <summary>A provider that we did not write, in Entra's place.</summary>
public sealed class UpstreamProviderTests(Stage stage)
{
    // Issue 2: npm oidc-provider works as a connection of kind oidc, by the same pipeline as Entra.
    [Fact]
    public async Task Oidc_provider_signs_people_in_as_a_connection_of_kind_oidc()
    {
        var seen = await stage.RunAsync("oidc-provider.mjs");

        Assert.Equal("Perla Provider", seen.Text("first", "name"));
        Assert.True(seen["sameAccount"]!.GetValue<bool>());
        var user = Assert.Single(seen["users"]!.AsArray())!;
        Assert.Equal(seen.Text("first", "sub"), user["subject"]!.GetValue<string>());
        var identity = Assert.Single(user["externalIdentities"]!.AsArray())!;
        Assert.Equal(seen.Text("issuer"), identity["issuer"]!.GetValue<string>());
        Assert.Equal("perla", identity["subject"]!.GetValue<string>());
    }
}

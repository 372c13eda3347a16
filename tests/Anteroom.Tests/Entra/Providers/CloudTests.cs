using Anteroom.Entra.Providers;

namespace Anteroom.Tests.Entra.Providers;

public sealed class CloudTests
{
    private static readonly Guid Contoso = new("6f0c2b1e-0000-4000-8000-1a2b3c4d5e6f");

    [Theory, Trait("Security", "SEC-061")]
    [InlineData("global", "https://login.microsoftonline.com/6f0c2b1e-0000-4000-8000-1a2b3c4d5e6f/v2.0")]
    [InlineData("usgov", "https://login.microsoftonline.us/6f0c2b1e-0000-4000-8000-1a2b3c4d5e6f/v2.0")]
    [InlineData("china", "https://login.partner.microsoftonline.cn/6f0c2b1e-0000-4000-8000-1a2b3c4d5e6f/v2.0")]
    public void Each_cloud_has_its_own_issuers(string key, string issuer) =>
        Assert.Equal(issuer, Cloud.BuiltInClouds.Single(cloud => cloud.Key == key).IssuerOf(Contoso));

    [Theory, Trait("Security", "SEC-070")]
    [InlineData("https://login.microsoftonline.com/x", true)]
    [InlineData("https://login.windows.net/x", true)]
    [InlineData("https://graph.microsoft.com/oidc/userinfo", true)]
    [InlineData("https://LOGIN.microsoftonline.com/x", true)]
    [InlineData("http://login.microsoftonline.com/x", false)]
    [InlineData("https://login.microsoftonline.com:8443/x", false)]
    [InlineData("https://login.microsoftonline.us/x", false)]
    [InlineData("https://login.microsoftonline.com.evil.example/x", false)]
    public void A_cloud_owns_its_origins_only(string endpoint, bool owns) => Assert.Equal(owns, Cloud.Global.Owns(new Uri(endpoint)));

    [Fact]
    public void An_operators_cloud_carries_its_port_and_scheme()
    {
        Assert.True(Cloud.TryCreate("emulator", "http://localhost:5081", "http://localhost:5081/graph", [], out var cloud, out _));
        Assert.Equal($"http://localhost:5081/{Contoso:D}/v2.0", cloud.IssuerOf(Contoso));
        Assert.Equal(
            $"http://localhost:5081/{Contoso:D}/v2.0/.well-known/openid-configuration",
            new EntraProvider(cloud, Contoso).DiscoveryAddress.AbsoluteUri
        );
        Assert.True(cloud.Owns(new Uri("http://localhost:5081/x")));
        Assert.False(cloud.Owns(new Uri("http://localhost:5082/x")));
    }

    [Theory]
    [InlineData("global", "https://login.example", "https://graph.example")] // built in
    [InlineData("Big", "https://login.example", "https://graph.example")]
    [InlineData("", "https://login.example", "https://graph.example")]
    [InlineData("own", "http://login.example", "https://graph.example")]
    [InlineData("own", "https://login.example/tenant", "https://graph.example")]
    [InlineData("own", "https://login.example", "ftp://graph.example")]
    [InlineData("own", "https://user@login.example", "https://graph.example")]
    [InlineData("own", "https://login.example", "https://graph.example?x")]
    public void A_cloud_that_makes_no_sense_is_refused_with_a_sentence(string key, string authority, string graph)
    {
        Assert.False(Cloud.TryCreate(key, authority, graph, [], out _, out var fault));
        Assert.EndsWith(".", fault, StringComparison.Ordinal);
    }

    [Theory, Trait("Security", "SEC-070")]
    [InlineData("https://idp.example", true)]
    [InlineData("https://idp.example/tenant/", true)]
    [InlineData("http://localhost:3000", true)]
    [InlineData("http://idp.example", false)]
    [InlineData("https://idp.example?x", false)]
    [InlineData("https://idp.example#x", false)]
    [InlineData("https://user@idp.example", false)]
    [InlineData("idp.example", false)]
    [InlineData("", false)]
    public void A_standard_providers_issuer_is_https_or_loopback(string issuer, bool accepted) =>
        Assert.Equal(accepted, OidcProvider.TryCreate(issuer, [], out _));

    [Fact]
    public void Providers_that_are_configured_alike_are_one()
    {
        Assert.True(OidcProvider.TryCreate("https://idp.example", [], out var one));
        Assert.True(OidcProvider.TryCreate("https://idp.example", [], out var same));
        Assert.True(OidcProvider.TryCreate("https://idp.example", ["keys.example"], out var other));
        Assert.Equal(one, same);
        Assert.NotEqual(one.Key, other.Key); // one that trusts more hosts never shares its document with one that does not
        Assert.NotEqual(new EntraProvider(Cloud.Global, Contoso).Key, new EntraProvider(Cloud.UsGovernment, Contoso).Key);
    }
}

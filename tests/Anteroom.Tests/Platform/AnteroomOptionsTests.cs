using Anteroom.Server.Platform;

namespace Anteroom.Tests.Platform;

public sealed class AnteroomOptionsTests
{
    [Theory]
    [InlineData("https://sso.example.com", "example.com", "acme", "https://acme.example.com")]
    [InlineData("https://sso.example.com:8443", "People.Example.com", "acme", "https://acme.people.example.com:8443")]
    [InlineData("https://sso.example.com", "example.com", "sso", null)] // the base host itself
    [InlineData("https://sso.example.com", null, "acme", null)]
    [Trait("Security", "SEC-014")]
    public void An_organizations_host_comes_from_configuration_alone(string baseUrl, string? domain, string slug, string? origin)
    {
        var options = new AnteroomOptions { BaseUrl = baseUrl, OrganizationDomain = domain };
        Assert.Equal(origin, options.OriginOf(slug));
        Assert.Equal(origin is null, Server.Organizations.OwnHosts.Fault(wanted: true, slug, options) is not null);
        Assert.Null(Server.Organizations.OwnHosts.Fault(wanted: false, slug, options));
    }

    [Theory]
    [InlineData(2048, true)]
    [InlineData(3072, true)]
    [InlineData(4096, true)]
    [InlineData(1024, false)]
    [InlineData(0, false)]
    [Trait("Security", "SEC-098")]
    public void Only_sizes_of_RSA_keys_that_hold_are_taken(int bits, bool isGood) =>
        Assert.Equal(isGood, new AnteroomOptions { RsaBits = bits }.Check() is null);

    [Theory]
    [InlineData("https://sso.example.com", "example.com", true)]
    [InlineData("http://localhost:5080", "anteroom.localhost", false)] // hosts over https only
    [InlineData("https://sso.example.com", "", false)]
    [InlineData("https://sso.example.com", "example.com.", false)]
    [InlineData("https://sso.example.com", "https://example.com", false)]
    [InlineData("https://sso.example.com", "*.example.com", false)]
    [InlineData("https://sso.example.com", "192.0.2.1", false)]
    public void A_domain_for_hosts_that_cannot_work_is_named_at_the_start(string baseUrl, string domain, bool isGood)
    {
        var fault = new AnteroomOptions { BaseUrl = baseUrl, OrganizationDomain = domain }.Check();
        Assert.Equal(isGood, fault is null);
        if (fault is not null)
            Assert.Contains("Anteroom:OrganizationDomain", fault, StringComparison.Ordinal);
    }
}

using Anteroom.Entra.Providers;
using Anteroom.Server.Connections;

namespace Anteroom.Tests.Connections;

/// <summary>A federated credential is offered only where the cloud can read our keys.</summary>
public sealed class FederatedTrustTests
{
    private static readonly Cloud Emulator = Cloud.TryCreate(
        "emulator",
        "http://localhost:5081",
        "http://localhost:5081/graph",
        [],
        out var cloud,
        out var fault
    )
        ? cloud
        : throw new InvalidOperationException(fault);

    [Theory]
    [InlineData("https://sso.contoso.com", true)]
    [InlineData("https://8.8.8.8", true)]
    [InlineData("http://sso.contoso.com", false)]
    [InlineData("http://localhost:5080", false)]
    [InlineData("https://localhost", false)]
    [InlineData("https://intranet", false)]
    [InlineData("https://sso.contoso.internal", false)]
    [InlineData("https://sso.contoso.LOCAL", false)]
    [InlineData("https://10.0.0.4", false)]
    [InlineData("https://[fd00::1]", false)]
    public void The_cloud_reads_public_https_addresses(string issuer, bool readable) =>
        Assert.Equal(readable, FederatedTrust.Fault(new Uri(issuer), Cloud.Global) is null);

    [Theory]
    [InlineData("http://localhost:5080", true)]
    [InlineData("https://127.0.0.1:5080", true)]
    [InlineData("http://sso.contoso.com", false)]
    public void An_emulator_on_this_machine_reads_what_is_on_this_machine(string issuer, bool readable) =>
        Assert.Equal(readable, FederatedTrust.Fault(new Uri(issuer), Emulator) is null);

    [Theory]
    [InlineData("global", "api://AzureADTokenExchange")]
    [InlineData("usgov", "api://AzureADTokenExchangeUSGov")]
    [InlineData("china", "api://AzureADTokenExchangeChina")]
    [InlineData("emulator", "api://AzureADTokenExchange")]
    public void Each_national_cloud_has_its_own_audience(string cloud, string audience) =>
        Assert.Equal(audience, Cloud.TokenExchangeAudienceOf(cloud));
}

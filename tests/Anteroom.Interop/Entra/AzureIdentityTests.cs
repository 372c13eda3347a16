using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;

namespace Anteroom.Interop.Entra;

/// <summary>Issue 3: Azure.Identity's credentials, told no more than authority host, transport and no instance discovery.</summary>
public sealed class AzureIdentityTests
{
    private static readonly TokenRequestContext Graph = new([EntraScene.GraphDefault]);

    [Fact]
    public async Task ClientSecretCredential_gets_a_token()
    {
        await using var entra = await EntraScene.StartAsync();
        var client = await entra.RegisterAsync("Daemon");
        var options = new ClientSecretCredentialOptions { DisableInstanceDiscovery = true };
        var credential = new ClientSecretCredential(
            entra.TenantId.ToString(),
            client.Id,
            await client.AddSecretAsync(),
            Set(options, entra)
        );

        var token = await credential.GetTokenAsync(Graph, CancellationToken.None);

        Assert.Equal(client.Id, Jwt.Claims(token.Token).Text("appid"));
        Assert.InRange(token.ExpiresOn - TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(50), TimeSpan.FromHours(25));
    }

    // entra-oidc.md §2.6: 7000215.
    [Fact]
    public async Task ClientSecretCredential_tells_why_it_was_refused()
    {
        await using var entra = await EntraScene.StartAsync();
        var client = await entra.RegisterAsync("Daemon");
        var options = new ClientSecretCredentialOptions { DisableInstanceDiscovery = true };
        var credential = new ClientSecretCredential(entra.TenantId.ToString(), client.Id, "not the secret", Set(options, entra));

        var refused = await Assert.ThrowsAsync<AuthenticationFailedException>(() =>
            credential.GetTokenAsync(Graph, CancellationToken.None).AsTask()
        );

        Assert.Contains("AADSTS7000215", refused.ToString(), StringComparison.Ordinal);
    }

    // entra-oidc.md §3.1: an assertion that the library signs with the certificate's key.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ClientCertificateCredential_gets_a_token(bool sendsChain)
    {
        await using var entra = await EntraScene.StartAsync();
        using var certificate = new ClientCertificate();
        var client = await entra.RegisterAsync("Daemon");
        await client.AddCertificateAsync(certificate);
        var options = new ClientCertificateCredentialOptions { DisableInstanceDiscovery = true, SendCertificateChain = sendsChain };
        var credential = new ClientCertificateCredential(
            entra.TenantId.ToString(),
            client.Id,
            certificate.Certificate,
            Set(options, entra)
        );

        var token = await credential.GetTokenAsync(Graph, CancellationToken.None);

        Assert.Equal(client.Id, Jwt.Claims(token.Token).Text("appid"));
    }

    private static T Set<T>(T options, EntraScene entra)
        where T : TokenCredentialOptions
    {
        options.AuthorityHost = new Uri(entra.Host);
        options.Transport = new HttpClientTransport(entra.Http);
        return options;
    }
}

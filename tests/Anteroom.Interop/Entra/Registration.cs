namespace Anteroom.Interop.Entra;

/// <summary>An app registration of a scene, and what an administrator adds under "Certificates &amp; secrets".</summary>
internal sealed record Registration(EntraScene Scene, Guid ClientId)
{
    public string Id => ClientId.ToString();

    public async Task<string> AddSecretAsync() =>
        (string)(await Scene.Control.PostAsync($"applications/{ClientId}/secrets", new { displayName = "interop" }))["secretText"]!;

    public Task AddCertificateAsync(ClientCertificate certificate) =>
        Scene.Control.PostAsync($"applications/{ClientId}/certificates", new { certificate = certificate.Pem });

    /// <summary>Trusts tokens of another issuer about this subject.</summary>
    public Task AddFederatedCredentialAsync(FederatedIssuer issuer, string subject) =>
        Scene.Control.PatchAsync(
            $"applications/{ClientId}",
            new
            {
                federatedIdentityCredentials = new[]
                {
                    new
                    {
                        id = Guid.CreateVersion7(),
                        name = "build",
                        issuer = issuer.Address,
                        subject,
                        audiences = new[] { FederatedIssuer.Audience },
                    },
                },
            }
        );
}

using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Signing;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary>Proves a confidential client: by secret, certificate or federated credential (entra-oidc.md §2.6 "Client credentials", §3.1).</summary>
internal sealed class ClientAuthentication(
    EntraDirectory directory,
    CertificateAssertions certificates,
    FederatedAssertions federated,
    TimeProvider clock
)
{
    private const string JwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    public async Task<Result<ProvenClient, AadstsError>> VerifyAsync(TokenRequest request, CancellationToken ct)
    {
        var (client, credential) = (request.Client, request.Credential);
        if (credential.Secret is { } secret)
            return CheckSecret(client, secret) is { } wrong ? wrong : new ProvenClient(ClientProof.Secret);
        if (credential.Assertion is not { } text)
            return ClientErrors.NoCredential();
        if (credential.AssertionType is null)
            return RequestErrors.MissingParameter("client_assertion_type");
        if (credential.AssertionType != JwtBearer)
            return RequestErrors.UnsupportedValue("client_assertion_type", credential.AssertionType);
        if (CompactJwt.Read(text) is not { } assertion)
            return ClientErrors.AssertionMalformed("JWT is not well formed.");

        // A client's own assertion names itself as issuer; any other issuer is a federated one.
        var isOwn = string.Equals(assertion.Issuer, client.AppId.ToString(), StringComparison.OrdinalIgnoreCase);
        var refused = isOwn
            ? certificates.Check(request, client, assertion)
            : await federated.CheckAsync(request.Http, client, assertion, ct);
        return refused is null ? new ProvenClient(ClientProof.Assertion) : refused;
    }

    /// <summary>Null when the value is a live secret of the application.</summary>
    private AadstsError? CheckSecret(Application application, string secret)
    {
        var (now, settings) = (clock.GetUtcNow(), directory.Settings);
        var delay = TimeSpan.FromSeconds(settings.CredentialDelaySeconds);
        if (ClientSecrets.Find(application, secret) is not { } credential || credential.StartDateTime + delay > now)
            return settings.OlderErrorForm ? ClientErrors.WrongSecretAsOnce() : ClientErrors.WrongSecret(application.AppId);
        return credential.EndDateTime <= now ? ClientErrors.ExpiredSecret(application.AppId) : null;
    }
}

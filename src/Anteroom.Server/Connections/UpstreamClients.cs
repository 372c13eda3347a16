using Anteroom.Entra.Providers;
using Anteroom.Entra.Requests;
using Anteroom.Protocols.Jose;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Connections.SharedApp;
using Anteroom.Server.Keys.Signing;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Connections;

/// <summary>Our client at a connection's provider, with the credential of exactly this revision; with the shared app, the operator's as it is now.</summary>
public sealed class UpstreamClients(
    ConnectionStore connections,
    SharedRegistrations shared,
    ConnectionCertificates certificates,
    SigningKeys keys,
    AnteroomOptions options,
    TimeProvider clock
)
{
    /// <returns>Without a credential where the connection has none; or the reason why the one that it has cannot be used.</returns>
    public async Task<Result<UpstreamClient, string>> OfAsync(Connection connection, ProviderDocument document, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var settings = connection.Settings;
        if (FaultOf(connection, now) is { } fault)
            return fault;
        if (settings is { Registration: Registration.Shared, Cloud: { } cloud })
            return await shared.ClientAsync(cloud, ct) is { } client ? client : ReasonCodes.SharedAppUnavailable;
        switch (settings.Credential)
        {
            case CredentialKind.Certificate:
                return await certificates.KeyOfAsync(connection, ct) is { } key
                    ? new UpstreamClient(settings.ClientId, null)
                    {
                        Assertion = ClientAssertions.ByCertificate(
                            key,
                            settings.Certificate!.Thumbprint,
                            settings.ClientId,
                            document.Metadata.TokenEndpoint,
                            now
                        ),
                    }
                    : ReasonCodes.CertificateUnknown;
            case CredentialKind.Federated:
                var trust = FederatedTrust.Of(connection, options.Issuer);
                return new UpstreamClient(settings.ClientId, null)
                {
                    Assertion = ClientAssertions.Federated(
                        await keys.CurrentAsync(SignatureAlgorithm.RS256, ct),
                        trust.Issuer,
                        trust.Subject,
                        trust.Audience,
                        now
                    ),
                };
            default:
                return new UpstreamClient(settings.ClientId, await connections.ClientSecretAsync(connection, ct));
        }
    }

    /// <summary>Why nobody need be sent to the provider, because our client could not prove itself afterwards (SEC-076); null where it can.</summary>
    public static string? FaultOf(Connection connection, DateTimeOffset now) =>
        connection.Settings.Certificate is { } certificate && certificate.EndsAt <= now ? ReasonCodes.CertificateExpired : null;

    /// <summary>The provider's token endpoint, asked on behalf of the connection's organization.</summary>
    public static TokenEndpoint EndpointOf(Connection connection, ProviderDocument document) =>
        EndpointOf(connection.Organization, document);

    /// <summary>The same where the organization has no connection of its own to ask by.</summary>
    public static TokenEndpoint EndpointOf(OrganizationId organization, ProviderDocument document) =>
        new(
            document.Provider,
            document.Metadata.TokenEndpoint,
            document.Metadata.TokenEndpointAuthenticationMethods,
            organization.ToString()
        );
}

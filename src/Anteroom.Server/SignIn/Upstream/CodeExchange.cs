using Anteroom.Entra.IdTokens;
using Anteroom.Entra.Providers;
using Anteroom.Entra.Requests;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Observability;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.SignIn.Transactions;

namespace Anteroom.Server.SignIn.Upstream;

/// <summary>Exchanges the provider's code for an id_token and decides whether to believe it (OIDC Core §3.1.3; SEC-060 to SEC-064).</summary>
public sealed class CodeExchange(
    UpstreamMetadata metadata,
    ConnectionStore connections,
    TokenEndpointClient tokens,
    IdTokenValidator validator,
    OrganizationHosts hosts,
    TimeProvider clock
)
{
    public async Task<Result<ValidatedIdToken, UpstreamFailure>> ExchangeAsync(
        Connection connection,
        SignInTransaction transaction,
        string code,
        CancellationToken ct
    )
    {
        var found = await metadata.FindAsync(connection, ct);
        if (!found.TryGet(out var document, out var unavailable))
            return unavailable;

        var sent = transaction.Upstream!;
        var asked = clock.GetTimestamp();
        var redeemed = await tokens.RedeemCodeAsync(
            new(
                document.Provider,
                document.Metadata.TokenEndpoint,
                document.Metadata.TokenEndpointAuthenticationMethods,
                connection.Organization.ToString()
            ),
            new(connection.Settings.ClientId, await connections.ClientSecretAsync(connection, ct)),
            code,
            connection.RedirectUri(await hosts.OriginOfAsync(connection.Organization, ct)),
            new Secret(sent.Verifier),
            ct
        );
        Telemetry.Called("token", OutcomeOf(redeemed), clock.GetElapsedTime(asked));
        if (!redeemed.TryGet(out var response, out var failure))
            return UpstreamFailures.From(failure);

        var expected = Expect(connection, document, sent.Nonce) with { AccessToken = response.AccessToken };
        var validated = await validator.ValidateAsync(response.IdToken!, document, expected, ct);
        if (!validated.TryGet(out var token, out var refusal))
            return new UpstreamFailure(refusal.Code, Detail: refusal.Claim);

        // Entra ignores max_age: what proves a fresh sign-in is prompt=login and, where it is sent, auth_time (SEC-107).
        return transaction.Reauthenticate && token.AuthenticatedAt < transaction.CreatedAt - IdTokenValidation.Skew
            ? new UpstreamFailure(ReasonCodes.IdTokenAuthTime, Detail: "auth_time")
            : token;
    }

    private static string OutcomeOf(Result<UpstreamTokens, TokenEndpointFailure> redeemed) =>
        redeemed.TryGet(out _, out var failure) ? "success"
        : failure is TokenEndpointUnavailable ? "unreachable"
        : "refused";

    private static IdTokenExpectations Expect(Connection connection, ProviderDocument document, string nonce) =>
        document.Provider is EntraProvider entra
            ? new EntraExpectations(entra.Cloud, [connection.Settings.TenantId!.Value], connection.Settings.ClientId, nonce)
            : new OidcExpectations(document.Metadata.Issuer, connection.Settings.ClientId, nonce);
}

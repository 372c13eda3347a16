using Anteroom.Entra.Providers;
using Anteroom.Entra.Requests;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Observability;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.SignIn.Transactions;

namespace Anteroom.Server.SignIn.Upstream;

/// <summary>Exchanges the provider's code for tokens (OIDC Core §3.1.3).</summary>
public sealed class CodeExchange(UpstreamClients clients, TokenEndpointClient tokens, OrganizationHosts hosts, TimeProvider clock)
{
    public async Task<Result<UpstreamTokens, UpstreamFailure>> RedeemAsync(
        Connection connection,
        SignInTransaction transaction,
        ProviderDocument document,
        string code,
        CancellationToken ct
    )
    {
        if (!(await clients.OfAsync(connection, document, ct)).TryGet(out var client, out var unfit))
            return new UpstreamFailure(unfit);
        var asked = clock.GetTimestamp();
        var redeemed = await tokens.RedeemCodeAsync(
            UpstreamClients.EndpointOf(connection, document),
            client,
            code,
            connection.RedirectUri(await hosts.OriginOfAsync(connection.Organization, ct)),
            new Secret(transaction.Upstream!.Verifier!),
            ct
        );
        Telemetry.Called("token", OutcomeOf(redeemed), clock.GetElapsedTime(asked));
        return redeemed.TryGet(out var response, out var failure) ? response : UpstreamFailures.From(failure);
    }

    /// <summary>A token of the application itself, for what it may do without anybody (RFC 6749 §4.4).</summary>
    /// <returns><c>secret_missing</c> where the connection has no credential.</returns>
    public async Task<Result<UpstreamTokens, UpstreamFailure>> ForApplicationAsync(
        Connection connection,
        ProviderDocument document,
        string scope,
        CancellationToken ct
    )
    {
        if (!(await clients.OfAsync(connection, document, ct)).TryGet(out var client, out var unfit))
            return new UpstreamFailure(unfit);
        if (!client.HasCredential)
            return new UpstreamFailure(ReasonCodes.SecretMissing);
        var asked = clock.GetTimestamp();
        var given = await tokens.RequestClientCredentialsAsync(UpstreamClients.EndpointOf(connection, document), client, scope, ct);
        Telemetry.Called("token", OutcomeOf(given), clock.GetElapsedTime(asked));
        return given.TryGet(out var response, out var failure) ? response : UpstreamFailures.From(failure);
    }

    private static string OutcomeOf(Result<UpstreamTokens, TokenEndpointFailure> redeemed) =>
        redeemed.TryGet(out _, out var failure) ? "success"
        : failure is TokenEndpointUnavailable ? "unreachable"
        : "refused";
}

using Anteroom.Entra.IdTokens;
using Anteroom.Entra.Providers;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Connections;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.SignIn.Transactions;

namespace Anteroom.Server.SignIn.Upstream;

/// <summary>From an answer of the right shape to a token that is believed (OIDC Core §3.1.3, §3.2.2, §3.3.2, §3.3.3; SEC-060 to SEC-064).</summary>
/// <remarks>One way for all modes: what came through the browser is believed before it is used, then a code is redeemed, then both must agree.</remarks>
public sealed class AnswerProof(UpstreamMetadata metadata, CodeExchange exchange, IdTokenValidator validator)
{
    public async Task<Result<ProvenAnswer, UpstreamFailure>> ProveAsync(
        Connection connection,
        SignInTransaction transaction,
        CallbackResponse.Answer answer,
        CancellationToken ct
    )
    {
        var found = await metadata.FindAsync(connection, ct);
        if (!found.TryGet(out var document, out var unavailable))
            return unavailable;
        var expected = Expect(connection, document, transaction);

        ValidatedIdToken? front = null;
        if (answer.IdToken is { } carried)
        {
            var believed = await BelieveAsync(
                carried,
                connection,
                transaction,
                document,
                expected with
                {
                    FrontChannelCode = answer.Code,
                },
                ct
            );
            if (!believed.TryGet(out front, out var doubt))
                return doubt;
        }
        if (answer.Code is not { } code)
            return new ProvenAnswer(front ?? throw new InvalidOperationException("An answer has a code or an id_token."));

        if (!(await exchange.RedeemAsync(connection, transaction, document, code, ct)).TryGet(out var tokens, out var failure))
            return failure;
        var redeemed = await BelieveAsync(
            tokens.IdToken!,
            connection,
            transaction,
            document,
            expected with
            {
                AccessToken = tokens.AccessToken,
            },
            ct
        );
        if (!redeemed.TryGet(out var back, out var refused))
            return refused;
        return front is not null && IdTokenPair.Fault(front, back) is { } apart
            ? new UpstreamFailure(apart.Code, Detail: apart.Claim)
            : new ProvenAnswer(back, tokens.AccessToken);
    }

    /// <summary>A token that the person's browser redeemed and handed over: as untrusted as any other (SEC-068).</summary>
    public async Task<Result<ProvenAnswer, UpstreamFailure>> ProveAsync(
        Connection connection,
        SignInTransaction transaction,
        string idToken,
        CancellationToken ct
    )
    {
        var found = await metadata.FindAsync(connection, ct);
        if (!found.TryGet(out var document, out var unavailable))
            return unavailable;
        var believed = await BelieveAsync(idToken, connection, transaction, document, Expect(connection, document, transaction), ct);
        return believed.TryGet(out var token, out var refused) ? new ProvenAnswer(token) : refused;
    }

    private async Task<Result<ValidatedIdToken, UpstreamFailure>> BelieveAsync(
        string idToken,
        Connection connection,
        SignInTransaction transaction,
        ProviderDocument document,
        IdTokenExpectations expected,
        CancellationToken ct
    )
    {
        var validated = await validator.ValidateAsync(idToken, document, expected, ct);
        if (!validated.TryGet(out var token, out var refusal))
            return new UpstreamFailure(refusal.Code, Detail: refusal.Claim);

        // Entra ignores max_age: what proves a fresh sign-in is prompt=login and, where it is sent, auth_time (SEC-107).
        return Freshness.Of(transaction, connection.Kind).IsNew && token.AuthenticatedAt < transaction.CreatedAt - IdTokenValidation.Skew
            ? new UpstreamFailure(ReasonCodes.IdTokenAuthTime, Detail: "auth_time")
            : token;
    }

    private static IdTokenExpectations Expect(Connection connection, ProviderDocument document, SignInTransaction transaction)
    {
        var (client, nonce) = (connection.Settings.ClientId, transaction.Upstream!.Nonce);
        var fresh = Freshness.Of(transaction, connection.Kind);
        return document.Provider is EntraProvider entra
            ? new EntraExpectations(entra.Cloud, [connection.Settings.TenantId!.Value], client, nonce)
            : new OidcExpectations(document.Metadata.Issuer, client, nonce) { MaxAge = fresh.IsNew ? null : fresh.MaxAge };
    }
}

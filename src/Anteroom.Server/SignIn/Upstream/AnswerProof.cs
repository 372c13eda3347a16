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
        var found = await metadata.TargetAsync(connection, transaction, ct);
        if (!found.TryGet(out var target, out var unavailable))
            return unavailable;
        var expected = Expect(connection, target, transaction);

        ValidatedIdToken? front = null;
        if (answer.IdToken is { } carried)
        {
            var believed = await BelieveAsync(
                carried,
                connection,
                transaction,
                target,
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
            return new ProvenAnswer(
                front ?? throw new InvalidOperationException("An answer has a code or an id_token."),
                expected.ClientId
            );

        if (!(await exchange.RedeemAsync(connection, transaction, target.Document, code, ct)).TryGet(out var tokens, out var failure))
            return failure;
        var redeemed = await BelieveAsync(
            tokens.IdToken!,
            connection,
            transaction,
            target,
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
            : new ProvenAnswer(back, expected.ClientId, tokens.AccessToken);
    }

    /// <summary>A token that the person's browser redeemed and handed over: as untrusted as any other (SEC-068).</summary>
    public async Task<Result<ProvenAnswer, UpstreamFailure>> ProveAsync(
        Connection connection,
        SignInTransaction transaction,
        string idToken,
        CancellationToken ct
    )
    {
        var found = await metadata.TargetAsync(connection, transaction, ct);
        if (!found.TryGet(out var target, out var unavailable))
            return unavailable;
        var expected = Expect(connection, target, transaction);
        var believed = await BelieveAsync(idToken, connection, transaction, target, expected, ct);
        return believed.TryGet(out var token, out var refused) ? new ProvenAnswer(token, expected.ClientId) : refused;
    }

    private async Task<Result<ValidatedIdToken, UpstreamFailure>> BelieveAsync(
        string idToken,
        Connection connection,
        SignInTransaction transaction,
        UpstreamTarget target,
        IdTokenExpectations expected,
        CancellationToken ct
    )
    {
        var validated = await validator.ValidateAsync(idToken, target.Document, expected, ct);
        if (!validated.TryGet(out var token, out var refusal))
            return new UpstreamFailure(refusal.Code, Detail: refusal.Claim);
        if (!transaction.Request.ProvesTenant && Stranger(token, target.Application) is { } tenant)
            return new UpstreamFailure(ReasonCodes.TenantNotBound, Detail: tenant.ToString("D"));

        // Entra ignores max_age: what proves a fresh sign-in is prompt=login and, where it is sent, auth_time (SEC-107).
        return Freshness.Of(transaction, connection.Kind).IsNew && token.AuthenticatedAt < transaction.CreatedAt - IdTokenValidation.Skew
            ? new UpstreamFailure(ReasonCodes.IdTokenAuthTime, Detail: "auth_time")
            : token;
    }

    /// <summary>The tenant of somebody whose token is good but whose tenant is not bound to the transaction's organization, or null (SEC-063).</summary>
    private static Guid? Stranger(ValidatedIdToken token, AppRegistration application) =>
        token.Identity is EntraIdentity person && !application.Tenants.Contains(person.TenantId) ? person.TenantId : null;

    private static IdTokenExpectations Expect(Connection connection, UpstreamTarget target, SignInTransaction transaction)
    {
        var (application, nonce) = (target.Application, transaction.Upstream!.Nonce);
        var fresh = Freshness.Of(transaction, connection.Kind);
        // The shared app serves many tenants: whose people come in is asked of a token that holds in everything else, and told by a reason of its own.
        return target.Document.Provider is EntraProvider entra
            ? new EntraExpectations(entra.Cloud, application.IsShared ? null : application.Tenants, application.ClientId, nonce)
            : new OidcExpectations(target.Document.Metadata.Issuer, application.ClientId, nonce)
            {
                MaxAge = fresh.IsNew ? null : fresh.MaxAge,
            };
    }
}

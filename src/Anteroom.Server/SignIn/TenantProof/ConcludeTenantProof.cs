using Anteroom.Entra.IdTokens;
using Anteroom.Server.Audit;
using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.Transactions;
using Anteroom.Server.SignIn.Upstream;

namespace Anteroom.Server.SignIn.TenantProof;

/// <summary>The end of a sign-in that shows a tenant: keeps what the token says for who began it. Nothing is bound here; that takes the same person, in the console (SEC-041, SEC-063).</summary>
public sealed class ConcludeTenantProof(Database database, AuditTrail audit, TenantProofs proofs, ProblemPages problems)
{
    public Task<IResult> HandleAsync(
        HttpContext http,
        SignInTransaction transaction,
        Connection connection,
        ValidatedIdToken token,
        CancellationToken ct
    )
    {
        var tenant = ProvenTenant.Of(token);
        var proven = Of(transaction, connection) with
        {
            Tenant = tenant,
            Account = UpstreamPerson.AccountNameOf(token),
            Reason = tenant is null ? ReasonCodes.TenantUnproven : null,
        };
        return ConcludeAsync(http, transaction, connection, proven, ct);
    }

    /// <summary>The provider refused, or what it sent cannot be believed.</summary>
    public Task<IResult> RefuseAsync(
        HttpContext http,
        SignInTransaction transaction,
        Connection connection,
        UpstreamFailure failure,
        CancellationToken ct
    )
    {
        var proven = Of(transaction, connection) with { Reason = failure.Reason, Upstream = failure.Aadsts?.ToString() };
        return ConcludeAsync(http, transaction, connection, proven, ct);
    }

    private async Task<IResult> ConcludeAsync(
        HttpContext http,
        SignInTransaction transaction,
        Connection connection,
        ProvenTenant proven,
        CancellationToken ct
    )
    {
        await using var tx = await database.BeginAsync(connection.Organization, ct);
        var consumed = transaction.Upstream is { } sent
            ? ConsumedStates.Consume(tx, sent.State, transaction.CreatedAt + SignInTransaction.Lifetime)
            : null;
        if (proven.Reason is { } reason)
        {
            var entry = new AuditEntry(
                "tenant_binding.refused",
                AuditResult.Refused,
                reason,
                "connection",
                connection.Id.Value,
                connection.Name
            )
            {
                Details = new Dictionary<string, object?> { ["upstream"] = proven.Upstream },
            };
            await audit.RecordAsync(tx, http.AuditContext(new Actor(ActorKind.User, proven.By.Value, null)), entry, ct);
        }
        await tx.FlushAsync(ct);
        if (consumed is { Rows: not 1 })
            return problems.For(ReasonCodes.TransactionReplayed); // SEC-069
        await tx.CommitAsync(ct);

        return await proofs.KeepAsync(http, connection.Organization, proven, ct) is { } handle
            ? new SeeOther($"{transaction.Request.ReturnTo}?{TenantProofProtocol.ProofParameter}={handle.Reveal()}")
            : problems.For(ReasonCodes.TooManyRequests);
    }

    private static ProvenTenant Of(SignInTransaction transaction, Connection connection) =>
        new(
            UserId.TryParse(transaction.Request.State, out var by)
                ? by
                : throw new InvalidOperationException("The proof of a tenant is somebody's."),
            connection.Id,
            connection.Settings.Cloud!,
            Tenant: null,
            Account: null,
            Reason: null,
            Upstream: null
        );
}

using Anteroom.Entra.IdTokens;
using Anteroom.Server.Audit;
using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Provisioning;
using Anteroom.Server.SignIn.Admission;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.Records;
using Anteroom.Server.SignIn.Transactions;
using Anteroom.Server.SignIn.Upstream;

namespace Anteroom.Server.SignIn.Trials;

/// <summary>The end of a test sign-in: says what an active connection would have done, and does nothing of it but the audit row.</summary>
public sealed class ConcludeTrial(Database database, Provisioner provisioner, AuditTrail audit, TrialResults results, ProblemPages problems)
{
    /// <summary>The provider has proven somebody. What would follow is done in the open transaction, and rolled back.</summary>
    /// <param name="refusal">Why the person would not even come before the gates; null where they would.</param>
    public async Task<IResult> HandleAsync(
        OpenSignIn open,
        ProvenPerson person,
        ValidatedIdToken token,
        string? refusal,
        CancellationToken ct
    )
    {
        var (request, connection) = (open.Request, person.Connection!);
        // As if the connection were active: that is what is asked.
        var facts = FinishSignIn.FactsOf(open, person) with
        {
            ConnectionActive = true,
            IsTester = null,
        };
        var (decision, reason) = (SignInRecord.Refused, refusal);
        if (refusal is null)
            (decision, reason) = await RehearseAsync(open, person, AdmissionRules.Decide(facts), ct);
        await open.DisposeAsync();

        var result = ResultOf(request, connection, decision, reason) with
        {
            Account = person.Known?.UserName,
            Claims = TrialClaims.Of(token),
            Checks = AdmissionRules.Explain(facts),
        };
        return await ConcludeAsync(open.Http, request, connection, result, person.Facts.ObjectId, ct);
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
        var result = ResultOf(transaction, connection, SignInRecord.Refused, failure.Reason) with { Upstream = failure.Aadsts?.ToString() };
        return ConcludeAsync(http, transaction, connection, result, null, ct);
    }

    private async Task<(string Decision, string? Reason)> RehearseAsync(
        OpenSignIn open,
        ProvenPerson person,
        AdmissionDecision decision,
        CancellationToken ct
    )
    {
        if (decision is AdmissionDecision.Refuse refused)
            return (SignInRecord.Refused, refused.Reason);
        var provisioned = await provisioner.ApplyAsync(
            open.Transaction,
            person.Known,
            person.Directory(decision is AdmissionDecision.CreateAndAdmit) with
            {
                Links = person.Links,
            },
            AuthorityRules.Of(open.Organization!),
            open.Http.AuditContext(Actor.Anonymous),
            open.Now,
            ct
        );
        if (!provisioned.TryGet(out var account, out var unfit))
            return (SignInRecord.Refused, unfit.Code);
        if (!account.User.Role.Channels.Contains(open.Request.Request.Channel))
            return (SignInRecord.Refused, ReasonCodes.ChannelNotAllowed);
        return (account.Created ? SignInRecord.Created : SignInRecord.Admitted, null);
    }

    private async Task<IResult> ConcludeAsync(
        HttpContext http,
        SignInTransaction transaction,
        Connection connection,
        TrialResult result,
        Guid? objectId,
        CancellationToken ct
    )
    {
        await using var tx = await database.BeginAsync(connection.Organization, ct);
        var consumed = transaction.Upstream is { } sent
            ? ConsumedStates.Consume(tx, sent.State, transaction.CreatedAt + SignInTransaction.Lifetime)
            : null;
        var entry = new AuditEntry(
            "connection.tried",
            result.Reason is null ? AuditResult.Success : AuditResult.Refused,
            result.Reason,
            "connection",
            connection.Id.Value,
            connection.Name
        )
        {
            Details = new Dictionary<string, object?>
            {
                ["revision"] = connection.Revision,
                ["decision"] = result.Decision,
                ["objectId"] = objectId?.ToString(),
                ["upstream"] = result.Upstream,
            },
        };
        await audit.RecordAsync(tx, http.AuditContext(new Actor(ActorKind.User, result.By.Value, null)), entry, ct);
        await tx.FlushAsync(ct);
        if (consumed is { Rows: not 1 })
            return problems.For(ReasonCodes.TransactionReplayed); // SEC-069
        await tx.CommitAsync(ct);

        return await results.KeepAsync(http, connection.Organization, result, ct) is { } handle
            ? new SeeOther($"{transaction.Request.ReturnTo}?{TrialProtocol.ResultParameter}={handle.Reveal()}")
            : problems.For(ReasonCodes.TooManyRequests);
    }

    private static TrialResult ResultOf(SignInTransaction transaction, Connection connection, string decision, string? reason) =>
        new(
            UserId.TryParse(transaction.Request.State, out var by)
                ? by
                : throw new InvalidOperationException("A test sign-in is somebody's."),
            connection.Id,
            connection.Revision,
            decision,
            reason,
            Upstream: null,
            Account: null,
            Claims: [],
            Checks: []
        );
}

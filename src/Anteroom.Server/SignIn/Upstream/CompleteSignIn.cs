using Anteroom.Entra.IdTokens;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Observability;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.Provisioning;
using Anteroom.Server.SignIn.Admission;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.Records;
using Anteroom.Server.SignIn.Sessions;
using Anteroom.Server.SignIn.Transactions;

namespace Anteroom.Server.SignIn.Upstream;

/// <summary>The end of a sign-in at a provider: decides by <see cref="AdmissionRules"/>, then acts once.</summary>
/// <remarks>State, account, session, code, sign-in record and audit are one transaction (design.md §4): all of it happened, or nothing.</remarks>
public sealed class CompleteSignIn(
    Database database,
    Provisioner provisioner,
    SessionStore sessions,
    SessionCookies cookies,
    OrganizationDirectory organizations,
    ApplicationProtocols protocols,
    AuditTrail audit,
    ProblemPages problems,
    TimeProvider clock
)
{
    public async Task<IResult> HandleAsync(
        HttpContext http,
        SignInTransaction transaction,
        Connection connection,
        ValidatedIdToken token,
        CancellationToken ct
    )
    {
        var now = clock.GetUtcNow();
        var key = UpstreamPerson.KeyOf(token, connection);
        var organization = await organizations.GetAsync(connection.Organization, ct); // from memory; no second connection inside the transaction
        var givingUp = await sessions.TooManyWithAsync(http, connection.Organization, now, ct);
        await using var tx = await database.BeginAsync(connection.Organization, ct);
        var consumed = ConsumedStates.Consume(tx, transaction.Upstream!.State, transaction.CreatedAt + SignInTransaction.Lifetime);
        var known = await UserStore.LockByKeyAsync(tx, key, ct);
        if (consumed.Rows != 1)
            return problems.For(ReasonCodes.TransactionReplayed, Frame(transaction)); // SEC-069

        // A role that depends on groups is never given by a list that nobody could read (SEC-075).
        if (token.Groups is TokenGroups.Overage && connection.Settings.RoleMappings.Any(mapping => mapping.Claim == "groups"))
            return await RefuseAsync(http, tx, transaction, connection, token, known, ReasonCodes.GroupsUnresolved, now, ct);

        var evidence = UpstreamPerson.EvidenceOf(token, connection, now);
        var facts = new AdmissionFacts(
            organization is { IsActive: true },
            connection.State == ConnectionState.Active,
            connection.Settings.AuthorizedDomains,
            connection.Settings.MfaRequired,
            connection.Settings.Provisioning == ProvisioningMode.Create,
            UpstreamPerson.AccountNameOf(token),
            evidence.SecondFactor,
            known is null ? null : new(known.Id, known.IsBlockedFor(Channels.Web), known.Role.Channels.Contains(Channels.Web)),
            IsExpected(transaction, known)
        );
        var decision = AdmissionRules.Decide(facts);
        if (decision is AdmissionDecision.Refuse refusal)
            return await RefuseAsync(http, tx, transaction, connection, token, known, refusal.Reason, now, ct);

        var provisioned = await provisioner.ApplyAsync(
            tx,
            known,
            UpstreamPerson.DirectoryFactsOf(token, connection, decision is AdmissionDecision.CreateAndAdmit, now),
            AuthorityRules.Of(organization!),
            http.AuditContext(known is null ? Actor.Anonymous : new Actor(ActorKind.User, known.Id.Value, null)),
            now,
            ct
        );
        if (!provisioned.TryGet(out var person, out var unfit))
            return await RefuseAsync(http, tx, transaction, connection, token, known, unfit.Code, now, ct);

        var begun = await sessions.BeginAsync(
            tx,
            http,
            person.User.Id,
            evidence,
            new(connection.Id, token.Issuer, connection.Settings.ClientId, token.SessionId, token.LoginHint),
            now,
            ct
        );
        var answer = await protocols.Get(transaction.Request.Protocol).CompleteAsync(tx, transaction.Request, begun.Session, now, ct);
        var record = Record(http, transaction, connection, UpstreamPerson.FactsOf(token, known is not null)) with
        {
            User = person.User.Id,
            Decision = person.Created ? SignInRecord.Created : SignInRecord.Admitted,
            Reason = person.Created ? "account_created" : "account_known",
        };
        SignInRecords.Write(tx, record, Identifiers.NewUuid(clock), now);
        await audit.RecordAsync(
            tx,
            http.AuditContext(new Actor(ActorKind.User, person.User.Id.Value, person.User.UserName), begun.Session.Id.Value),
            new("sign_in.succeeded", AuditResult.Success, record.Reason, "user", person.User.Id.Value, person.User.UserName)
            {
                Details = new Dictionary<string, object?>
                {
                    ["connection"] = connection.Id.ToString(),
                    ["revision"] = connection.Revision,
                    ["application"] = transaction.Request.ClientId,
                    ["method"] = evidence.Method,
                    ["amr"] = string.Join(' ', evidence.Amr),
                },
            },
            ct
        );
        if (!await begun.HoldsAsync(tx, ct))
        {
            await tx.DisposeAsync(); // rolled back: blocked a moment ago, after admission had looked
            return await RefuseAsync(http, transaction, connection, new(ReasonCodes.AccountBlocked), ct);
        }
        await tx.CommitAsync(ct);

        Telemetry.SignedIn(record.Decision, record.Reason);
        cookies.Write(http, begun.Cookie, givingUp);
        return answer;
    }

    /// <summary>The provider refused, or what it sent cannot be believed: recorded, and told with its cure.</summary>
    public async Task<IResult> RefuseAsync(
        HttpContext http,
        SignInTransaction transaction,
        Connection connection,
        UpstreamFailure failure,
        CancellationToken ct
    )
    {
        var record = Record(http, transaction, connection, SignInFacts.Unproven(failure.Aadsts?.ToString() ?? failure.Detail)) with
        {
            Reason = failure.Reason,
        };
        if (await audit.RecordRefusalAsync(connection.Organization, http.AuditContext(Actor.Anonymous), Refusal(record), ct))
        {
            await using var tx = await database.BeginAsync(connection.Organization, ct);
            SignInRecords.Write(tx, record, Identifiers.NewUuid(clock), clock.GetUtcNow());
            await tx.CommitAsync(ct);
        }
        Telemetry.SignedIn(SignInRecord.Refused, failure.Reason);
        return Answer(transaction, failure.Reason)
            ?? problems.For(failure.Reason, await FrameAsync(transaction, ct), upstream: failure.Aadsts);
    }

    private async Task<IResult> RefuseAsync(
        HttpContext http,
        Transaction tx,
        SignInTransaction transaction,
        Connection connection,
        ValidatedIdToken token,
        User? known,
        string reason,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var record = Record(http, transaction, connection, UpstreamPerson.FactsOf(token, known is not null)) with
        {
            User = known?.Id,
            Reason = reason,
        };
        SignInRecords.Write(tx, record, Identifiers.NewUuid(clock), now);
        await audit.RecordAsync(tx, http.AuditContext(Actor.Anonymous), Refusal(record), ct);
        await tx.CommitAsync(ct); // the state stays consumed and the refusal told; nothing else was written
        Telemetry.SignedIn(SignInRecord.Refused, reason);
        return problems.For(reason, await FrameAsync(transaction, ct));
    }

    private static AuditEntry Refusal(SignInRecord record) =>
        new("sign_in.refused", AuditResult.Refused, record.Reason, "user", record.User?.Value)
        {
            Details = new Dictionary<string, object?>
            {
                ["connection"] = record.Connection.Id.ToString(),
                ["revision"] = record.Connection.Revision,
                ["application"] = record.ClientId,
                ["tenantId"] = record.Facts.TenantId?.ToString(),
                ["objectId"] = record.Facts.ObjectId?.ToString(),
                ["upstream"] = record.Facts.Upstream,
            },
        };

    /// <summary>Some refusals belong to the application, because the person gave up there and then.</summary>
    private IResult? Answer(SignInTransaction transaction, string reason) =>
        reason == ReasonCodes.SignInCancelled
            ? protocols.Get(transaction.Request.Protocol).Refuse(transaction.Request, SignInRefusal.Cancelled)
            : null;

    private static bool? IsExpected(SignInTransaction transaction, User? known) =>
        transaction.ExpectedUser is { } user && known?.Id != user ? false
        : transaction.Request.ExpectedSubject is { } subject && known?.Subject != subject ? false
        : transaction.ExpectedUser is null && transaction.Request.ExpectedSubject is null ? null
        : true;

    private static SignInRecord Record(HttpContext http, SignInTransaction transaction, Connection connection, SignInFacts facts) =>
        new(
            connection,
            transaction.Request.ClientId,
            null,
            facts,
            SignInRecord.Refused,
            ReasonCodes.UpstreamRefused,
            http.Network(),
            http.CorrelationId()
        );

    private PageFrame Frame(SignInTransaction transaction) => problems.Frame(application: transaction.Request.ApplicationName);

    private async Task<PageFrame> FrameAsync(SignInTransaction transaction, CancellationToken ct) =>
        problems.Frame(
            transaction.Organization is { } id ? (await organizations.GetAsync(id, ct))?.Name : null,
            transaction.Request.ApplicationName
        );
}

using Anteroom.Entra.Requests;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Observability;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.Provisioning;
using Anteroom.Server.SignIn.Admission;
using Anteroom.Server.SignIn.FirstLink;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.Records;
using Anteroom.Server.SignIn.Sessions;
using Anteroom.Server.SignIn.Transactions;

namespace Anteroom.Server.SignIn;

/// <summary>The end of every sign-in, whichever way somebody proved who they are: decides by <see cref="AdmissionRules"/>, then acts once (SEC-039).</summary>
/// <remarks>What the way consumed, account, session, code, sign-in record and audit are one transaction (design.md §4): all of it happened, or nothing.</remarks>
public sealed class FinishSignIn(
    Database database,
    Provisioner provisioner,
    SessionStore sessions,
    SessionCookies cookies,
    OrganizationDirectory organizations,
    ApplicationProtocols protocols,
    LinkMails linkMails,
    AuditTrail audit,
    ProblemPages problems,
    TimeProvider clock
)
{
    /// <summary>Opens the unit of work in which a way proves somebody and <see cref="HandleAsync"/> ends.</summary>
    public async Task<OpenSignIn> OpenAsync(HttpContext http, SignInTransaction request, OrganizationId id, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var organization = await organizations.GetAsync(id, ct); // from memory; no second connection inside the transaction
        var givingUp = await sessions.TooManyWithAsync(http, id, now, ct);
        return new(http, request, organization, await database.BeginAsync(id, ct), givingUp, now);
    }

    /// <summary>Lets the proven person in, or not, and commits either.</summary>
    public async Task<IResult> HandleAsync(OpenSignIn open, ProvenPerson person, CancellationToken ct)
    {
        var (http, request, tx, now) = (open.Http, open.Request, open.Transaction, open.Now);
        var (known, evidence) = (person.Known, person.Evidence);
        if (request.Request.IsTrial || request.Request.ProvesTenant)
            return await RefuseAsync(open, person, ReasonCodes.TransactionMissing, ct); // by another way than the one that is tried
        var decision = AdmissionRules.Decide(FactsOf(open, person));
        if (decision is AdmissionDecision.Refuse refusal)
            return await RefuseAsync(open, person, refusal.Reason, ct);

        var provisioned = await provisioner.ApplyAsync(
            tx,
            known,
            person.Directory(decision is AdmissionDecision.CreateAndAdmit) with
            {
                Links = person.Links,
            },
            AuthorityRules.Of(open.Organization!),
            http.AuditContext(known is null ? Actor.Anonymous : new Actor(ActorKind.User, known.Id.Value, null)),
            now,
            ct
        );
        if (!provisioned.TryGet(out var account, out var unfit))
            return await RefuseAsync(open, person, unfit.Code, ct);

        var user = account.User;
        if (!user.Role.Channels.Contains(request.Request.Channel))
        {
            await tx.DisposeAsync(); // rolled back: nobody gets an account by an application that their role may not use
            return await RefuseAsync(http, request, tx.Organization, person.Connection, ReasonCodes.ChannelNotAllowed, ct: ct);
        }
        var begun = await sessions.BeginAsync(tx, http, user.Id, request.Request.Channel, evidence, person.Upstream, now, ct);
        var answer = await protocols.Get(request.Request.Protocol).CompleteAsync(tx, request.Request, begun.Session, now, ct);
        var record = Record(http, request, person.Connection, person.Facts) with
        {
            User = user.Id,
            Decision = account.Created ? SignInRecord.Created : SignInRecord.Admitted,
            Reason =
                account.Created ? "account_created"
                : account.Linked ? "account_linked"
                : "account_known",
        };
        await RecordAsync(http, tx, record, user, begun.Session, person.Passkey, request.Request.WantsLocal, now, ct);
        if (account.Linked)
            await linkMails.TellAsync(tx, open.Organization!, known!, user, person.Connection!, now, ct);
        if (!await begun.HoldsAsync(tx, ct))
        {
            await tx.DisposeAsync(); // rolled back: blocked a moment ago, after admission had looked
            return await RefuseAsync(http, request, tx.Organization, person.Connection, ReasonCodes.AccountBlocked, ct: ct);
        }
        await tx.CommitAsync(ct);

        Telemetry.SignedIn(record.Decision, record.Reason);
        cookies.Write(http, begun.Cookie, open.GivingUp);
        return answer;
    }

    /// <summary>Signs somebody in whom no application sent, and whose account and passkey are made in the caller's transaction (SEC-266).</summary>
    /// <returns>As <see cref="SessionStore.BeginAsync"/>: the cookie follows the commit, where the session holds.</returns>
    public async Task<BegunSession> BeginWithAsync(
        Transaction tx,
        HttpContext http,
        User user,
        bool backupEligible,
        string passkey,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var evidence = Evidence.OfPasskey(backupEligible, now);
        var begun = await sessions.BeginAsync(tx, http, user.Id, Channels.Web, evidence, upstream: null, now, ct);
        var facts = SignInFacts.Unproven(upstream: null) with { Amr = evidence.Amr, KnownAccount = true };
        var record = new SignInRecord(
            null,
            null,
            user.Id,
            facts,
            SignInRecord.Admitted,
            "account_created",
            http.Network(),
            http.CorrelationId()
        );
        await RecordAsync(http, tx, record, user, begun.Session, passkey, wantedLocal: false, now, ct);
        return begun;
    }

    /// <summary>Nobody comes in, although the proof may be good: what was consumed stays consumed, and the refusal is told; nothing else is written.</summary>
    public async Task<IResult> RefuseAsync(OpenSignIn open, ProvenPerson person, string reason, CancellationToken ct)
    {
        var (http, tx) = (open.Http, open.Transaction);
        var record = Record(http, open.Request, person.Connection, person.Facts) with { User = person.Known?.Id, Reason = reason };
        SignInRecords.Write(tx, record, Identifiers.NewUuid(clock), open.Now);
        await audit.RecordAsync(tx, http.AuditContext(Actor.Anonymous), Refusal(record), ct);
        await tx.CommitAsync(ct);
        Telemetry.SignedIn(SignInRecord.Refused, reason);
        return problems.For(reason, await FrameAsync(open.Request, ct));
    }

    /// <summary>Nobody was proven: recorded up to a rate (SEC-324), and told with its cure.</summary>
    /// <param name="detail">What exactly, for the record; never what somebody sent as it came.</param>
    /// <param name="help">What the page offers; null where it only says.</param>
    public async Task<IResult> RefuseAsync(
        HttpContext http,
        SignInTransaction request,
        OrganizationId organization,
        Connection? connection,
        string reason,
        string? detail = null,
        AadstsCode? aadsts = null,
        ProblemHelp? help = null,
        CancellationToken ct = default
    )
    {
        var record = Record(http, request, connection, SignInFacts.Unproven(aadsts?.ToString() ?? detail)) with { Reason = reason };
        await RecordRefusalAsync(http, organization, record, ct);
        return Answer(request, reason) ?? problems.For(reason, await FrameAsync(request, ct), upstream: aadsts, help: help);
    }

    /// <summary>Nobody was proven, and the page will ask again: recorded as any refusal.</summary>
    /// <param name="user">Whose account was meant, where there is one, so that its history explains it.</param>
    public Task RecordRefusalAsync(
        HttpContext http,
        SignInTransaction request,
        OrganizationId organization,
        UserId? user,
        string reason,
        CancellationToken ct
    )
    {
        var record = Record(http, request, null, SignInFacts.Unproven(upstream: null)) with { User = user, Reason = reason };
        return RecordRefusalAsync(http, organization, record, ct);
    }

    private async Task RecordRefusalAsync(HttpContext http, OrganizationId organization, SignInRecord record, CancellationToken ct)
    {
        if (await audit.RecordRefusalAsync(organization, http.AuditContext(Actor.Anonymous), Refusal(record), ct))
        {
            await using var tx = await database.BeginAsync(organization, ct);
            SignInRecords.Write(tx, record, Identifiers.NewUuid(clock), clock.GetUtcNow());
            await tx.CommitAsync(ct);
        }
        Telemetry.SignedIn(SignInRecord.Refused, record.Reason);
    }

    /// <summary>What admission is asked about.</summary>
    internal static AdmissionFacts FactsOf(OpenSignIn open, ProvenPerson person)
    {
        var (known, settings, channel) = (person.Known, person.Connection?.Settings, open.Request.Request.Channel);
        return new(
            open.Organization is { IsActive: true },
            person.Connection is null or { State: ConnectionState.Active or ConnectionState.Testing },
            settings?.AuthorizedDomains ?? [],
            settings?.MfaRequired ?? false,
            settings?.Provisioning == ProvisioningMode.Create,
            person.AccountName,
            person.Evidence.SecondFactor,
            known is null ? null : new(known.Id, known.IsBlockedFor(channel), known.Role.Channels.Contains(channel)),
            IsExpected(open.Request, known)
        )
        {
            ContextMissing =
                settings is not null
                && AuthContexts.For(settings, open.Request.Request.AcrValues).Except(person.Evidence.Acrs, StringComparer.Ordinal).Any(),
            MethodRefusal = person.Connection is null ? MethodRefusalOf(open.Organization, person.Evidence.Method) : null,
            IsTester = person.Connection is { State: ConnectionState.Testing }
                ? Testers.Include(settings!.Testers, person.Facts.ObjectId, known?.Id)
                : null,
        };
    }

    private static string? MethodRefusalOf(Organization? organization, string method) =>
        method switch
        {
            Evidence.Passkey => organization is { AllowsPasskeys: true } ? null : ReasonCodes.PasskeyNotAllowed,
            Evidence.Password => organization is { AllowsPasswords: true } ? null : ReasonCodes.PasswordNotAllowed,
            _ => throw new InvalidOperationException($"Nobody says whether '{method}' is allowed."),
        };

    private Task RecordAsync(
        HttpContext http,
        Transaction tx,
        SignInRecord record,
        User user,
        Session session,
        string? passkey,
        bool wantedLocal,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        SignInRecords.Write(tx, record, Identifiers.NewUuid(clock), now);
        Dictionary<string, object?> details = new()
        {
            ["application"] = record.ClientId,
            ["method"] = session.Evidence.Method,
            ["amr"] = string.Join(' ', session.Evidence.Amr),
        };
        if (record.Connection is { } connection)
            (details["connection"], details["revision"]) = (connection.Id.ToString(), connection.Revision);
        if (passkey is not null)
            details["passkey"] = passkey;
        if (wantedLocal)
            details["wantedLocal"] = true; // past what the organization shows (HEC-15)
        return audit.RecordAsync(
            tx,
            http.AuditContext(new Actor(ActorKind.User, user.Id.Value, user.UserName), session.Id.Value),
            new("sign_in.succeeded", AuditResult.Success, record.Reason, "user", user.Id.Value, user.UserName) { Details = details },
            ct
        );
    }

    private static AuditEntry Refusal(SignInRecord record) =>
        new("sign_in.refused", AuditResult.Refused, record.Reason, "user", record.User?.Value)
        {
            Details = new Dictionary<string, object?>
            {
                ["connection"] = record.Connection?.Id.ToString(),
                ["revision"] = record.Connection?.Revision,
                ["application"] = record.ClientId,
                ["tenantId"] = record.Facts.TenantId?.ToString(),
                ["objectId"] = record.Facts.ObjectId?.ToString(),
                ["upstream"] = record.Facts.Upstream,
            },
        };

    /// <summary>Some refusals belong to the application, because the person gave up there and then.</summary>
    private IResult? Answer(SignInTransaction request, string reason) =>
        reason == ReasonCodes.SignInCancelled
            ? protocols.Get(request.Request.Protocol).Refuse(request.Request, SignInRefusal.Cancelled)
            : null;

    private static bool? IsExpected(SignInTransaction request, User? known) =>
        request.ExpectedUser is { } user && known?.Id != user ? false
        : request.Request.ExpectedSubject is { } subject && known?.Subject != subject ? false
        : request.ExpectedUser is null && request.Request.ExpectedSubject is null ? null
        : true;

    private static SignInRecord Record(HttpContext http, SignInTransaction request, Connection? connection, SignInFacts facts) =>
        new(
            connection,
            request.Request.ClientId,
            null,
            facts,
            SignInRecord.Refused,
            ReasonCodes.UpstreamRefused,
            http.Network(),
            http.CorrelationId()
        );

    private async Task<PageFrame> FrameAsync(SignInTransaction request, CancellationToken ct) =>
        problems.Frame(request.Organization is { } id ? await organizations.GetAsync(id, ct) : null, request.Request.ApplicationName);
}

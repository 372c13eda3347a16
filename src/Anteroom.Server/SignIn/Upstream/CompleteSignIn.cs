using Anteroom.Entra.IdTokens;
using Anteroom.Server.Connections;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Provisioning;
using Anteroom.Server.SignIn.Consent;
using Anteroom.Server.SignIn.FirstLink;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.TenantProof;
using Anteroom.Server.SignIn.Transactions;
using Anteroom.Server.SignIn.Trials;

namespace Anteroom.Server.SignIn.Upstream;

/// <summary>The end of a sign-in at a provider: its token, read in our own words, goes to the end that all ways share.</summary>
public sealed class CompleteSignIn(
    FinishSignIn finish,
    ConcludeTrial trial,
    ConcludeTenantProof tenant,
    ConsentHelp consent,
    GroupLookup groups,
    SeenClaims seen,
    ProblemPages problems,
    TimeProvider clock
)
{
    public async Task<IResult> HandleAsync(
        HttpContext http,
        SignInTransaction transaction,
        Connection connection,
        ProvenAnswer answer,
        CancellationToken ct
    )
    {
        if (transaction.Request.ProvesTenant)
            return await tenant.HandleAsync(http, transaction, connection, answer.Token, ct);
        await seen.NoteAsync(connection, answer.Token, clock.GetUtcNow(), ct);
        var found = await groups.FindAsync(connection, answer, ct);
        var token = answer.Token with { Groups = found.Groups };
        await using var open = await finish.OpenAsync(http, transaction, connection.Organization, ct);
        var tx = open.Transaction;
        var consumed = ConsumedStates.Consume(tx, transaction.Upstream!.State, transaction.CreatedAt + SignInTransaction.Lifetime);
        var known = await UserStore.LockByKeyAsync(tx, UpstreamPerson.KeyOf(token, connection), ct);
        if (consumed.Rows != 1)
            return problems.For(ReasonCodes.TransactionReplayed, problems.Frame(application: transaction.Request.ApplicationName)); // SEC-069

        var named = known is null ? await FirstLinks.FindAsync(tx, connection, token, ct) : NameFound.Nobody;
        known ??= named.ToLink;
        var person = UpstreamPerson.ProvenBy(token, connection, answer.ClientId, known, transaction.Request.AcrValues, open.Now) with
        {
            Links = named.ToLink is not null,
        };
        if (named.Because is { } because)
            person = person with { Facts = person.Facts with { Upstream = $"first_link {because}" } };
        // A role that depends on groups is never given by a list that nobody could read (SEC-075).
        var refusal = token.Groups is TokenGroups.Overage && RoleDepends(connection.Settings, known) ? ReasonCodes.GroupsUnresolved : null;
        if (refusal is not null)
            person = person with { Facts = person.Facts with { Upstream = found.Failure } };
        if (named.NeedsAdministrator)
            (refusal, person) = (ReasonCodes.LinkNeedsAdministrator, person with { Known = named.Account });
        if (transaction.Request.IsTrial)
            return await trial.HandleAsync(open, person, token, refusal, ct);
        return refusal is null ? await finish.HandleAsync(open, person, ct) : await finish.RefuseAsync(open, person, refusal, ct);
    }

    private static bool RoleDepends(ConnectionSettings settings, User? known) =>
        GroupRoles.AreMapped(settings) && (known is null || GroupRoles.FollowAlways(settings));

    /// <summary>The provider refused, or what it sent cannot be believed: recorded, and told with its cure.</summary>
    public async Task<IResult> RefuseAsync(
        HttpContext http,
        SignInTransaction transaction,
        Connection connection,
        UpstreamFailure failure,
        CancellationToken ct
    )
    {
        if (transaction.Request.IsTrial)
            return await trial.RefuseAsync(http, transaction, connection, failure, ct);
        if (transaction.Request.ProvesTenant)
            return await tenant.RefuseAsync(http, transaction, connection, failure, ct);
        var help = ConsentHelp.IsMeant(connection, failure.Reason)
            ? await consent.OfferAsync(http, transaction, connection, failure.Reason, ct)
            : null;
        return await finish.RefuseAsync(
            http,
            transaction,
            connection.Organization,
            connection,
            failure.Reason,
            failure.Detail,
            failure.Aadsts,
            help,
            ct
        );
    }
}

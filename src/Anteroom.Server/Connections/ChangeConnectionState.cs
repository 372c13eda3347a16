using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Jobs;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Connections;

public enum ConnectionStep
{
    Submit,
    Approve,
    Activate,
    Disable,
}

/// <summary>Moves a connection through its life cycle: draft → submitted → testing → active → disabled (design.md §2).</summary>
public sealed class ChangeConnectionState(
    Database database,
    ConnectionStore connections,
    TestConnection test,
    AuditTrail audit,
    JobQueue jobs
)
{
    /// <summary>What the step may lead to from where the connection stands, or null where it may not.</summary>
    public static ConnectionState? Next(ConnectionState state, ConnectionStep step) =>
        (step, state) switch
        {
            (ConnectionStep.Submit, ConnectionState.Draft) => ConnectionState.Submitted,
            (ConnectionStep.Approve, ConnectionState.Submitted) => ConnectionState.Testing,
            (ConnectionStep.Activate, not ConnectionState.Active) => ConnectionState.Active,
            (ConnectionStep.Disable, not ConnectionState.Disabled) => ConnectionState.Disabled,
            _ => null,
        };

    /// <param name="organization">Whose connection; its settings say whether it may activate without an operator.</param>
    /// <param name="isOperator">Whether an operator asks: only they approve, and only they activate what is not approved where the organization may not.</param>
    /// <param name="withoutTest">Why an operator activates without a test; null runs it, and a failed step refuses.</param>
    /// <param name="version">Of the connection as the caller has seen it; null where any will do.</param>
    public async Task<Result<Connection, ConnectionRefusal>> HandleAsync(
        Organization organization,
        ConnectionId id,
        ConnectionStep step,
        bool isOperator,
        string? withoutTest,
        AuditContext context,
        CancellationToken ct,
        long? version = null
    )
    {
        if (await connections.FindAsync(organization.Id, id, ct) is not { } seen)
            return new ConnectionRefusal(ReasonCodes.NotFound);
        if (version is { } expected && expected != seen.Version)
            return new ConnectionRefusal(ReasonCodes.VersionMismatch);
        if (Next(seen.State, step) is not { } next)
            return new ConnectionRefusal(ReasonCodes.Conflict, $"A connection that is {Word(seen.State)} cannot do this.");
        if (!isOperator && Fault(organization, seen, step, withoutTest) is { } fault)
            return fault;
        if (step == ConnectionStep.Activate && withoutTest is null && await TestAsync(seen, ct) is { } failed)
            return failed;

        await using var tx = await database.BeginAsync(organization.Id, ct);
        if (await ConnectionStore.LockAsync(tx, id, ct) is not { } current)
            return new ConnectionRefusal(ReasonCodes.NotFound);
        if (current.Version != seen.Version)
            return new ConnectionRefusal(ReasonCodes.VersionMismatch); // what was tested is not what would become active
        var changed = current with { State = next, Version = current.Version + 1 };
        await tx.ExecuteAsync(
            """
            UPDATE connections SET state = @state, version = @version WHERE organization_id = @organization AND connection_id = @id
            """,
            new
            {
                id = id.Value,
                state = Word(next),
                version = changed.Version,
            },
            ct
        );
        await CredentialEnds.KeepAsync(tx, changed, ct);
        var entry = new AuditEntry(Action(step), AuditResult.Success, null, "connection", id.Value, changed.Name)
        {
            Details = new Dictionary<string, object?>
            {
                ["before"] = Word(current.State),
                ["after"] = Word(next),
                ["revision"] = current.Revision,
                ["withoutTest"] = withoutTest,
            },
        };
        await audit.RecordAsync(tx, context, entry, ct);
        if (ConnectionMoved.IsAwaited(step, organization.Settings.SelfServiceActivation))
            await jobs.EnqueueAsync(tx, ConnectionMoved.JobKind, new ConnectionMoved(id.Value, step, changed.Version), ct);
        await ConnectionStore.AnnounceAsync(tx, ct);
        await tx.CommitAsync(ct);
        return changed;
    }

    private static ConnectionRefusal? Fault(Organization organization, Connection connection, ConnectionStep step, string? withoutTest)
    {
        if (step == ConnectionStep.Approve)
            return new(ReasonCodes.Forbidden, "Only an operator approves a connection.");
        if (step == ConnectionStep.Activate && withoutTest is not null)
            return new(ReasonCodes.Forbidden, "Only an operator activates a connection without a test.");
        // Disabling was allowed to the organization, so coming back is too where it may activate by itself.
        return
            step == ConnectionStep.Activate && !organization.Settings.SelfServiceActivation && connection.State != ConnectionState.Testing
            ? new(ReasonCodes.Forbidden, "An operator approves the connections of this organization first: submit it.")
            : null;
    }

    /// <returns>The first thing found that keeps people out; null where nothing does.</returns>
    internal async Task<ConnectionRefusal?> TestAsync(Connection connection, CancellationToken ct)
    {
        var steps = await test.RunAsync(connection, ct);
        return steps.FirstOrDefault(step => step is { Result: ConnectionTestResult.Failed, Stops: true }) is { } failed
            ? new(failed.Code ?? ReasonCodes.Conflict, $"The test step '{failed.Name}' failed: {failed.Message}") { Found = failed }
            : null;
    }

    internal static string Word(ConnectionState state) =>
        state switch
        {
            ConnectionState.Draft => "draft",
            ConnectionState.Submitted => "submitted",
            ConnectionState.Testing => "testing",
            ConnectionState.Active => "active",
            _ => "disabled",
        };

    private static string Action(ConnectionStep step) =>
        step switch
        {
            ConnectionStep.Submit => "connection.submitted",
            ConnectionStep.Approve => "connection.approved",
            ConnectionStep.Activate => "connection.activated",
            _ => "connection.disabled",
        };
}

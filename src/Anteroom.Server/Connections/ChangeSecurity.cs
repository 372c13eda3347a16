using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Connections;

/// <summary>Changes how people of an organization are shown in together with its connection to Entra: all of it, or nothing.</summary>
public sealed class ChangeSecurity(
    ChangeSignInPolicy policies,
    ChangeOrganization organizations,
    SaveConnection connections,
    ChangeConnectionState states
)
{
    /// <summary>Gives the next connection its addresses, so that they can be registered before it is there. Once given they stay.</summary>
    public Task<Result<Organization, OrganizationRefusal>> PrepareAsync(
        OrganizationId organization,
        AuditContext context,
        CancellationToken ct
    ) =>
        organizations.HandleAsync(
            organization,
            version: null,
            "organization.connection_prepared",
            current =>
                With(current, current.Settings.NextConnection with { Key = current.Settings.NextConnection.Key ?? ConnectionKeys.New() }),
            context,
            ct
        );

    /// <summary>Where there is no connection yet: what it begins with is kept.</summary>
    /// <param name="seen">The organization as the caller has seen it.</param>
    public async Task<Result<Organization, ConnectionRefusal>> KeepAsync(
        Organization seen,
        SignInPolicy policy,
        NextConnection next,
        AuditContext context,
        CancellationToken ct
    )
    {
        if (await FaultAsync(seen, policy, ct) is { } fault)
            return fault;
        if (!ConnectionRules.Domains(next.AuthorizedDomains).TryGet(out var domains, out var wrong))
            return wrong;
        var kept = await organizations.HandleAsync(
            seen.Id,
            seen.Version,
            ChangeSignInPolicy.Action,
            current => With(ChangeSignInPolicy.Apply(current, policy), next with { AuthorizedDomains = domains }),
            context,
            ct
        );
        return kept.TryGet(out var organization, out var refusal) ? organization : Refusal(refusal);
    }

    /// <summary>Makes the connection, on the addresses that were given to it.</summary>
    /// <param name="autoConnect">Whether it is taken without asking.</param>
    public async Task<Result<Connection, ConnectionRefusal>> ConnectAsync(
        Organization seen,
        SignInPolicy policy,
        bool autoConnect,
        ConnectionDraft draft,
        AuditContext context,
        CancellationToken ct
    )
    {
        if (await FaultAsync(seen, policy, ct) is { } fault)
            return fault;
        return await connections.CreateAsync(
            seen.Id,
            draft,
            context,
            ct,
            seen.Settings.NextConnection.Key,
            (tx, id) => AlsoAsync(tx, seen, autoConnect ? policy with { AutoConnectConnection = id.Value } : policy, context, ct)
        );
    }

    /// <param name="policy">Null leaves it.</param>
    /// <param name="connection">As the caller has seen it.</param>
    /// <param name="change">Makes the new draft from the present connection.</param>
    /// <param name="isOperator">As in <see cref="SaveConnection.ChangeAsync"/>.</param>
    public async Task<Result<Connection, ConnectionRefusal>> ChangeAsync(
        Organization seen,
        SignInPolicy? policy,
        Connection connection,
        Func<Connection, ConnectionDraft> change,
        bool isOperator,
        AuditContext context,
        CancellationToken ct
    )
    {
        if (policy is not null && await FaultAsync(seen, policy, ct) is { } fault)
            return fault;
        return await connections.ChangeAsync(
            seen.Id,
            connection.Id,
            connection.Version,
            current => change(current),
            context,
            ct,
            policy is null ? null : (tx, _) => AlsoAsync(tx, seen, policy, context, ct),
            isOperator
        );
    }

    /// <summary>What was set up is ready at once, where the organization may decide that and the test finds nothing wrong (HEL-15).</summary>
    /// <returns>What the test found; null where it is active, or waits for somebody to decide.</returns>
    public async Task<ConnectionRefusal?> ActivateAsync(
        Organization organization,
        Connection connection,
        AuditContext context,
        CancellationToken ct
    )
    {
        if (connection.State != ConnectionState.Draft || !organization.Settings.SelfServiceActivation)
            return null;
        var moved = await states.HandleAsync(
            organization,
            connection.Id,
            ConnectionStep.Activate,
            isOperator: false,
            withoutTest: null,
            context,
            ct
        );
        return moved.TryGet(out _, out var refusal) ? null : refusal;
    }

    /// <summary>For a connection that is in use already: whoever gave it another tenant, client or secret hears at once what is wrong with it (HEC-25).</summary>
    /// <returns>What the test found that keeps people out; null where nothing does.</returns>
    public Task<ConnectionRefusal?> TestAsync(Connection connection, CancellationToken ct) => states.TestAsync(connection, ct);

    private async Task<ConnectionRefusal?> FaultAsync(Organization organization, SignInPolicy policy, CancellationToken ct) =>
        await policies.FaultAsync(organization.Id, policy, ct) is { } fault ? Refusal(fault) : null;

    private async Task<ConnectionRefusal?> AlsoAsync(
        Transaction tx,
        Organization seen,
        SignInPolicy policy,
        AuditContext context,
        CancellationToken ct
    )
    {
        var changed = await organizations.WithinAsync(
            tx,
            seen.Version,
            ChangeSignInPolicy.Action,
            current => With(ChangeSignInPolicy.Apply(current, policy), NextConnection.Default),
            context,
            ct
        );
        return changed.TryGet(out _, out var refusal) ? null : Refusal(refusal);
    }

    private static Organization With(Organization organization, NextConnection next) =>
        organization with
        {
            Settings = organization.Settings with { NextConnection = next },
        };

    private static ConnectionRefusal Refusal(OrganizationRefusal refusal) => new(refusal.Code, refusal.Detail);
}

using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Connections;

/// <summary>Sets how people of an organization are shown in. It stands here because it may name a connection.</summary>
public sealed class ChangeSignInPolicy(ChangeOrganization change, ConnectionStore connections)
{
    internal const string Action = "organization.sign_in_policy_updated";

    public const string NoSuchConnection = "autoConnectConnectionId is not a connection of the organization.";

    /// <param name="version">The organization's as the caller has seen it, or null where any will do.</param>
    public async Task<Result<Organization, OrganizationRefusal>> HandleAsync(
        OrganizationId organization,
        long? version,
        SignInPolicy policy,
        AuditContext context,
        CancellationToken ct
    )
    {
        if (await FaultAsync(organization, policy, ct) is { } fault)
            return fault;
        return await change.HandleAsync(organization, version, Action, current => Apply(current, policy), context, ct);
    }

    internal static Organization Apply(Organization current, SignInPolicy policy) =>
        current with
        {
            Settings = current.Settings with { SignIn = policy },
        };

    /// <summary>Why the policy cannot be, or null.</summary>
    internal async Task<OrganizationRefusal?> FaultAsync(OrganizationId organization, SignInPolicy policy, CancellationToken ct)
    {
        if (policy.AutoConnectConnection is { } id && await connections.FindAsync(organization, new ConnectionId(id), ct) is null)
            return new OrganizationRefusal(ReasonCodes.ValidationFailed, NoSuchConnection) { Member = "autoConnectConnectionId" };
        if (policy.AuthenticationMethod is { } method)
        {
            if (!AuthenticationMethods.All.Contains(method))
                return Invalid($"authenticationMethod is one of {string.Join(", ", AuthenticationMethods.All)}, or null.");
            if (method == AuthenticationMethods.Local && policy is not ({ AllowPasswords: true } or { AllowPasskeys: true }))
                return Invalid("authenticationMethod 'local' needs passwords or passkeys; without them nobody could sign in.");
        }
        return null;
    }

    private static OrganizationRefusal Invalid(string detail) =>
        new(ReasonCodes.ValidationFailed, detail) { Member = "authenticationMethod" };
}

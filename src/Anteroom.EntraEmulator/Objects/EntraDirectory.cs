using System.Security.Cryptography;
using Anteroom.EntraEmulator.Objects.ConditionalAccess;
using Anteroom.EntraEmulator.Objects.Generated;
using Anteroom.EntraEmulator.Objects.Logs;
using Anteroom.EntraEmulator.Storage;

namespace Anteroom.EntraEmulator.Objects;

/// <summary>Everything the emulator knows: its tables, and the ways to find something in them.</summary>
internal sealed class EntraDirectory : IDisposable
{
    /// <summary>A browser session lives 24 hours, sliding; "Stay signed in" makes it 90 days (entra-oidc.md §11).</summary>
    public static readonly TimeSpan SessionLife = TimeSpan.FromHours(24);
    public static readonly TimeSpan PersistentSessionLife = TimeSpan.FromDays(90);

    /// <summary>The recycle bin keeps for 30 days.</summary>
    public static readonly TimeSpan RecycleBinLife = TimeSpan.FromDays(30);

    /// <summary>Reports of a tenant with P1 go back 30 days (graph.md §11).</summary>
    public static readonly TimeSpan ReportLife = TimeSpan.FromDays(30);

    private const string Only = "only";

    private readonly Store _store;
    private readonly ITable[] _resettable;

    public EntraDirectory(string? folder, TimeProvider clock, ILogger log)
    {
        var generated = new GeneratedObjects(Populations);
        Users.Generate(generated.Users);
        Groups.Generate(generated.Groups);
        Memberships.Generate(generated.Memberships);

        TenantsByDomain = Tenants.IndexBy(tenant => tenant.VerifiedDomains);
        UsersByName = Users.IndexBy(user => [user.UserPrincipalName], generated.UsersByName);
        UsersByTenant = Users.IndexBy(user => [user.TenantId.ToString()], generated.UsersByTenant);
        UsersInOrder = Users.OrderBy(
            user => user.TenantId.ToString(),
            user => [new(user.DisplayName, user.UserPrincipalName)],
            generated.UsersInOrder
        );
        UsersByWord = Users.OrderBy(
            user => user.TenantId.ToString(),
            user =>
                NameKey
                    .Words(user.DisplayName)
                    .Append(user.UserPrincipalName)
                    .Append(user.Mail ?? user.UserPrincipalName)
                    .Distinct(StringComparer.OrdinalIgnoreCase)
                    .Select(word => new NameKey(word, user.UserPrincipalName)),
            generated.UsersByWord
        );
        UsersByMail = Users.IndexBy(user => user is { IsExternal: true, Mail: { } mail } ? [$"{user.TenantId}/{mail}"] : []);
        UsersByManager = Users.IndexBy(user => user.ManagerId is { } manager ? [manager.ToString()] : [], generated.UsersByManager);
        GuestsByHome = Users.IndexBy(user => user.HomeObjectId is { } home ? [$"{user.TenantId}/{home}"] : []);
        GroupsByTenant = Groups.IndexBy(group => [group.TenantId.ToString()], generated.GroupsByTenant);
        GroupsInOrder = Groups.OrderBy(
            group => group.TenantId.ToString(),
            group => [new(group.DisplayName, group.Id.ToString())],
            generated.GroupsInOrder
        );
        GroupsByWord = Groups.OrderBy(
            group => group.TenantId.ToString(),
            group => NameKey.Words(group.DisplayName).Select(word => new NameKey(word, group.Id.ToString())),
            generated.GroupsByWord
        );
        DevicesByTenant = Devices.IndexBy(device => [device.TenantId.ToString()]);
        MembersOf = Memberships.IndexBy(membership => [membership.GroupId.ToString()], generated.MembersOf);
        GroupsOf = Memberships.IndexBy(membership => [membership.MemberId.ToString()], generated.GroupsOf);
        OwnersOf = Ownerships.IndexBy(ownership => [ownership.ObjectId.ToString()]);
        OwnedBy = Ownerships.IndexBy(ownership => [ownership.OwnerId.ToString()]);
        ApplicationsByAppId = Applications.IndexBy(application => [application.AppId.ToString()]);
        ApplicationsByTenant = Applications.IndexBy(application => [application.TenantId.ToString()]);
        ApplicationsInOrder = Applications.OrderBy(
            application => application.TenantId.ToString(),
            application => [new(application.DisplayName, application.Id.ToString())]
        );
        ApplicationsByWord = Applications.OrderBy(
            application => application.TenantId.ToString(),
            application =>
                NameKey
                    .Words(application.DisplayName)
                    .Concat([application.AppId.ToString(), application.Id.ToString()])
                    .Select(word => new NameKey(word, application.Id.ToString()))
        );
        ApplicationsByIdentifier = Applications.IndexBy(application => application.IdentifierUris);
        ServicePrincipalsByApp = ServicePrincipals.IndexBy(principal => [$"{principal.TenantId}/{principal.AppId}"]);
        ServicePrincipalsByTenant = ServicePrincipals.IndexBy(principal => [principal.TenantId.ToString()]);
        AssignmentsOf = Assignments.IndexBy(assignment => [assignment.ServicePrincipalId.ToString()]);
        AssignmentsTo = Assignments.IndexBy(assignment => [assignment.PrincipalId.ToString()]);
        GrantsOf = Grants.IndexBy(grant => [grant.ClientId.ToString()]);
        ApprovalRequestsByTenant = ApprovalRequests.IndexBy(request => [request.TenantId.ToString()]);
        DirectoryRolesByTenant = DirectoryRoles.IndexBy(role => [role.TenantId.ToString()]);
        RoleAssignmentsByTenant = RoleAssignments.IndexBy(assignment => [assignment.TenantId.ToString()]);
        RoleAssignmentsOf = RoleAssignments.IndexBy(assignment => [assignment.PrincipalId.ToString()]);
        PoliciesByTenant = ConditionalAccessPolicies.IndexBy(policy => [policy.TenantId.ToString()]);
        LocationsByTenant = NamedLocations.IndexBy(location => [location.TenantId.ToString()]);
        ContextsByTenant = AuthenticationContexts.IndexBy(context => [context.TenantId.ToString()]);
        StsPoliciesByTenant = StsPolicies.IndexBy(policy => [policy.TenantId.ToString()]);
        PoliciesOf = PolicyAssignments.IndexBy(assignment => [assignment.ObjectId.ToString()]);
        ObjectsUnder = PolicyAssignments.IndexBy(assignment => [assignment.PolicyId.ToString()]);
        InvitationsByTicket = Invitations.IndexBy(invitation => [invitation.RedeemTicket]);
        SignInsByTenant = SignIns.IndexBy(signIn => [signIn.TenantId.ToString()]);
        AuditsByTenant = DirectoryAudits.IndexBy(audit => [audit.TenantId.ToString()]);
        DeletedUsersByTenant = DeletedUsers.IndexBy(user => [user.TenantId.ToString()]);
        DeletedGroupsByTenant = DeletedGroups.IndexBy(group => [group.TenantId.ToString()]);
        DeletedApplicationsByTenant = DeletedApplications.IndexBy(application => [application.TenantId.ToString()]);

        DeviceAuthorizationsByUserCode = DeviceAuthorizations.IndexBy(authorization => [authorization.UserCode]);

        _resettable =
        [
            Populations, // first: a snapshot tells what was removed of them after them
            Tenants,
            Users,
            Groups,
            Devices,
            Memberships,
            Ownerships,
            Applications,
            ServicePrincipals,
            Assignments,
            Grants,
            ApprovalRequests,
            DirectoryRoles,
            RoleAssignments,
            ConditionalAccessPolicies,
            NamedLocations,
            AuthenticationContexts,
            StsPolicies,
            PolicyAssignments,
            Invitations,
            SignIns,
            DirectoryAudits,
            DeletedUsers,
            DeletedGroups,
            DeletedApplications,
            Sessions,
            RedeemedCodes,
            DeviceAuthorizations,
            SettingsTable,
        ];
        _store = new Store(folder, [.. _resettable, MasterKeys, Keys], clock, log);
        _store.Write(changes =>
        {
            if (MasterKeys.Count == 0)
                changes.Put(MasterKeys, new MasterKey(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))));
        });
    }

    public Table<Tenant> Tenants { get; } = new("tenants", tenant => tenant.Id.ToString(), StateJson.Default.Tenant);

    /// <summary>By tenant id.</summary>
    public Table<Population> Populations { get; } =
        new("populations", population => population.TenantId.ToString(), StateJson.Default.Population);
    public Table<User> Users { get; } = new("users", user => user.Id.ToString(), StateJson.Default.User);
    public Table<Group> Groups { get; } = new("groups", group => group.Id.ToString(), StateJson.Default.Group);
    public Table<Device> Devices { get; } = new("devices", device => device.Id.ToString(), StateJson.Default.Device);
    public Table<Membership> Memberships { get; } = new("memberships", membership => membership.Key, StateJson.Default.Membership);
    public Table<Ownership> Ownerships { get; } = new("ownerships", ownership => ownership.Key, StateJson.Default.Ownership);
    public Table<Application> Applications { get; } =
        new("applications", application => application.Id.ToString(), StateJson.Default.Application);
    public Table<ServicePrincipal> ServicePrincipals { get; } =
        new("servicePrincipals", principal => principal.Id.ToString(), StateJson.Default.ServicePrincipal);
    public Table<AppRoleAssignment> Assignments { get; } =
        new("assignments", assignment => assignment.Id, StateJson.Default.AppRoleAssignment);
    public Table<OAuth2PermissionGrant> Grants { get; } = new("grants", grant => grant.Id, StateJson.Default.OAuth2PermissionGrant);
    public Table<ApprovalRequest> ApprovalRequests { get; } =
        new("approvalRequests", request => request.Id.ToString(), StateJson.Default.ApprovalRequest);
    public Table<DirectoryRole> DirectoryRoles { get; } =
        new("directoryRoles", role => role.Id.ToString(), StateJson.Default.DirectoryRole);
    public Table<RoleAssignment> RoleAssignments { get; } =
        new("roleAssignments", assignment => assignment.Id, StateJson.Default.RoleAssignment);
    public Table<ConditionalAccessPolicy> ConditionalAccessPolicies { get; } =
        new("conditionalAccessPolicies", policy => policy.Id.ToString(), StateJson.Default.ConditionalAccessPolicy);
    public Table<NamedLocation> NamedLocations { get; } =
        new("namedLocations", location => location.Id.ToString(), StateJson.Default.NamedLocation);
    public Table<AuthenticationContext> AuthenticationContexts { get; } =
        new("authenticationContexts", context => context.Key, StateJson.Default.AuthenticationContext);
    public Table<StsPolicy> StsPolicies { get; } = new("stsPolicies", policy => policy.Id.ToString(), StateJson.Default.StsPolicy);
    public Table<PolicyAssignment> PolicyAssignments { get; } =
        new("policyAssignments", assignment => assignment.Key, StateJson.Default.PolicyAssignment);
    public Table<Invitation> Invitations { get; } =
        new("invitations", invitation => invitation.Id.ToString(), StateJson.Default.Invitation);
    public Table<SignIn> SignIns { get; } =
        new(
            "signIns",
            signIn => signIn.Id.ToString(),
            StateJson.Default.SignIn,
            (signIn, now) => signIn.CreatedDateTime + ReportLife <= now
        );
    public Table<DirectoryAudit> DirectoryAudits { get; } =
        new(
            "directoryAudits",
            audit => audit.Id.ToString(),
            StateJson.Default.DirectoryAudit,
            (audit, now) => audit.ActivityDateTime + ReportLife <= now
        );

    /// <summary>The recycle bin; who restores puts the row back. Memberships and assignments of what lies here stay.</summary>
    public Table<User> DeletedUsers { get; } =
        new("deletedUsers", user => user.Id.ToString(), StateJson.Default.User, (user, now) => IsPurged(user.DeletedDateTime, now));
    public Table<Group> DeletedGroups { get; } =
        new("deletedGroups", group => group.Id.ToString(), StateJson.Default.Group, (group, now) => IsPurged(group.DeletedDateTime, now));
    public Table<Application> DeletedApplications { get; } =
        new(
            "deletedApplications",
            application => application.Id.ToString(),
            StateJson.Default.Application,
            (application, now) => IsPurged(application.DeletedDateTime, now)
        );
    public Table<BrowserSession> Sessions { get; } =
        new("sessions", session => session.Id, StateJson.Default.BrowserSession, (session, now) => IsOver(session, now));
    public Table<RedeemedCode> RedeemedCodes { get; } =
        new("redeemedCodes", code => code.Id.ToString(), StateJson.Default.RedeemedCode, (code, now) => code.ForgetAt < now);
    public Table<DeviceAuthorization> DeviceAuthorizations { get; } =
        new(
            "deviceAuthorizations",
            authorization => authorization.Id,
            StateJson.Default.DeviceAuthorization,
            (authorization, now) => authorization.ExpiresAt <= now
        );
    public Table<StoredKey> Keys { get; } = new("keys", key => key.Kid, StateJson.Default.StoredKey);

    public TableIndex<Tenant> TenantsByDomain { get; }
    public TableIndex<User> UsersByName { get; }
    public TableIndex<User> UsersByTenant { get; }

    /// <summary>By display name.</summary>
    public OrderedIndex<User> UsersInOrder { get; }

    /// <summary>By the words of display names, user names and mail addresses.</summary>
    public OrderedIndex<User> UsersByWord { get; }
    public TableIndex<User> UsersByMail { get; }
    public TableIndex<User> UsersByManager { get; }
    public TableIndex<User> GuestsByHome { get; }
    public TableIndex<Group> GroupsByTenant { get; }
    public OrderedIndex<Group> GroupsInOrder { get; }
    public OrderedIndex<Group> GroupsByWord { get; }
    public TableIndex<Device> DevicesByTenant { get; }
    public TableIndex<Membership> MembersOf { get; }
    public TableIndex<Membership> GroupsOf { get; }
    public TableIndex<Ownership> OwnersOf { get; }
    public TableIndex<Ownership> OwnedBy { get; }
    public TableIndex<Application> ApplicationsByAppId { get; }
    public TableIndex<Application> ApplicationsByTenant { get; }
    public OrderedIndex<Application> ApplicationsInOrder { get; }

    /// <summary>By the words of display names, client ids and object ids.</summary>
    public OrderedIndex<Application> ApplicationsByWord { get; }
    public TableIndex<Application> ApplicationsByIdentifier { get; }
    public TableIndex<ServicePrincipal> ServicePrincipalsByApp { get; }
    public TableIndex<ServicePrincipal> ServicePrincipalsByTenant { get; }

    /// <summary>By the resource's service principal.</summary>
    public TableIndex<AppRoleAssignment> AssignmentsOf { get; }

    /// <summary>By who holds the role.</summary>
    public TableIndex<AppRoleAssignment> AssignmentsTo { get; }

    /// <summary>By the client's service principal.</summary>
    public TableIndex<OAuth2PermissionGrant> GrantsOf { get; }
    public TableIndex<ApprovalRequest> ApprovalRequestsByTenant { get; }
    public TableIndex<DirectoryRole> DirectoryRolesByTenant { get; }
    public TableIndex<RoleAssignment> RoleAssignmentsByTenant { get; }
    public TableIndex<RoleAssignment> RoleAssignmentsOf { get; }
    public TableIndex<ConditionalAccessPolicy> PoliciesByTenant { get; }
    public TableIndex<NamedLocation> LocationsByTenant { get; }
    public TableIndex<AuthenticationContext> ContextsByTenant { get; }
    public TableIndex<StsPolicy> StsPoliciesByTenant { get; }
    public TableIndex<PolicyAssignment> PoliciesOf { get; }
    public TableIndex<PolicyAssignment> ObjectsUnder { get; }
    public TableIndex<Invitation> InvitationsByTicket { get; }
    public TableIndex<SignIn> SignInsByTenant { get; }
    public TableIndex<DirectoryAudit> AuditsByTenant { get; }
    public TableIndex<User> DeletedUsersByTenant { get; }
    public TableIndex<Group> DeletedGroupsByTenant { get; }
    public TableIndex<Application> DeletedApplicationsByTenant { get; }
    public TableIndex<DeviceAuthorization> DeviceAuthorizationsByUserCode { get; }

    public EmulatorSettings Settings => SettingsTable.Find(Only) ?? new EmulatorSettings();

    public byte[] Seed => Convert.FromBase64String(MasterKeys.Find(Only)!.Value);

    private Table<EmulatorSettings> SettingsTable { get; } = new("settings", _ => Only, StateJson.Default.EmulatorSettings);
    private Table<MasterKey> MasterKeys { get; } = new("masterKey", _ => Only, StateJson.Default.MasterKey);

    public T Write<T>(Func<Changes, T> decide, bool durable = true) => _store.Write(decide, durable);

    public void Write(Action<Changes> decide, bool durable = true) => _store.Write(decide, durable);

    public void Change(Func<EmulatorSettings, EmulatorSettings> change) =>
        _store.Write(changes => changes.Put(SettingsTable, change(Settings)));

    /// <summary>Forgets every directory object, session and switch; keys and the seed stay.</summary>
    public void Reset() =>
        _store.Write(changes =>
        {
            foreach (var table in _resettable)
                changes.Clear(table);
        });

    public static bool IsOver(BrowserSession session, DateTimeOffset now) =>
        session.LastSeen + (session.Persistent ? PersistentSessionLife : SessionLife) <= now;

    public static bool IsPurged(DateTimeOffset? deleted, DateTimeOffset now) => deleted + RecycleBinLife <= now;

    public void Compact() => _store.Compact();

    public void Dispose() => _store.Dispose();
}

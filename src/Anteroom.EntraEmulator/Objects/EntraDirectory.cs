using System.Security.Cryptography;
using Anteroom.EntraEmulator.Storage;

namespace Anteroom.EntraEmulator.Objects;

/// <summary>Everything the emulator knows, and the questions that the protocol asks of it.</summary>
internal sealed class EntraDirectory : IDisposable
{
    /// <summary>A browser session lives 24 hours, sliding; "Stay signed in" makes it 90 days (entra-oidc.md §11).</summary>
    public static readonly TimeSpan SessionLife = TimeSpan.FromHours(24);
    public static readonly TimeSpan PersistentSessionLife = TimeSpan.FromDays(90);

    private const string Only = "only";

    private readonly Store _store;

    public EntraDirectory(string? folder, TimeProvider clock, ILogger log)
    {
        TenantsByDomain = Tenants.IndexBy(tenant => tenant.VerifiedDomains);
        UsersByName = Users.IndexBy(user => [user.UserPrincipalName]);
        UsersByTenant = Users.IndexBy(user => [user.TenantId.ToString()]);
        UsersByMail = Users.IndexBy(user => user is { IsExternal: true, Mail: { } mail } ? [$"{user.TenantId}/{mail}"] : []);
        GuestsByHome = Users.IndexBy(user => user.HomeObjectId is { } home ? [$"{user.TenantId}/{home}"] : []);
        GroupsByTenant = Groups.IndexBy(group => [group.TenantId.ToString()]);
        MembersOf = Memberships.IndexBy(membership => [membership.GroupId.ToString()]);
        GroupsOf = Memberships.IndexBy(membership => [membership.MemberId.ToString()]);
        ApplicationsByAppId = Applications.IndexBy(application => [application.AppId.ToString()]);
        ApplicationsByTenant = Applications.IndexBy(application => [application.TenantId.ToString()]);
        ApplicationsByIdentifier = Applications.IndexBy(application => application.IdentifierUris);
        ServicePrincipalsByApp = ServicePrincipals.IndexBy(principal => [$"{principal.TenantId}/{principal.AppId}"]);
        AssignmentsOf = Assignments.IndexBy(assignment => [assignment.ServicePrincipalId.ToString()]);
        GrantsOf = Grants.IndexBy(grant => [grant.ServicePrincipalId.ToString()]);

        _store = new Store(
            folder,
            [
                Tenants,
                Users,
                Groups,
                Memberships,
                Applications,
                ServicePrincipals,
                Assignments,
                Grants,
                Sessions,
                RedeemedCodes,
                SettingsTable,
                MasterKeys,
                Keys,
            ],
            clock,
            log
        );
        _store.Write(changes =>
        {
            if (MasterKeys.Count == 0)
                changes.Put(MasterKeys, new MasterKey(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))));
        });
    }

    public Table<Tenant> Tenants { get; } = new("tenants", tenant => tenant.Id.ToString(), StateJson.Default.Tenant);
    public Table<User> Users { get; } = new("users", user => user.Id.ToString(), StateJson.Default.User);
    public Table<Group> Groups { get; } = new("groups", group => group.Id.ToString(), StateJson.Default.Group);
    public Table<Membership> Memberships { get; } = new("memberships", membership => membership.Key, StateJson.Default.Membership);
    public Table<Application> Applications { get; } =
        new("applications", application => application.Id.ToString(), StateJson.Default.Application);
    public Table<ServicePrincipal> ServicePrincipals { get; } =
        new("servicePrincipals", principal => principal.Id.ToString(), StateJson.Default.ServicePrincipal);
    public Table<AppRoleAssignment> Assignments { get; } =
        new("assignments", assignment => assignment.Id.ToString(), StateJson.Default.AppRoleAssignment);
    public Table<PermissionGrant> Grants { get; } = new("grants", grant => grant.Id.ToString(), StateJson.Default.PermissionGrant);
    public Table<BrowserSession> Sessions { get; } =
        new("sessions", session => session.Id, StateJson.Default.BrowserSession, (session, now) => IsOver(session, now));
    public Table<RedeemedCode> RedeemedCodes { get; } =
        new("redeemedCodes", code => code.Id.ToString(), StateJson.Default.RedeemedCode, (code, now) => code.ForgetAt < now);
    public Table<StoredKey> Keys { get; } = new("keys", key => key.Kid, StateJson.Default.StoredKey);

    public TableIndex<Tenant> TenantsByDomain { get; }
    public TableIndex<User> UsersByName { get; }
    public TableIndex<User> UsersByTenant { get; }
    public TableIndex<User> UsersByMail { get; }
    public TableIndex<User> GuestsByHome { get; }
    public TableIndex<Group> GroupsByTenant { get; }
    public TableIndex<Membership> MembersOf { get; }
    public TableIndex<Membership> GroupsOf { get; }
    public TableIndex<Application> ApplicationsByAppId { get; }
    public TableIndex<Application> ApplicationsByTenant { get; }
    public TableIndex<Application> ApplicationsByIdentifier { get; }
    public TableIndex<ServicePrincipal> ServicePrincipalsByApp { get; }
    public TableIndex<AppRoleAssignment> AssignmentsOf { get; }
    public TableIndex<PermissionGrant> GrantsOf { get; }

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
            RemoveAll(changes, Tenants);
            RemoveAll(changes, Users);
            RemoveAll(changes, Groups);
            RemoveAll(changes, Memberships);
            RemoveAll(changes, Applications);
            RemoveAll(changes, ServicePrincipals);
            RemoveAll(changes, Assignments);
            RemoveAll(changes, Grants);
            RemoveAll(changes, Sessions);
            RemoveAll(changes, RedeemedCodes);
            RemoveAll(changes, SettingsTable);
        });

    public Application? FindApplication(Guid appId) => ApplicationsByAppId.First(appId.ToString());

    public ServicePrincipal? FindServicePrincipal(Guid tenantId, Guid appId) => ServicePrincipalsByApp.First($"{tenantId}/{appId}");

    /// <summary>The groups that a user or group is a direct member of.</summary>
    public IEnumerable<Group> DirectGroupsOf(Guid member) =>
        GroupsOf.Find(member.ToString()).Select(membership => Groups.Find(membership.GroupId)).OfType<Group>();

    /// <summary>All groups of a member, nested ones included; a cycle ends where it began.</summary>
    public IReadOnlyCollection<Group> AllGroupsOf(Guid member)
    {
        var found = new Dictionary<Guid, Group>();
        var open = new Queue<Guid>([member]);
        while (open.TryDequeue(out var next))
        {
            foreach (var group in DirectGroupsOf(next))
            {
                if (found.TryAdd(group.Id, group))
                    open.Enqueue(group.Id);
            }
        }
        return found.Values;
    }

    /// <summary>Assignments that reach a user: its own, and those of groups it is a direct member of; nesting does not count (§2.6, 50105).</summary>
    public IEnumerable<AppRoleAssignment> AssignmentsFor(ServicePrincipal principal, User user)
    {
        var groups = DirectGroupsOf(user.Id).Select(group => group.Id).ToHashSet();
        return AssignmentsOf
            .Find(principal.Id.ToString())
            .Where(assignment => assignment.PrincipalId == user.Id || groups.Contains(assignment.PrincipalId));
    }

    public static bool IsOver(BrowserSession session, DateTimeOffset now) =>
        session.LastSeen + (session.Persistent ? PersistentSessionLife : SessionLife) <= now;

    public void Compact() => _store.Compact();

    public void Dispose() => _store.Dispose();

    private static void RemoveAll<T>(Changes changes, Table<T> table)
        where T : class
    {
        foreach (var row in table.All)
            changes.Remove(table, table.KeyOf(row));
    }
}

using System.Collections.Concurrent;
using Anteroom.EntraEmulator.Storage;

namespace Anteroom.EntraEmulator.Objects.Generated;

/// <summary>The generated rows of users, groups and memberships, over all populations.</summary>
internal sealed class GeneratedObjects(Table<Population> populations)
{
    private readonly ConcurrentDictionary<Population, GeneratedTenant> _tenants = [];

    public IGeneratedRows<User> Users => new UserRows(this);

    public IGeneratedRows<Group> Groups => new GroupRows(this);

    public IGeneratedRows<Membership> Memberships => new MembershipRows(this);

    /// <summary>Who computes a tenant's people; null where nobody is generated.</summary>
    public GeneratedTenant? In(string tenantId) => populations.Find(tenantId) is { } population ? Load(population) : null;

    public IEnumerable<User> UsersByTenant(string tenantId, long skip)
    {
        if (In(tenantId) is not { } tenant)
            yield break;
        for (var number = (int)skip; number < tenant.UserCount; number++)
            yield return tenant.UserAt(number);
    }

    public IEnumerable<(NameKey At, User Row)> UsersInOrder(string tenantId, string prefix, NameKey after) =>
        In(tenantId) is { } tenant ? tenant.Order.Users(prefix, after).Select(found => (found.At, tenant.UserAt(found.Number))) : [];

    public IEnumerable<(NameKey At, User Row)> UsersByWord(string tenantId, string prefix, NameKey after) =>
        In(tenantId) is { } tenant ? tenant.Order.UsersByWord(prefix, after).Select(found => (found.At, tenant.UserAt(found.Number))) : [];

    public IEnumerable<(NameKey At, Group Row)> GroupsInOrder(string tenantId, string prefix, NameKey after) =>
        In(tenantId) is { } tenant ? tenant.Order.Groups(prefix, after).Select(found => (found.At, tenant.GroupAt(found.Number))) : [];

    public IEnumerable<(NameKey At, Group Row)> GroupsByWord(string tenantId, string prefix, NameKey after) =>
        In(tenantId) is { } tenant
            ? tenant.Order.GroupsByWord(prefix, after).Select(found => (found.At, tenant.GroupAt(found.Number)))
            : [];

    public IEnumerable<User> UsersByName(string name, long skip) =>
        skip > 0 ? [] : All.Select(tenant => tenant.UserByName(name)).OfType<User>();

    public IEnumerable<User> UsersByManager(string manager, long skip) =>
        Read(manager) is (var tenant, GeneratedKind.User, var number) ? tenant.ReportsOf(number, skip).Select(tenant.UserAt) : [];

    public IEnumerable<Group> GroupsByTenant(string tenantId, long skip)
    {
        if (In(tenantId) is not { } tenant)
            yield break;
        for (var number = (int)skip; number < tenant.GroupCount; number++)
            yield return tenant.GroupAt(number);
    }

    public IEnumerable<Membership> MembersOf(string group, long skip) =>
        Read(group) is (var tenant, GeneratedKind.Group, var number)
            ? tenant.MembersOf(number, skip).Select(member => new Membership(tenant.GroupId(number), member))
            : [];

    public IEnumerable<Membership> GroupsOf(string member, long skip) =>
        Read(member) is (var tenant, var kind, var number)
            ? tenant.GroupsOf(kind, number).Skip((int)skip).Select(group => new Membership(group, tenant.Ids.Of(kind, number)))
            : [];

    private IEnumerable<GeneratedTenant> All => populations.All.Select(Load);

    private (GeneratedTenant Tenant, GeneratedKind Kind, int Number)? Read(string key)
    {
        if (!Guid.TryParse(key, out var id))
            return null;
        var tag = GeneratedIds.TagOf(id);
        foreach (var population in populations.All)
        {
            if (population.Tag != tag || Load(population) is not { } tenant || tenant.Ids.Read(id) is not { } found)
                continue;
            var end = found.Kind == GeneratedKind.User ? tenant.UserCount : tenant.GroupCount;
            return found.Number < end ? (tenant, found.Kind, found.Number) : null;
        }
        return null;
    }

    private GeneratedTenant Load(Population population) => _tenants.GetOrAdd(population, row => new GeneratedTenant(row));

    private sealed class UserRows(GeneratedObjects objects) : IGeneratedRows<User>
    {
        public int Count => objects.All.Sum(tenant => tenant.UserCount);

        public User? Find(string key) => objects.Read(key) is (var tenant, GeneratedKind.User, var number) ? tenant.UserAt(number) : null;

        public IEnumerable<User> All() => objects.All.SelectMany(tenant => Enumerable.Range(0, tenant.UserCount).Select(tenant.UserAt));
    }

    private sealed class GroupRows(GeneratedObjects objects) : IGeneratedRows<Group>
    {
        public int Count => objects.All.Sum(tenant => tenant.GroupCount);

        public Group? Find(string key) =>
            objects.Read(key) is (var tenant, GeneratedKind.Group, var number) ? tenant.GroupAt(number) : null;

        public IEnumerable<Group> All() => objects.All.SelectMany(tenant => Enumerable.Range(0, tenant.GroupCount).Select(tenant.GroupAt));
    }

    private sealed class MembershipRows(GeneratedObjects objects) : IGeneratedRows<Membership>
    {
        public int Count => All().Count();

        public Membership? Find(string key)
        {
            var slash = key.IndexOf('/', StringComparison.Ordinal);
            return slash < 0 || !Guid.TryParse(key.AsSpan(0, slash), out var group)
                ? null
                : objects.GroupsOf(key[(slash + 1)..], 0).FirstOrDefault(membership => membership.GroupId == group);
        }

        public IEnumerable<Membership> All() =>
            objects.All.SelectMany(tenant =>
                Enumerable.Range(0, tenant.GroupCount).SelectMany(group => objects.MembersOf(tenant.GroupId(group).ToString(), 0))
            );
    }
}

using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Storage;

namespace Anteroom.EntraEmulator.Graph.Resources;

/// <summary>Who is in a group, directly or through nesting, and changes of it (graph.md §4.5).</summary>
internal sealed class GroupMembers(EntraDirectory directory, TransitiveMembers transitive, Replication replication, AuditTrail audit)
{
    /// <summary>Direct members of all types. Who lies in the recycle bin is not seen.</summary>
    public RowSource Direct(Guid group) =>
        after =>
            directory
                .MembersOf.From(group.ToString(), after)
                .Select(found => (Row: Resolve(found.Row.MemberId), found.At))
                .Where(found => found.Row is not null)
                .Select(found => (found.Row!, found.At));

    /// <summary>Everybody through nesting, each once, and the nested groups themselves; a cycle ends where it began.</summary>
    public RowSource Transitive(Guid group) => after => Rows(transitive.Of(group, (int)after.Generated), after.Generated);

    public void Add(GraphRequest request, Group group, IReadOnlyList<object> objects)
    {
        if (objects.Count == 0)
            return;
        CheckChangeable(group);
        directory.Write(write =>
        {
            foreach (var member in objects)
            {
                var membership = new Membership(group.Id, GraphObjects.IdOf(member));
                if (directory.Memberships.Find(membership.Key) is not null)
                    throw new GraphRefusal(
                        GraphError.BadRequest(
                            "One or more added object references already exist for the following modified properties: 'members'."
                        )
                    );
                write.Put(directory.Memberships, membership);
            }
        });
        audit.Record(request, "Add member to group", AuditTrail.Groups, AuditTrail.Target(group));
    }

    public void Remove(GraphRequest request, Group group, Guid member)
    {
        CheckChangeable(group);
        directory.Write(write =>
        {
            var key = new Membership(group.Id, member).Key;
            if (directory.Memberships.Find(key) is null)
                throw new GraphRefusal(GraphError.NotFound(member.ToString()));
            write.Remove(directory.Memberships, key);
        });
        audit.Record(request, "Remove member from group", AuditTrail.Groups, AuditTrail.Target(group));
    }

    private static void CheckChangeable(Group group)
    {
        if (group.OnPremises?.SyncEnabled == true)
            throw new GraphRefusal(GraphError.Synced);
    }

    private IEnumerable<(object, RowCursor)> Rows(IEnumerable<Guid> ids, long position)
    {
        foreach (var id in ids)
        {
            position++;
            if (Resolve(id) is { } row)
                yield return (row, new RowCursor(position, null));
        }
    }

    private object? Resolve(Guid id) =>
        replication.IsVisible(id)
            ? (object?)directory.Users.Find(id)
                ?? (object?)directory.Groups.Find(id)
                ?? (object?)directory.ServicePrincipals.Find(id)
                ?? directory.Devices.Find(id)
            : null;
}

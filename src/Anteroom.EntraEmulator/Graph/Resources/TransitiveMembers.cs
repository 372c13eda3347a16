using System.Collections.Concurrent;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Graph.Resources;

/// <summary>
/// Ids of everybody in a group through nesting, kept while nothing changes: a list of a hundred thousand is walked once and not once
/// per page. Sixteen bytes a member, a few groups at a time.
/// </summary>
internal sealed class TransitiveMembers(EntraDirectory directory)
{
    private const int MostGroups = 8;

    private readonly ConcurrentDictionary<Guid, (long Version, IReadOnlyList<Guid> Members)> _walked = [];

    /// <summary>Each member once, and the nested groups themselves; a cycle ends where it began.</summary>
    public IReadOnlyList<Guid> Of(Guid group)
    {
        var version = directory.Memberships.Version + directory.Groups.Version + directory.Populations.Version;
        if (_walked.TryGetValue(group, out var known) && known.Version == version)
            return known.Members;
        var members = Walk(group);
        if (_walked.Count >= MostGroups)
            _walked.Clear();
        _walked[group] = (version, members);
        return members;
    }

    private List<Guid> Walk(Guid group)
    {
        var members = new List<Guid>();
        var seen = new HashSet<Guid>();
        var opened = new HashSet<Guid> { group };
        var open = new Queue<Guid>([group]);
        while (open.TryDequeue(out var next))
        {
            foreach (var membership in directory.MembersOf.Find(next.ToString()))
            {
                if (!seen.Add(membership.MemberId))
                    continue;
                members.Add(membership.MemberId);
                if (directory.Groups.Find(membership.MemberId) is not null && opened.Add(membership.MemberId))
                    open.Enqueue(membership.MemberId);
            }
        }
        return members;
    }
}

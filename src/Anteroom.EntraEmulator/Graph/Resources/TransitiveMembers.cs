using System.Collections.Concurrent;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Graph.Resources;

/// <summary>
/// Ids of everybody in a group through nesting, kept while nothing changes: a list of a hundred thousand is walked once and not once
/// per page, and no further than somebody has read. Sixteen bytes a member, a few groups at a time.
/// </summary>
internal sealed class TransitiveMembers(EntraDirectory directory)
{
    private const int MostGroups = 8;

    private readonly ConcurrentDictionary<Guid, (long Version, Walk Members)> _walks = [];

    /// <summary>The members after so many: each once, and the nested groups themselves; a cycle ends where it began.</summary>
    public IEnumerable<Guid> Of(Guid group, int skip)
    {
        var version = directory.Memberships.Version + directory.Groups.Version + directory.Populations.Version;
        if (!_walks.TryGetValue(group, out var known) || known.Version != version)
        {
            if (_walks.Count >= MostGroups)
                _walks.Clear();
            known = (version, new Walk(From(group)));
            _walks[group] = known;
        }
        return known.Members.After(skip);
    }

    private IEnumerable<Guid> From(Guid group)
    {
        var seen = new HashSet<Guid>();
        var opened = new HashSet<Guid> { group };
        var open = new Queue<Guid>([group]);
        while (open.TryDequeue(out var next))
        {
            foreach (var membership in directory.MembersOf.Find(next.ToString()))
            {
                if (!seen.Add(membership.MemberId))
                    continue;
                if (directory.Groups.Find(membership.MemberId) is not null && opened.Add(membership.MemberId))
                    open.Enqueue(membership.MemberId);
                yield return membership.MemberId;
            }
        }
    }

    /// <summary>Remembers what was walked, and goes on from there when somebody asks for more.</summary>
    private sealed class Walk(IEnumerable<Guid> members)
    {
        private readonly Lock _lock = new();
        private readonly List<Guid> _walked = [];
        private readonly IEnumerator<Guid> _rest = members.GetEnumerator();

        public IEnumerable<Guid> After(int skip)
        {
            for (var i = skip; At(i) is { } member; i++)
                yield return member;
        }

        private Guid? At(int index)
        {
            lock (_lock)
            {
                while (_walked.Count <= index)
                {
                    if (!_rest.MoveNext())
                        return null;
                    _walked.Add(_rest.Current);
                }
                return _walked[index];
            }
        }
    }
}

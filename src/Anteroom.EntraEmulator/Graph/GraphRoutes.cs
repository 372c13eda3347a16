namespace Anteroom.EntraEmulator.Graph;

/// <summary>All endpoints, found by method and path.</summary>
internal sealed class GraphRoutes
{
    private readonly Dictionary<string, List<GraphRoute>> _byFirstSegment = new(StringComparer.OrdinalIgnoreCase);

    public void List(string template, Access access, Func<GraphRequest, GraphReply> handle, int cost = 1) =>
        Add("GET", template, access, handle, isCollection: true, cost);

    public void Get(string template, Access access, Func<GraphRequest, GraphReply> handle, int cost = 1) =>
        Add("GET", template, access, handle, isCollection: false, cost);

    public void Post(string template, Access access, Func<GraphRequest, GraphReply> handle, int cost = 1) =>
        Add("POST", template, access, handle, isCollection: false, cost);

    public void Patch(string template, Access access, Func<GraphRequest, GraphReply> handle) =>
        Add("PATCH", template, access, handle, isCollection: false, 1);

    public void Put(string template, Access access, Func<GraphRequest, GraphReply> handle) =>
        Add("PUT", template, access, handle, isCollection: false, 1);

    public void Delete(string template, Access access, Func<GraphRequest, GraphReply> handle) =>
        Add("DELETE", template, access, handle, isCollection: false, 1);

    /// <exception cref="GraphRefusal">The path leads nowhere, or not by this method.</exception>
    public (GraphRoute Route, IReadOnlyDictionary<string, string> Keys) Find(string method, GraphPath path)
    {
        if (path.Segments.Count == 0 || !_byFirstSegment.TryGetValue(path.Segments[0], out var candidates))
            throw new GraphRefusal(GraphError.NoSegment(path.Segments.Count == 0 ? "" : path.Segments[0]));

        var isKnown = false;
        foreach (var route in candidates)
        {
            if (Match(route.Template, path.Segments) is not { } keys || ((path.Cast is not null || path.IsCount) && !route.IsCollection))
                continue;
            if (route.Method == method)
                return (route, keys);
            isKnown = true;
        }
        throw new GraphRefusal(isKnown ? GraphError.MethodNotAllowed : GraphError.NoSegment(Stranger(candidates, path.Segments)));
    }

    /// <summary>The first segment that no endpoint continues with.</summary>
    private static string Stranger(List<GraphRoute> candidates, IReadOnlyList<string> segments)
    {
        for (var length = 2; length <= segments.Count; length++)
        {
            var known = candidates.Exists(route =>
                route.Template.Count >= length && Match([.. route.Template.Take(length)], [.. segments.Take(length)]) is not null
            );
            if (!known)
                return segments[length - 1];
        }
        return segments[^1];
    }

    private static Dictionary<string, string>? Match(IReadOnlyList<string> template, IReadOnlyList<string> segments)
    {
        if (template.Count != segments.Count)
            return null;
        var keys = new Dictionary<string, string>();
        for (var i = 0; i < template.Count; i++)
        {
            if (template[i][0] == '{')
            {
                if (segments[i].StartsWith('$'))
                    return null;
                keys[template[i][1..^1]] = segments[i];
            }
            else if (!template[i].Equals(segments[i], StringComparison.OrdinalIgnoreCase))
            {
                return null;
            }
        }
        return keys;
    }

    private void Add(string method, string template, Access access, Func<GraphRequest, GraphReply> handle, bool isCollection, int cost)
    {
        var segments = template.Split('/');
        if (!_byFirstSegment.TryGetValue(segments[0], out var routes))
            _byFirstSegment[segments[0]] = routes = [];
        // Fixed words before placeholders: "deletedItems/user" must not be read as a key.
        var at = routes.FindIndex(other => Placeholders(other.Template) > Placeholders(segments));
        routes.Insert(at < 0 ? routes.Count : at, new GraphRoute(method, segments, access, handle, isCollection, cost));
    }

    private static int Placeholders(IReadOnlyList<string> template) => template.Count(segment => segment[0] == '{');
}

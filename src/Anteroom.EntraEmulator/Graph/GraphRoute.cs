namespace Anteroom.EntraEmulator.Graph;

/// <summary>An endpoint: method, path with placeholders, who may call it, and what it does.</summary>
/// <param name="IsCollection">Takes a cast and <c>$count</c>.</param>
/// <param name="Cost">Resource units (graph.md §9.1).</param>
internal sealed record GraphRoute(
    string Method,
    IReadOnlyList<string> Template,
    Access Access,
    Func<GraphRequest, GraphReply> Handle,
    bool IsCollection,
    int Cost
);

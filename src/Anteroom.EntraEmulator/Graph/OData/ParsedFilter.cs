namespace Anteroom.EntraEmulator.Graph.OData;

/// <param name="IsAdvanced">Needs the header <c>ConsistencyLevel: eventual</c> and <c>$count=true</c>.</param>
/// <param name="NotIndexed">… because of a property, not of an operator.</param>
internal sealed record ParsedFilter(FilterNode Node, bool IsAdvanced, bool NotIndexed);

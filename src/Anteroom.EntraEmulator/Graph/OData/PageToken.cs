namespace Anteroom.EntraEmulator.Graph.OData;

/// <summary>The content of a <c>$skiptoken</c>; clients get it sealed and must not look inside.</summary>
/// <param name="Path">The list that the token belongs to.</param>
/// <param name="Generated">See <see cref="Storage.RowCursor"/>.</param>
/// <param name="OrderValue">The last value of <c>$orderby</c>, with <paramref name="OrderId"/> where values are equal.</param>
/// <param name="Page">Pages told so far.</param>
internal sealed record PageToken(string Path, long Generated, string? Stored, string? OrderValue, string? OrderId, int Page);

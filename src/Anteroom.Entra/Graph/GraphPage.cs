using System.Text.Json;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Entra.Graph;

/// <summary>One page of a list (OData: <c>value</c>, <c>@odata.nextLink</c>). An empty page may have a next one.</summary>
public sealed record GraphPage(IReadOnlyList<JsonElement> Items, Uri? Next)
{
    private const int MaxBytes = 1024 * 1024;
    private const int LongestAddress = 8192;
    private const int LongestError = 100;

    /// <summary>The page, or <see cref="GraphFailure.Malformed"/>: every item is an object, and a next page has an absolute address.</summary>
    public static Result<GraphPage, GraphFailure> Parse(ReadOnlySpan<byte> body)
    {
        if (!StrictJson.ParseObject(body, MaxBytes).TryGet(out var page, out _))
            return GraphFailure.Malformed;
        if (!page.Element.TryGetProperty("value", out var value) || value.ValueKind != JsonValueKind.Array)
            return GraphFailure.Malformed;
        if (!page.TryGetString("@odata.nextLink", out var link))
            return GraphFailure.Malformed;
        Uri? next = null;
        if (link is not null && (link.Length > LongestAddress || !Uri.TryCreate(link, UriKind.Absolute, out next)))
            return GraphFailure.Malformed;

        List<JsonElement> items = [.. value.EnumerateArray()];
        return items.TrueForAll(item => item.ValueKind == JsonValueKind.Object) ? new GraphPage(items, next) : GraphFailure.Malformed;
    }

    /// <summary>The code of an error answer (<c>error.code</c>), where it looks like one.</summary>
    public static string? ErrorOf(ReadOnlySpan<byte> body) =>
        StrictJson.ParseObject(body, MaxBytes).TryGet(out var answer, out _)
        && answer.TryGetObject("error", out var error)
        && error is not null
        && error.TryGetString("code", out var code)
        && code is { Length: > 0 and <= LongestError }
        && code.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '.' or '-')
            ? code
            : null;
}

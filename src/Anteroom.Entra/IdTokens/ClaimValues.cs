using System.Text.Json;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Entra.IdTokens;

/// <summary>Claims as text, for mappings: one value or a flat list, each within bounds. Objects and nested lists are not values.</summary>
internal static class ClaimValues
{
    private const int MostValues = 500;
    private const int LongestValue = 1024;
    private const int MostNames = 200;
    private const int LongestName = 200;

    public static IReadOnlyList<string> Read(JsonMembers claims, string name)
    {
        if (!claims.Element.TryGetProperty(name, out var element))
            return [];
        if (element.ValueKind != JsonValueKind.Array)
            return TextOf(element) is { } single ? [single] : [];
        if (element.GetArrayLength() > MostValues)
            return [];

        var values = new List<string>(element.GetArrayLength());
        foreach (var item in element.EnumerateArray())
        {
            if (TextOf(item) is not { } text)
                return [];
            values.Add(text);
        }
        return values;
    }

    public static IReadOnlyList<string> NamesOf(JsonMembers claims) =>
        [
            .. claims
                .Element.EnumerateObject()
                .Select(member => member.Name)
                .Where(name => name.Length is > 0 and <= LongestName && !name.Any(char.IsControl))
                .Take(MostNames),
        ];

    private static string? TextOf(JsonElement element)
    {
        var text = element.ValueKind switch
        {
            JsonValueKind.String => element.GetString(),
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => element.GetRawText(),
            _ => null,
        };
        return text is { Length: <= LongestValue } ? text : null;
    }
}

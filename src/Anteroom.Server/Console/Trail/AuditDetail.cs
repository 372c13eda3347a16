using System.Text.Json;

namespace Anteroom.Server.Console.Trail;

/// <summary>One thing that an event tells besides, flat enough for a line.</summary>
/// <param name="Name">Where it stands, such as <c>settings.before</c>.</param>
internal sealed record AuditDetail(string Name, string Value)
{
    private const int Most = 60;
    private const int Deepest = 4;

    /// <summary>What is said, without what is null.</summary>
    public static IReadOnlyList<AuditDetail> Of(JsonElement details)
    {
        List<AuditDetail> found = [];
        var open = new Queue<(string Name, JsonElement Value, int Depth)>([("", details, 0)]);
        while (open.TryDequeue(out var next) && found.Count < Most)
        {
            if (next.Value.ValueKind == JsonValueKind.Object && next.Depth < Deepest)
                foreach (var member in next.Value.EnumerateObject())
                    open.Enqueue((next.Name.Length == 0 ? member.Name : $"{next.Name}.{member.Name}", member.Value, next.Depth + 1));
            else if (next.Value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined or JsonValueKind.Object))
                found.Add(new(next.Name, Text(next.Value)));
        }
        return found;
    }

    private static string Text(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Select(item => item.ToString())),
            _ => value.ToString(),
        };
}

using System.Text.Json.Nodes;

namespace Anteroom.Interop;

/// <summary>Reads what a script answered.</summary>
internal static class JsonText
{
    public static JsonNode? At(this JsonNode node, params string[] path) =>
        path.Aggregate((JsonNode?)node, (at, name) => (at ?? throw new KeyNotFoundException($"Nothing holds '{name}' in {node}."))[name]);

    public static string? Text(this JsonNode node, params string[] path) => node.At(path)?.GetValue<string>();

    public static bool Flag(this JsonNode node, params string[] path) => node.At(path)!.GetValue<bool>();

    public static int Number(this JsonNode node, params string[] path) => node.At(path)!.GetValue<int>();
}

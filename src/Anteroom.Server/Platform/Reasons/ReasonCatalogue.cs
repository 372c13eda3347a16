using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;

namespace Anteroom.Server.Platform.Reasons;

/// <summary>All reasons, read once from the embedded files <c>Catalogue/{code}.json</c>.</summary>
public static class ReasonCatalogue
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    private static readonly FrozenDictionary<string, Reason> ByCode = Load().ToFrozenDictionary(reason => reason.Code);

    private static readonly FrozenDictionary<int, Reason> ByAadsts = ByCode
        .Values.SelectMany(reason => reason.Aadsts.Select(code => (code, reason)))
        .ToFrozenDictionary(pair => pair.code, pair => pair.reason);

    public static IEnumerable<Reason> All => ByCode.Values.OrderBy(reason => reason.Code, StringComparer.Ordinal);

    /// <exception cref="KeyNotFoundException">A code without a file: a mistake of ours that ReasonCatalogueTests finds.</exception>
    public static Reason Get(string code) => ByCode[code];

    /// <summary>The reason of a code from a record, which may be older than the catalogue.</summary>
    public static Reason? Find(string code) => ByCode.GetValueOrDefault(code);

    /// <summary>The reason for an error code of Entra's, or the general one for an upstream refusal.</summary>
    public static Reason ForAadsts(int? aadsts) =>
        aadsts is { } code && ByAadsts.TryGetValue(code, out var reason) ? reason : ByCode[ReasonCodes.UpstreamRefused];

    private static IEnumerable<Reason> Load()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (
            var name in assembly.GetManifestResourceNames().Where(name => name.Contains(".Reasons.Catalogue.", StringComparison.Ordinal))
        )
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var reason = JsonSerializer.Deserialize<ReasonFile>(stream, Format)!;
            var code = name.Split('.')[^2];
            yield return new(
                code,
                reason.Status,
                reason.Title,
                reason.Happened,
                reason.Means,
                reason.Now,
                reason.Administrator,
                reason.Aadsts ?? []
            );
        }
    }

    private sealed record ReasonFile(
        int Status,
        string Title,
        string Happened,
        string Means,
        string Now,
        string? Administrator,
        int[]? Aadsts
    );
}

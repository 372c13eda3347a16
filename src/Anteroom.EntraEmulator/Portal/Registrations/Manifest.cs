using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Anteroom.EntraEmulator.Objects;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Portal.Registrations;

/// <summary>The Microsoft Graph form of a registration (entra-oidc.md §8.2), as the portal's editor shows and takes it.</summary>
/// <remarks>
/// A member that is left out stays as it was; credentials can be taken away here but not made. Federated credentials are a
/// collection of their own and not in it.
/// </remarks>
internal static class Manifest
{
    private const string Secrets = "passwordCredentials";
    private const string Certificates = "keyCredentials";

    private static readonly string[] Hidden =
    [
        "tenantId",
        "federatedIdentityCredentials",
        "extensionProperties",
        "deletedDateTime",
        "isMultiTenant",
        "redirectUris",
    ];
    private static readonly string[] ReadOnly = ["id", "appId", "createdDateTime"];

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        WriteIndented = true,
        // The page escapes it; the editor shall show an apostrophe as one.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Write(Application application) => View(application).ToJsonString(Options);

    public static Result<Application, EditProblem> Read(Application current, string text)
    {
        try
        {
            if (JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) is not JsonObject typed)
                return new EditProblem("Manifest.NotAnObject", "");
            var view = View(current);
            foreach (var name in ReadOnly)
            {
                if (typed[name] is { } value && !JsonNode.DeepEquals(value, view[name]))
                    return new EditProblem("Manifest.ReadOnly", name);
            }
            if (Hidden.FirstOrDefault(typed.ContainsKey) is { } hidden)
                return new EditProblem("Manifest.Unknown", hidden);
            if (ManifestMembers.FindUnknown(typed, typeof(Application), Options) is { } unknown)
                return new EditProblem("Manifest.Unknown", unknown);
            if (FindNullEntry(typed) is { } hole)
                return new EditProblem("Manifest.Form", hole);

            // Taken apart from the rest: a secret's hash is not in the text, and must survive it.
            if (!Kept(typed, Secrets, current.PasswordCredentials, known => known.KeyId).TryGet(out var secrets, out var problem))
                return problem;
            if (!Kept(typed, Certificates, current.KeyCredentials, known => known.KeyId).TryGet(out var certificates, out problem))
                return problem;

            var whole = (JsonObject)JsonSerializer.SerializeToNode(current, Options)!;
            foreach (var (name, value) in typed.ToList())
                Merge(whole, name, value);
            var read = whole.Deserialize<Application>(Options)!;
            if (ManifestMembers.FindDouble(read) is { } twice)
                return new EditProblem("Manifest.Double", twice);
            return read with { PasswordCredentials = [.. secrets], KeyCredentials = [.. certificates] };
        }
        catch (JsonException broken)
        {
            return broken.Path is { Length: > 1 } path
                ? new EditProblem("Manifest.Form", path.TrimStart('$', '.'))
                : new EditProblem("Manifest.Json", $"{(broken.LineNumber ?? 0) + 1}");
        }
    }

    private static JsonObject View(Application application)
    {
        var view = (JsonObject)JsonSerializer.SerializeToNode(application, Options)!;
        foreach (var name in Hidden)
            view.Remove(name);
        foreach (var secret in view[Secrets]!.AsArray())
            secret!.AsObject().Remove("hash");
        foreach (var certificate in view[Certificates]!.AsArray())
            certificate!.AsObject().Remove("thumbprintSha256");
        return view;
    }

    /// <summary>The known credentials whose key ids the text still has; one that it invents is refused.</summary>
    private static Result<List<T>, EditProblem> Kept<T>(JsonObject typed, string name, IReadOnlyList<T> known, Func<T, Guid> keyId)
    {
        if (!typed.Remove(name, out var value))
            return known.ToList();
        if (value is not JsonArray list)
            return new EditProblem("Manifest.Form", name);
        var ids = new HashSet<Guid>();
        foreach (var entry in list)
        {
            if (entry is not JsonObject || !Guid.TryParse(entry["keyId"]?.ToString(), out var id) || known.All(other => keyId(other) != id))
                return new EditProblem("Manifest.NewCredential", name);
            ids.Add(id);
        }
        return known.Where(other => ids.Contains(keyId(other))).ToList();
    }

    private static void Merge(JsonObject target, string name, JsonNode? value)
    {
        if (value is JsonObject inner && target[name] is JsonObject old)
        {
            foreach (var (member, below) in inner)
                Merge(old, member, below);
        }
        else
        {
            target[name] = value?.DeepClone();
        }
    }

    /// <summary>The place of a null inside a list, which no list of a registration may hold.</summary>
    private static string? FindNullEntry(JsonNode node) =>
        node switch
        {
            JsonArray list => list.Any(entry => entry is null)
                ? list.GetPath().TrimStart('$', '.')
                : list.OfType<JsonNode>().Select(FindNullEntry).FirstOrDefault(found => found is not null),
            JsonObject members => members
                .Select(member => member.Value is null ? null : FindNullEntry(member.Value))
                .FirstOrDefault(found => found is not null),
            _ => null,
        };
}

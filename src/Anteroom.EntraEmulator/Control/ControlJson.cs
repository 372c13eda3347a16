using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Control;

/// <summary>JSON of the control API: camelCase, unknown members are refused, and a change is a merge patch (RFC 7396).</summary>
internal static class ControlJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };

    public static JsonObject Write<T>(T value) => (JsonObject)JsonSerializer.SerializeToNode(value, Options)!;

    public static T Read<T>(JsonNode body)
        where T : class => body.Deserialize<T>(Options) ?? throw new ControlException("The body is empty.");

    /// <summary>Applies the members of <paramref name="patch"/> to a row; members that only the emulator sets are refused.</summary>
    public static T Merge<T>(T current, JsonObject patch, params ReadOnlySpan<string> refused)
        where T : class
    {
        foreach (var name in refused)
        {
            if (patch.ContainsKey(name))
                throw new ControlException($"'{name}' cannot be set.");
        }
        var merged = Write(current);
        Apply(merged, patch);
        return Read<T>(merged);
    }

    public static async Task<JsonNode> BodyAsync(HttpRequest request, CancellationToken ct)
    {
        if (!request.HasJsonContentType())
            throw new ControlException("Send application/json.");
        return await JsonNode.ParseAsync(request.Body, cancellationToken: ct) ?? throw new ControlException("The body is empty.");
    }

    public static async Task<JsonObject> ObjectAsync(HttpRequest request, CancellationToken ct) =>
        await BodyAsync(request, ct) as JsonObject ?? throw new ControlException("Send one JSON object.");

    public static JsonObject View(User user, string? password = null)
    {
        var view = Write(user);
        view.Remove("passwordHash");
        // A generated person's password follows from the seed, until somebody sets another one.
        if ((password ?? Passwords.Recall(user.PasswordHash)) is { } known)
            view["password"] = known;
        return view;
    }

    public static JsonObject View(Tenant tenant)
    {
        var view = Write(tenant);
        view.Remove("pairwiseSalt");
        view["initialDomain"] = tenant.InitialDomain;
        view["verifiedDomains"] = new JsonArray([.. tenant.VerifiedDomains.Select(domain => (JsonNode)domain)]);
        return view;
    }

    public static JsonObject View(Application application, ServicePrincipal? principal)
    {
        var view = Write(application);
        foreach (var credential in (JsonArray)view["passwordCredentials"]!)
            ((JsonObject)credential!).Remove("hash");
        view["servicePrincipalId"] = principal?.Id.ToString();
        return view;
    }

    /// <summary>Takes a member out of the body, so that the rest can be merged.</summary>
    public static T? Take<T>(JsonObject body, string name)
    {
        if (!body.Remove(name, out var node) || node is null)
            return default;
        return node.Deserialize<T>(Options);
    }

    private static void Apply(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is JsonObject inner && target[name] is JsonObject old)
                Apply(old, inner);
            else
                target[name] = value?.DeepClone();
        }
    }
}

/// <summary>A request to the control API that cannot be served; the message goes to the caller.</summary>
internal sealed class ControlException(string message, int status = 400) : Exception(message)
{
    public int Status => status;
}

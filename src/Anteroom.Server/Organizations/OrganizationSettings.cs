using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Anteroom.Server.Organizations;

/// <summary>What an organization decides for itself; stored as one JSON document in its row.</summary>
public sealed record OrganizationSettings
{
    public static OrganizationSettings Default { get; } = new();

    public SignInPolicy SignIn { get; init; } = SignInPolicy.Default;

    public Branding Branding { get; init; } = Branding.Default;

    public NextConnection NextConnection { get; init; } = NextConnection.Default;

    /// <summary>Of the platform alone.</summary>
    public OperatorSettings Operator { get; init; } = OperatorSettings.Default;

    /// <summary>Whether its people sign in on a host of its own, <c>{slug}.</c> under the operator's domain (design.md §4). False by default.</summary>
    public bool OwnHost { get; init; }

    /// <summary>Whether its administrators may activate a connection without an operator (design.md §2, life cycle). Set by operators; true by default.</summary>
    public bool SelfServiceActivation { get; init; } = true;

    /// <summary>For single attributes, the source that outranks all others there: <c>administrator</c>, <c>token</c>, <c>graph</c> or <c>scim</c>.</summary>
    public IReadOnlyDictionary<string, string> Authority { get; init; } = new Dictionary<string, string>();

    public string ToJson() => JsonSerializer.Serialize(this, OrganizationJson.Default.OrganizationSettings);

    /// <summary>What a row of an older version does not say is as by default; the generated reader alone would make it null or false.</summary>
    public static OrganizationSettings Parse(string json)
    {
        var settings = JsonNode.Parse(Default.ToJson())!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(json)!.AsObject())
            if (value is JsonObject said && settings[name] is JsonObject kept)
                foreach (var (member, inner) in said)
                    kept[member] = inner?.DeepClone();
            else
                settings[name] = value?.DeepClone();
        return settings.Deserialize(OrganizationJson.Default.OrganizationSettings)!;
    }
}

/// <summary>How people of an organization are shown in.</summary>
public sealed record SignInPolicy
{
    public static SignInPolicy Default { get; } = new();

    /// <summary>Whether the page offers local credentials beside the connections. True by default.</summary>
    public bool ShowLocalForm { get; init; } = true;

    /// <summary>The one kind of proof that people are offered (<see cref="AuthenticationMethods"/>); null offers every way that there is.</summary>
    public string? AuthenticationMethod { get; init; }

    /// <summary>The connection that is taken without asking; null asks. A raw id, because Connections build on Organizations.</summary>
    public Guid? AutoConnectConnection { get; init; }

    /// <summary>Whether a known company code or user name redirects outside the organization's host: the one accepted oracle (design.md §4). True by default.</summary>
    public bool KnownNamesRedirect { get; init; } = true;

    /// <summary>Whether people may sign in with passkeys of ours. Null leaves it to the default: only the platform's may (SEC-229).</summary>
    public bool? AllowPasskeys { get; init; }

    /// <summary>Whether people may sign in with passwords of ours. Null is no (SEC-229).</summary>
    public bool? AllowPasswords { get; init; }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(OrganizationSettings))]
internal sealed partial class OrganizationJson : JsonSerializerContext;

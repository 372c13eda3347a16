using System.Text.Json;
using Anteroom.Server.Platform;

namespace Anteroom.Server.Provisioning;

/// <summary>A user with role and blocks as one row of the database, and the columns that make it.</summary>
internal sealed record UserRow(
    Guid UserId,
    string Subject,
    string UserName,
    string? DisplayName,
    string? GivenName,
    string? FamilyName,
    string? Email,
    string Custom,
    string Stamps,
    string Origin,
    long Version,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? LastSignInAt,
    Guid RoleId,
    string RoleKey,
    string RoleName,
    string[] RolePermissions,
    string[] RoleChannels,
    bool RoleBuiltIn,
    DateTimeOffset RoleCreatedAt,
    string? Blocks
)
{
    /// <summary>Deleted users are never read by it.</summary>
    public const string Select = """
        SELECT u.user_id, u.subject, u.user_name, u.display_name, u.given_name, u.family_name, u.email,
               u.custom::text AS custom, u.stamps::text AS stamps, u.origin, u.version, u.created_at, u.updated_at, u.last_sign_in_at,
               r.role_id, r.key AS role_key, r.name AS role_name, r.permissions AS role_permissions, r.channels AS role_channels,
               r.built_in AS role_built_in, r.created_at AS role_created_at,
               (SELECT jsonb_agg(jsonb_build_object('source', b.source, 'channels', b.channels, 'reason', b.reason, 'at', b.at) ORDER BY b.source)::text
                  FROM user_blocks b WHERE b.organization_id = u.organization_id AND b.user_id = u.user_id) AS blocks
          FROM users u
          JOIN roles r ON r.organization_id = u.organization_id AND r.role_id = u.role_id
         WHERE u.organization_id = @organization AND u.deleted_at IS NULL
        """;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private sealed record StampJson(string Source, DateTimeOffset At);

    private sealed record BlockJson(string Source, string[] Channels, string? Reason, DateTimeOffset At);

    public User ToUser(OrganizationId organization) =>
        new(
            organization,
            new(UserId),
            Subject,
            UserName,
            ReadAttributes(),
            ReadStamps(Stamps),
            new(new(RoleId), RoleKey, RoleName, RolePermissions, RoleChannels, RoleBuiltIn, RoleCreatedAt),
            Enum.Parse<UserOrigin>(Origin, ignoreCase: true),
            ReadBlocks(),
            Version,
            CreatedAt,
            UpdatedAt,
            LastSignInAt
        );

    public static string WriteStamps(IReadOnlyDictionary<string, Stamp> stamps) =>
        JsonSerializer.Serialize(
            stamps.ToDictionary(pair => pair.Key, pair => new StampJson(Words.Of(pair.Value.Source), pair.Value.At)),
            Json
        );

    public static string WriteCustom(IReadOnlyDictionary<string, string> attributes) =>
        JsonSerializer.Serialize(
            attributes
                .Where(pair => pair.Key.StartsWith(UserAttributes.CustomPrefix, StringComparison.Ordinal))
                .ToDictionary(pair => pair.Key[UserAttributes.CustomPrefix.Length..], pair => pair.Value),
            Json
        );

    private static Dictionary<string, Stamp> ReadStamps(string json) =>
        JsonSerializer
            .Deserialize<Dictionary<string, StampJson>>(json, Json)!
            .ToDictionary(pair => pair.Key, pair => new Stamp(Enum.Parse<FactSource>(pair.Value.Source, ignoreCase: true), pair.Value.At));

    private Dictionary<string, string> ReadAttributes()
    {
        var attributes = new Dictionary<string, string>();
        Add(UserAttributes.DisplayName, DisplayName);
        Add(UserAttributes.GivenName, GivenName);
        Add(UserAttributes.FamilyName, FamilyName);
        Add(UserAttributes.Email, Email);
        if (Custom != "{}")
            foreach (var (key, value) in JsonSerializer.Deserialize<Dictionary<string, string>>(Custom, Json)!)
                attributes[UserAttributes.CustomPrefix + key] = value;
        return attributes;

        void Add(string attribute, string? value)
        {
            if (value is not null)
                attributes[attribute] = value;
        }
    }

    private List<Block> ReadBlocks() =>
        Blocks is null
            ? []
            : JsonSerializer
                .Deserialize<List<BlockJson>>(Blocks, Json)!
                .ConvertAll(block => new Block(
                    Enum.Parse<BlockSource>(block.Source, ignoreCase: true),
                    block.Channels,
                    block.Reason,
                    block.At.ToUniversalTime()
                ));
}

/// <summary>Enum members as the words of the schema.</summary>
internal static class Words
{
    public static string Of<TEnum>(TEnum value)
        where TEnum : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}

using System.Text.Json.Serialization;

namespace Anteroom.EntraEmulator.Objects;

/// <summary>How rows look in the journal.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(Tenant))]
[JsonSerializable(typeof(User))]
[JsonSerializable(typeof(Group))]
[JsonSerializable(typeof(Membership))]
[JsonSerializable(typeof(Application))]
[JsonSerializable(typeof(ServicePrincipal))]
[JsonSerializable(typeof(AppRoleAssignment))]
[JsonSerializable(typeof(PermissionGrant))]
[JsonSerializable(typeof(BrowserSession))]
[JsonSerializable(typeof(RedeemedCode))]
[JsonSerializable(typeof(EmulatorSettings))]
[JsonSerializable(typeof(MasterKey))]
[JsonSerializable(typeof(StoredKey))]
internal sealed partial class StateJson : JsonSerializerContext;

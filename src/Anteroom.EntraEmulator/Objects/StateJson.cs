using System.Text.Json.Serialization;
using Anteroom.EntraEmulator.Objects.ConditionalAccess;
using Anteroom.EntraEmulator.Objects.Generated;
using Anteroom.EntraEmulator.Objects.Logs;

namespace Anteroom.EntraEmulator.Objects;

/// <summary>How rows look in the journal.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true
)]
[JsonSerializable(typeof(Tenant))]
[JsonSerializable(typeof(Population))]
[JsonSerializable(typeof(User))]
[JsonSerializable(typeof(Group))]
[JsonSerializable(typeof(Device))]
[JsonSerializable(typeof(Membership))]
[JsonSerializable(typeof(Ownership))]
[JsonSerializable(typeof(Application))]
[JsonSerializable(typeof(ServicePrincipal))]
[JsonSerializable(typeof(AppRoleAssignment))]
[JsonSerializable(typeof(OAuth2PermissionGrant))]
[JsonSerializable(typeof(ApprovalRequest))]
[JsonSerializable(typeof(DirectoryRole))]
[JsonSerializable(typeof(RoleAssignment))]
[JsonSerializable(typeof(ConditionalAccessPolicy))]
[JsonSerializable(typeof(NamedLocation))]
[JsonSerializable(typeof(AuthenticationContext))]
[JsonSerializable(typeof(StsPolicy))]
[JsonSerializable(typeof(PolicyAssignment))]
[JsonSerializable(typeof(Invitation))]
[JsonSerializable(typeof(SignIn))]
[JsonSerializable(typeof(DirectoryAudit))]
[JsonSerializable(typeof(BrowserSession))]
[JsonSerializable(typeof(RedeemedCode))]
[JsonSerializable(typeof(DeviceAuthorization))]
[JsonSerializable(typeof(EmulatorSettings))]
[JsonSerializable(typeof(MasterKey))]
[JsonSerializable(typeof(StoredKey))]
internal sealed partial class StateJson : JsonSerializerContext;

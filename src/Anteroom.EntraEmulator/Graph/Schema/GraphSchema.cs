using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Objects.Logs;

namespace Anteroom.EntraEmulator.Graph.Schema;

/// <summary>All resource types.</summary>
internal sealed class GraphSchema(EntraDirectory directory)
{
    public EntityType<User> User { get; } = UserSchema.Create(directory);
    public EntityType<Group> Group { get; } = GroupSchema.Create();
    public EntityType<Device> Device { get; } = GroupSchema.CreateDevice();
    public EntityType<Application> Application { get; } = ApplicationSchema.Create(directory);
    public EntityType<ServicePrincipal> ServicePrincipal { get; } = PrincipalSchema.Create(directory);
    public EntityType<OAuth2PermissionGrant> Grant { get; } = PrincipalSchema.CreateGrant();
    public EntityType<AppRoleAssignment> Assignment { get; } = PrincipalSchema.CreateAssignment(directory);
    public EntityType<Tenant> Organization { get; } = TenantSchema.CreateOrganization();
    public EntityType<Domain> Domain { get; } = TenantSchema.CreateDomain();
    public EntityType<DirectoryRole> DirectoryRole { get; } = TenantSchema.CreateRole();
    public EntityType<DirectoryRoleTemplate> RoleTemplate { get; } = TenantSchema.CreateRoleTemplate();
    public EntityType<DirectoryRoleTemplate> RoleDefinition { get; } = TenantSchema.CreateRoleDefinition();
    public EntityType<RoleAssignment> RoleAssignment { get; } = TenantSchema.CreateRoleAssignment();
    public EntityType<SignIn> SignIn { get; } = LogSchema.CreateSignIn();
    public EntityType<DirectoryAudit> Audit { get; } = LogSchema.CreateAudit();

    /// <summary>The type of a directory object.</summary>
    public EntityType TypeOf(object row) =>
        row switch
        {
            Objects.User _ => User,
            Objects.Group _ => Group,
            Objects.Device _ => Device,
            Objects.ServicePrincipal _ => ServicePrincipal,
            Objects.Application _ => Application,
            Objects.DirectoryRole _ => DirectoryRole,
            _ => throw new InvalidOperationException($"{row.GetType().Name} is no directory object."),
        };

    public EntityType? Named(string name) =>
        name switch
        {
            "user" => User,
            "group" => Group,
            "device" => Device,
            "servicePrincipal" => ServicePrincipal,
            "application" => Application,
            "directoryRole" => DirectoryRole,
            _ => null,
        };
}

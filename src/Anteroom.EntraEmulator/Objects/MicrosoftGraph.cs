namespace Anteroom.EntraEmulator.Objects;

/// <summary>Microsoft Graph as a resource: its permissions by their real ids (entra-oidc.md §8.3), the part that the emulator knows.</summary>
internal static class MicrosoftGraph
{
    public const string Uri = "https://graph.microsoft.com";

    public static readonly Guid AppId = new("00000003-0000-0000-c000-000000000000");

    /// <summary>Microsoft's own tenant, where its applications are registered.</summary>
    public static readonly Guid OwnerTenantId = new("f8cdef31-a31e-4b4a-93e4-5f571e91255a");

    /// <summary>Belongs to no tenant here; every tenant has a service principal of it from the start.</summary>
    public static readonly Application Application = new(AppId, AppId, OwnerTenantId, "Microsoft Graph")
    {
        SignInAudience = Application.MultiTenant,
        IdentifierUris = [Uri, "00000003-0000-0000-c000-000000000000/ags.windows.net"],
        VerifiedPublisher = "Microsoft",
        Api = new ApiApplication { Oauth2PermissionScopes = Scopes() },
        AppRoles = Roles(),
    };

    public static PermissionScope? FindScope(string value) =>
        Application.Api.Oauth2PermissionScopes.FirstOrDefault(scope =>
            string.Equals(scope.Value, value, StringComparison.OrdinalIgnoreCase)
        );

    public static AppRole? FindRole(string value) =>
        Application.AppRoles.FirstOrDefault(role => string.Equals(role.Value, value, StringComparison.OrdinalIgnoreCase));

    private static PermissionScope[] Scopes() =>
        [
            Scope("37f7f235-527c-4136-accd-4a02d197296e", "openid", "Sign users in"),
            Scope("14dad69e-099b-42c9-810b-d002981feec1", "profile", "View users' basic profile"),
            Scope("64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0", "email", "View users' email address"),
            Scope("7427e0e9-2fba-42fe-b0c0-848c9e6a8182", "offline_access", "Maintain access to data you have given it access to"),
            Scope("e1fe6dd8-ba31-4d61-89e7-88639da4683d", "User.Read", "Sign in and read user profile"),
            Scope("b340eb25-3456-403f-be2f-af7a0d370277", "User.ReadBasic.All", "Read all users' basic profiles"),
            Scope("a154be20-db9c-4678-8ab7-66f6cc099a59", "User.Read.All", "Read all users' full profiles", PermissionScope.ForAdmins),
            Scope("b4e74841-8e56-480b-be8b-910348b18b4c", "User.ReadWrite", "Read and write access to user profile"),
            Scope(
                "204e0828-b5ca-4ad8-b9f3-f32a958e7cc4",
                "User.ReadWrite.All",
                "Read and write all users' full profiles",
                PermissionScope.ForAdmins
            ),
            Scope(
                "63dd7cd9-b489-4adf-a28c-ac38b9a0f962",
                "User.Invite.All",
                "Invite guest users to the organization",
                PermissionScope.ForAdmins
            ),
            Scope(
                "56760768-b641-451f-8906-e1b8ab31bca7",
                "User-PasswordProfile.ReadWrite.All",
                "Read and write password profiles and reset user passwords",
                PermissionScope.ForAdmins
            ),
            Scope(
                "f92e74e7-2563-467f-9dd0-902688cb5863",
                "User.EnableDisableAccount.All",
                "Enable and disable user accounts",
                PermissionScope.ForAdmins
            ),
            Scope(
                "fc30e98b-8810-4501-81f5-c20a3196387b",
                "User.RevokeSessions.All",
                "Revoke all sign in sessions for a user",
                PermissionScope.ForAdmins
            ),
            Scope("4bb440cd-2cf2-4f90-8004-aa2acd2537c5", "User.DeleteRestore.All", "Delete and restore users", PermissionScope.ForAdmins),
            Scope("5f8c59db-677d-491f-a6b8-5f174b11ec1d", "Group.Read.All", "Read all groups", PermissionScope.ForAdmins),
            Scope("4e46008b-f24c-477d-8fff-7bb4ec7aafe0", "Group.ReadWrite.All", "Read and write all groups", PermissionScope.ForAdmins),
            Scope("bc024368-1153-4739-b217-4326f2e966d0", "GroupMember.Read.All", "Read group memberships", PermissionScope.ForAdmins),
            Scope(
                "f81125ac-d3b7-4573-a3b2-7099cc39df9e",
                "GroupMember.ReadWrite.All",
                "Read and write group memberships",
                PermissionScope.ForAdmins
            ),
            Scope("f6a3db3e-f7e8-4ed2-a414-557c8c9830be", "Member.Read.Hidden", "Read hidden memberships", PermissionScope.ForAdmins),
            Scope("951183d1-1a61-466f-a6d1-1fde911bfd95", "Device.Read.All", "Read all devices", PermissionScope.ForAdmins),
            Scope("2f9ee017-59c1-4f1d-9472-bd5529a7b311", "Domain.Read.All", "Read domains", PermissionScope.ForAdmins),
            Scope("0b5d694c-a244-4bde-86e6-eb5cd07730fe", "Domain.ReadWrite.All", "Read and write domains", PermissionScope.ForAdmins),
            Scope("06da0dbc-49e2-44d2-8312-53f166ab848a", "Directory.Read.All", "Read directory data", PermissionScope.ForAdmins),
            Scope(
                "c5366453-9fb0-48a5-a156-24f0c49a4b84",
                "Directory.ReadWrite.All",
                "Read and write directory data",
                PermissionScope.ForAdmins
            ),
            Scope(
                "0e263e50-5827-48a4-b97c-d940288653c7",
                "Directory.AccessAsUser.All",
                "Access directory as the signed in user",
                PermissionScope.ForAdmins
            ),
            Scope(
                "4908d5b9-3fb2-4b1e-9336-1888b7937185",
                "Organization.Read.All",
                "Read organization information",
                PermissionScope.ForAdmins
            ),
            Scope(
                "46ca0847-7e6b-426e-9775-ea810a948356",
                "Organization.ReadWrite.All",
                "Read and write organization information",
                PermissionScope.ForAdmins
            ),
            Scope("c79f8feb-a9db-4090-85f9-90d820caa0eb", "Application.Read.All", "Read applications", PermissionScope.ForAdmins),
            Scope(
                "bdfbf15f-ee85-4955-8675-146e8e5296b5",
                "Application.ReadWrite.All",
                "Read and write applications",
                PermissionScope.ForAdmins
            ),
            Scope(
                "84bccea3-f856-4a8a-967b-dbe0a3d53a64",
                "AppRoleAssignment.ReadWrite.All",
                "Manage app permission grants and app role assignments",
                PermissionScope.ForAdmins
            ),
            Scope(
                "a197cdc4-a8e8-4d49-9d35-4ca7c83887b4",
                "DelegatedPermissionGrant.Read.All",
                "Read delegated permission grants",
                PermissionScope.ForAdmins
            ),
            Scope(
                "41ce6ca6-6826-4807-84f1-1c82854f7ee5",
                "DelegatedPermissionGrant.ReadWrite.All",
                "Manage all delegated permission grants",
                PermissionScope.ForAdmins
            ),
            Scope(
                "741c54c3-0c1e-44a1-818b-3f97ab4e8c83",
                "RoleManagement.Read.Directory",
                "Read directory RBAC settings",
                PermissionScope.ForAdmins
            ),
            Scope(
                "d01b97e9-cbc0-49fe-810a-750afd5527a3",
                "RoleManagement.ReadWrite.Directory",
                "Read and write directory RBAC settings",
                PermissionScope.ForAdmins
            ),
            Scope(
                "572fea84-0151-49b2-9301-11cb16974376",
                "Policy.Read.All",
                "Read your organization's policies",
                PermissionScope.ForAdmins
            ),
            Scope(
                "b27add92-efb2-4f16-84f5-8108ba77985c",
                "Policy.ReadWrite.ApplicationConfiguration",
                "Read and write your organization's application configuration policies",
                PermissionScope.ForAdmins
            ),
            Scope(
                "633e0fce-8c58-4cfb-9495-12bbd5a24f7c",
                "Policy.Read.ConditionalAccess",
                "Read your organization's Conditional Access policies"
            ),
            Scope(
                "ad902697-1014-4ef5-81ef-2b4301988e8c",
                "Policy.ReadWrite.ConditionalAccess",
                "Read and write your organization's Conditional Access policies",
                PermissionScope.ForAdmins
            ),
            Scope("e4c9e354-4dc5-45b8-9e7c-e1393b0b1a20", "AuditLog.Read.All", "Read audit log data", PermissionScope.ForAdmins),
            Scope(
                "aec28ec7-4d02-4e8c-b864-50163aea77eb",
                "UserAuthenticationMethod.Read.All",
                "Read all users' authentication methods",
                PermissionScope.ForAdmins
            ),
            Scope(
                "b7887744-6746-4312-813d-72daeaee7e2d",
                "UserAuthenticationMethod.ReadWrite.All",
                "Read and write all users' authentication methods",
                PermissionScope.ForAdmins
            ),
            Scope("e383f46e-2787-4529-855e-0e479a3ffac0", "Mail.Send", "Send mail as a user"),
            Scope("570282fd-fa5c-430d-a7fd-fc8dc98a9dca", "Mail.Read", "Read user mail"),
            Scope("465a38f9-76ea-45b9-9f34-9e8b0d4b0b42", "Calendars.Read", "Read user calendars"),
            Scope("10465720-29dd-4523-a11a-6a75c743c9d9", "Files.Read", "Read user files"),
        ];

    private static AppRole[] Roles() =>
        [
            Role("b633e1c5-b582-4048-a93e-9f11b44c7e96", "Mail.Send", "Send mail as any user"),
            Role("97235f07-e226-4f63-ace3-39588e11d3a1", "User.ReadBasic.All", "Read all users' basic profiles"),
            Role("df021288-bdef-4463-88db-98f22de89214", "User.Read.All", "Read all users' full profiles"),
            Role("741f803b-c850-494e-b5df-cde7c675a1ca", "User.ReadWrite.All", "Read and write all users' full profiles"),
            Role("09850681-111b-4a89-9bed-3f2cae46d706", "User.Invite.All", "Invite guest users to the organization"),
            Role(
                "cc117bb9-00cf-4eb8-b580-ea2a878fe8f7",
                "User-PasswordProfile.ReadWrite.All",
                "Read and write password profiles and reset user passwords"
            ),
            Role("3011c876-62b7-4ada-afa2-506cbbecc68c", "User.EnableDisableAccount.All", "Enable and disable user accounts"),
            Role("77f3a031-c388-4f99-b373-dc68676a979e", "User.RevokeSessions.All", "Revoke all sign in sessions for a user"),
            Role("eccc023d-eccf-4e7b-9683-8813ab36cecc", "User.DeleteRestore.All", "Delete and restore users"),
            Role("5b567255-7703-4780-807c-7be8301ae99b", "Group.Read.All", "Read all groups"),
            Role("62a82d76-70ea-41e2-9197-370581804d09", "Group.ReadWrite.All", "Read and write all groups"),
            Role("bf7b1a76-6e77-406b-b258-bf5c7720e98f", "Group.Create", "Create groups"),
            Role("98830695-27a2-44f7-8c18-0c3ebc9698f6", "GroupMember.Read.All", "Read group memberships"),
            Role("dbaae8cf-10b5-4b86-a4a1-f871c94c6695", "GroupMember.ReadWrite.All", "Read and write group memberships"),
            Role("658aa5d8-239f-45c4-aa12-864f4fc7e490", "Member.Read.Hidden", "Read hidden memberships"),
            Role("7438b122-aefc-4978-80ed-43db9fcc7715", "Device.Read.All", "Read all devices"),
            Role("dbb9058a-0e50-45d7-ae91-66909b5d4664", "Domain.Read.All", "Read domains"),
            Role("7e05723c-0bb0-42da-be95-ae9f08a6e53c", "Domain.ReadWrite.All", "Read and write domains"),
            Role("7ab1d382-f21e-4acd-a863-ba3e13f7da61", "Directory.Read.All", "Read directory data"),
            Role("19dbc75e-c2e2-444c-a770-ec69d8559fc7", "Directory.ReadWrite.All", "Read and write directory data"),
            Role("498476ce-e0fe-48b0-b801-37ba7e2685c6", "Organization.Read.All", "Read organization information"),
            Role("292d869f-3427-49a8-9dab-8c70152b74e9", "Organization.ReadWrite.All", "Read and write organization information"),
            Role("9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30", "Application.Read.All", "Read applications"),
            Role("1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9", "Application.ReadWrite.All", "Read and write applications"),
            Role("18a4783c-866b-4cc7-a460-3d5e5662c884", "Application.ReadWrite.OwnedBy", "Manage apps that this app creates or owns"),
            Role(
                "06b708a9-e830-4db3-a914-8e69da51d44f",
                "AppRoleAssignment.ReadWrite.All",
                "Manage app permission grants and app role assignments"
            ),
            Role("81b4724a-58aa-41c1-8a55-84ef97466587", "DelegatedPermissionGrant.Read.All", "Read delegated permission grants"),
            Role(
                "8e8e4742-1d95-4f68-9d56-6ee75648c72a",
                "DelegatedPermissionGrant.ReadWrite.All",
                "Manage all delegated permission grants"
            ),
            Role("483bed4a-2ad3-4361-a73b-c83ccdbdc53c", "RoleManagement.Read.Directory", "Read directory RBAC settings"),
            Role("9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8", "RoleManagement.ReadWrite.Directory", "Read and write directory RBAC settings"),
            Role("246dd0d5-5bd0-4def-940b-0421030a5b68", "Policy.Read.All", "Read your organization's policies"),
            Role(
                "be74164b-cff1-491c-8741-e671cb536e13",
                "Policy.ReadWrite.ApplicationConfiguration",
                "Read and write your organization's application configuration policies"
            ),
            Role(
                "37730810-e9ba-4e46-b07e-8ca78d182097",
                "Policy.Read.ConditionalAccess",
                "Read your organization's Conditional Access policies"
            ),
            Role(
                "01c0a623-fc9b-48e9-b794-0756f8e8f067",
                "Policy.ReadWrite.ConditionalAccess",
                "Read and write your organization's Conditional Access policies"
            ),
            Role("b0afded3-3588-46d8-8b3d-9842eff778da", "AuditLog.Read.All", "Read audit log data"),
            Role("38d9df27-64da-44fd-b7c5-a6fbac20248f", "UserAuthenticationMethod.Read.All", "Read all users' authentication methods"),
            Role(
                "50483e42-d915-4231-9639-7fdb7fd190e5",
                "UserAuthenticationMethod.ReadWrite.All",
                "Read and write all users' authentication methods"
            ),
            Role("b633e1c5-b582-4048-a93e-9f11b44c7e96", "Mail.Send", "Send mail as a user"),
            Role("810c84a8-4a9e-49e6-bf7d-12d183f40d01", "Mail.Read", "Read user mail"),
            Role("798ee544-9d2d-430c-a058-570e29e34338", "Calendars.Read", "Read user calendars"),
        ];

    private static PermissionScope Scope(string id, string value, string name, string type = PermissionScope.ForUsers) =>
        new(new Guid(id), value)
        {
            AdminConsentDisplayName = name,
            AdminConsentDescription = name + ".",
            UserConsentDisplayName = name,
            UserConsentDescription = name + ".",
            Type = type,
        };

    private static AppRole Role(string id, string value, string name) =>
        new(new Guid(id), name, value) { Description = name + ".", AllowedMemberTypes = [AppRole.ForApplications] };
}

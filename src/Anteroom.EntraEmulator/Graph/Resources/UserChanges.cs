using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Graph.Resources;

/// <summary>May this caller change these properties of this user? And passwords (graph.md §6).</summary>
internal sealed class UserChanges(EntraDirectory directory, TimeProvider clock)
{
    /// <summary>Reading them is one permission, changing them on an administrator another.</summary>
    private static readonly string[] Sensitive =
    [
        "accountEnabled",
        "businessPhones",
        "mobilePhone",
        "onPremisesImmutableId",
        "otherMails",
        "userPrincipalName",
    ];

    /// <summary>What stays with the cloud when everything else is mastered on-premises.</summary>
    private static readonly string[] NotMastered =
    [
        "usageLocation",
        "passwordProfile",
        "passwordPolicies",
        "otherMails",
        "preferredLanguage",
    ];

    /// <summary>Who may call <c>resetPassword</c> at all.</summary>
    private static readonly Guid[] Resetters =
    [
        DirectoryRoleTemplate.AuthenticationAdministrator,
        DirectoryRoleTemplate.PrivilegedAuthenticationAdministrator,
        DirectoryRoleTemplate.GlobalAdministrator,
    ];

    private static readonly string[] OwnProperties = ["mobilePhone", "businessPhones", "preferredLanguage", "officeLocation"];

    public void Check(GraphRequest request, User target, JsonObject body)
    {
        var caller = request.Caller;
        var members = body.Select(member => member.Key).Where(name => !name.StartsWith('@')).ToList();
        var isOwn = caller.User?.Id == target.Id;

        // One PATCH fails as a whole: a password beside accountEnabled needs both permissions (§6.2).
        foreach (var member in members)
        {
            var isAllowed = member switch
            {
                "passwordProfile" => MaySetPassword(caller, target),
                "accountEnabled" => MayWrite(caller) || caller.HasAny("User.EnableDisableAccount.All"),
                _ => MayWrite(caller) || (isOwn && caller.HasAny("User.ReadWrite") && OwnProperties.Contains(member)),
            };
            if (!isAllowed)
                throw new GraphRefusal(GraphError.Denied);
        }
        var isWriting = members.Exists(member => member != "passwordProfile") && !isOwn;
        if (isWriting && caller.User is { } user && !directory.DirectoryRolesOf(user.Id).Overlaps(Access.WriteUsers.Roles))
            throw new GraphRefusal(GraphError.Denied);
        if (members.Exists(Sensitive.Contains) && !isOwn)
            CheckTarget(caller, target);
        if (target.OnPremises?.SyncEnabled == true && members.Exists(member => !NotMastered.Contains(member) && !IsExtension(member)))
            throw new GraphRefusal(GraphError.Synced);
        if (target.OnPremises is { SyncEnabled: false } && members.Contains("onPremisesExtensionAttributes"))
            throw new GraphRefusal(
                GraphError.BadRequest(
                    "Unable to update the specified properties for objects that have originated within an external service."
                )
            );
    }

    /// <summary>An administrator's sensitive properties are for those who may reset his password.</summary>
    public void CheckTarget(GraphCaller caller, User target)
    {
        var ofTarget = directory.DirectoryRolesOf(target.Id);
        if (ofTarget.Count == 0 && !IsInRoleAssignableGroup(target))
            return;
        if (!AdministratorRights.MayResetPassword(directory.DirectoryRolesOf(caller.ActorId), ofTarget, IsInRoleAssignableGroup(target)))
            throw new GraphRefusal(GraphError.Denied);
    }

    /// <summary>A new password, checked against the policy; the flag to change it is true unless it is sent.</summary>
    public User SetPassword(User user, JsonObject profile)
    {
        CheckManaged(user);
        if (user.OnPremises?.SyncEnabled == true && directory.Settings.Graph.SyncedPasswordChange == GraphSettings.Refused)
            throw new GraphRefusal(GraphError.Synced);

        var force = profile["forceChangePasswordNextSignIn"]?.GetValue<bool>() ?? true;
        if ((string?)profile["password"] is not { } password)
            return user with { ForceChangePasswordNextSignIn = force };
        CheckPolicy(user, password);
        return WithPassword(user, password, force);
    }

    /// <summary>An authentication administrator, and one who may touch this person (§6.2, §6.4).</summary>
    public void CheckReset(GraphCaller caller, User target)
    {
        var held = directory.DirectoryRolesOf(caller.ActorId);
        if (
            !held.Overlaps(Resetters)
            || !AdministratorRights.MayResetPassword(held, directory.DirectoryRolesOf(target.Id), IsInRoleAssignableGroup(target))
        )
            throw new GraphRefusal(GraphError.Denied);
    }

    /// <summary><c>resetPassword</c>: synced users too, because it is written back; to be changed at the next sign-in (§6.4).</summary>
    public User ResetPassword(User user, string password, bool isGenerated)
    {
        CheckManaged(user);
        if (!isGenerated)
            CheckPolicy(user, password);
        return WithPassword(user, password, force: true);
    }

    private void CheckManaged(User user)
    {
        if (directory.Tenants.Find(user.TenantId)?.DomainOf(user.UserPrincipalName)?.AuthenticationType == Domain.Federated)
            throw new GraphRefusal(GraphError.BadRequest("Unable to update the passwordProfile of a user in a federated domain."));
    }

    private void CheckPolicy(User user, string password)
    {
        if (!PasswordRules.IsAllowed(password, user.UserPrincipalName, directory.Settings.Graph.BannedPasswords))
            throw new GraphRefusal(GraphError.PasswordPolicy);
    }

    private User WithPassword(User user, string password, bool force)
    {
        var now = clock.GetUtcNow();
        return user with
        {
            PasswordHash = Passwords.Hash(password),
            ForceChangePasswordNextSignIn = force,
            LastPasswordChangeDateTime = now,
            SignInSessionsValidFromDateTime = now,
        };
    }

    private static bool MayWrite(GraphCaller caller) =>
        caller.HasAny("User.ReadWrite.All", "Directory.ReadWrite.All", "Directory.AccessAsUser.All");

    /// <summary><c>User.ReadWrite.All</c> is not enough; an application needs a directory role beside its permission (§6.2, §13).</summary>
    private bool MaySetPassword(GraphCaller caller, User target)
    {
        if (!caller.HasAny("User-PasswordProfile.ReadWrite.All", "Directory.AccessAsUser.All"))
            return false;
        var held = directory.DirectoryRolesOf(caller.ActorId);
        var ofTarget = directory.DirectoryRolesOf(target.Id);
        if (caller.IsAppOnly && !directory.Settings.Graph.RequireDirectoryRoleForPassword && ofTarget.Count == 0)
            return true;
        return AdministratorRights.MayResetPassword(held, ofTarget, IsInRoleAssignableGroup(target));
    }

    private bool IsInRoleAssignableGroup(User target) => directory.DirectGroupsOf(target.Id).Any(group => group.IsAssignableToRole);

    private static bool IsExtension(string member) => member.StartsWith("extension_", StringComparison.Ordinal);
}

using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Portal.People;

/// <summary>One person: properties, password, authentication methods, sessions, group memberships and assigned roles.</summary>
internal static class ProfileEndpoints
{
    public static void Map(RouteGroupBuilder user)
    {
        user.MapGet("", (PortalCall call) => ShowAsync(call, null));
        user.MapPost("", SaveAsync);
        user.MapPost("/password", ResetPasswordAsync);
        user.MapPost("/methods", SaveMethodsAsync);
        user.MapPost("/revoke", RevokeAsync);
        user.MapPost("/delete", DeleteAsync);
        user.MapPost("/groups", AddGroupAsync);
        user.MapPost("/groups/remove", RemoveGroupAsync);
        user.MapPost("/roles", AddRoleAsync);
        user.MapPost("/roles/remove", RemoveRoleAsync);
    }

    private static Task<IResult> ShowAsync(PortalCall call, FieldProblem? problem, string? newPassword = null)
    {
        var user = call.User;
        return call.ShowAsync<UserPage>(
            new
            {
                View = call.View("users", problem) with
                {
                    Subject = user.DisplayName,
                },
                User = user,
                NewPassword = newPassword,
                Groups = call.Directory.DirectGroupsOf(user.Id).OrderBy(group => group.DisplayName).ToList(),
                Roles = Roles(call, user),
                Home = user.HomeTenantId is { } home ? call.Directory.Tenants.Find(home)?.DisplayName : user.IdentityProvider,
            }
        );
    }

    private static List<(Guid Id, string Name)> Roles(PortalCall call, User user) =>
        [
            .. call
                .Directory.DirectoryRolesOf(user.Id)
                .Select(id => (id, DirectoryRoleTemplate.Find(id)?.DisplayName ?? id.ToString()))
                .OrderBy(role => role.Item2),
        ];

    private static Task<IResult> SaveAsync(PortalCall call)
    {
        if (call.Given("name") is not { } name)
            return ShowAsync(call, PortalCall.Refusal("name", "Users.NameMissing"));
        var changed = call.User with
        {
            UserPrincipalName = call.Given("upn") ?? call.User.UserPrincipalName,
            DisplayName = name,
            GivenName = call.Given("given"),
            Surname = call.Given("surname"),
            Mail = call.Given("mail"),
            Department = call.Given("department"),
            JobTitle = call.Given("title"),
            AccountEnabled = call.IsOn("enabled"),
        };
        return call.Editor.SaveUser(changed).TryGet(out _, out var problem)
            ? SeeAsync(call)
            : ShowAsync(call, PortalCall.Refusal("upn", problem));
    }

    /// <summary>The new password is in this answer and nowhere else.</summary>
    private static Task<IResult> ResetPasswordAsync(PortalCall call)
    {
        if (call.User.IsExternal)
            return ShowAsync(call, PortalCall.Refusal("password", "Users.PasswordElsewhere"));
        var password = call.Given("password") ?? Passwords.Generate();
        var changed = call.Editor.SetPassword(call.User, password);
        if (call.IsOn("change"))
            _ = call.Editor.SaveUser(changed with { ForceChangePasswordNextSignIn = true });
        return ShowAsync(call, null, password);
    }

    private static Task<IResult> SaveMethodsAsync(PortalCall call)
    {
        _ = call.Editor.SaveUser(call.User with { IsMfaRegistered = call.IsOn("mfa") });
        return SeeAsync(call);
    }

    private static Task<IResult> RevokeAsync(PortalCall call)
    {
        _ = call.Editor.SaveUser(call.User with { SignInSessionsValidFromDateTime = call.Now });
        return SeeAsync(call);
    }

    private static Task<IResult> DeleteAsync(PortalCall call)
    {
        call.Editor.DeleteUser(call.User);
        return call.SeeAsync("users");
    }

    private static Task<IResult> AddGroupAsync(PortalCall call)
    {
        var typed = call.Text("group");
        if (Principals.Find(call.Directory, call.Tenant.Id, typed) is not { } id || call.Directory.Groups.Find(id) is not { } group)
            return ShowAsync(call, PortalCall.Refusal("group", "Groups.Unknown", typed));
        call.Editor.SaveGroup(group, [call.User.Id]);
        return SeeAsync(call);
    }

    private static Task<IResult> RemoveGroupAsync(PortalCall call)
    {
        if (Guid.TryParse(call.Text("group"), out var id) && call.Directory.Groups.Find(id) is { } group)
            call.Editor.RemoveMember(group, call.User.Id);
        return SeeAsync(call);
    }

    private static Task<IResult> AddRoleAsync(PortalCall call) => SetRoleAsync(call, held: true);

    private static Task<IResult> RemoveRoleAsync(PortalCall call) => SetRoleAsync(call, held: false);

    private static Task<IResult> SetRoleAsync(PortalCall call, bool held)
    {
        if (DirectoryRoleTemplate.Find(call.Text("role")) is not { } role)
            return ShowAsync(call, PortalCall.Refusal("role", "Users.NoRole"));
        call.Editor.SetRole(call.Tenant.Id, call.User.Id, role.Id, held);
        return SeeAsync(call);
    }

    private static Task<IResult> SeeAsync(PortalCall call) => call.SeeAsync($"users/{call.User.Id}");
}

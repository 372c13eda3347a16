using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Resources;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Portal;

/// <summary>Users and groups.</summary>
internal static class PeoplePortal
{
    private const int MostRows = 500;

    public static void Map(IEndpointRouteBuilder portal)
    {
        portal.MapGet("/{tenant:guid}/users", ListAsync);
        portal.MapGet(
            "/{tenant:guid}/users/new",
            (HttpContext http, Guid tenant, EntraDirectory directory, PortalPages pages) => NewAsync(http, tenant, directory, pages, null)
        );
        portal.MapPost("/{tenant:guid}/users/new", CreateAsync);
        portal.MapGet(
            "/{tenant:guid}/users/{id:guid}",
            (HttpContext http, Guid tenant, Guid id, EntraDirectory directory, PortalPages pages) =>
                ShowAsync(http, tenant, id, directory, pages, null, null)
        );
        portal.MapPost("/{tenant:guid}/users/{id:guid}", SaveAsync);
        portal.MapPost("/{tenant:guid}/users/{id:guid}/password", ResetPasswordAsync);
        portal.MapPost("/{tenant:guid}/users/{id:guid}/delete", DeleteAsync);
        portal.MapGet(
            "/{tenant:guid}/groups",
            (HttpContext http, Guid tenant, EntraDirectory directory, PortalPages pages) =>
                GroupsAsync(http, tenant, directory, pages, null)
        );
        portal.MapPost("/{tenant:guid}/groups", CreateGroupAsync);
    }

    /// <summary>A user or group of the tenant by object id, user principal name or group name.</summary>
    public static Guid? FindPrincipal(EntraDirectory directory, Guid tenant, string typed)
    {
        if (Guid.TryParse(typed, out var id))
            return directory.Users.Find(id)?.TenantId == tenant || directory.Groups.Find(id)?.TenantId == tenant ? id : null;
        if (directory.UsersByName.First(typed) is { } user && user.TenantId == tenant)
            return user.Id;
        return directory
            .GroupsByTenant.Find(tenant.ToString())
            .FirstOrDefault(group => string.Equals(group.DisplayName, typed, StringComparison.OrdinalIgnoreCase))
            ?.Id;
    }

    private static async Task<IResult> ListAsync(HttpContext http, Guid tenant, EntraDirectory directory, PortalPages pages)
    {
        if (directory.Tenants.Find(tenant) is not { } home)
            return await pages.NotFoundAsync(http);
        var users = directory.UsersByTenant.Find(tenant.ToString()).OrderBy(user => user.DisplayName).ToList();
        return await pages.RenderAsync<UsersPage>(
            http,
            new
            {
                View = pages.View(http, "users", home),
                Users = users.Take(MostRows).ToList(),
                Total = users.Count,
            }
        );
    }

    private static async Task<IResult> NewAsync(
        HttpContext http,
        Guid tenant,
        EntraDirectory directory,
        PortalPages pages,
        string? problem
    ) =>
        directory.Tenants.Find(tenant) is not { } home
            ? await pages.NotFoundAsync(http)
            : await pages.RenderAsync<UserPage>(http, new { View = pages.View(http, "users", home) with { Problem = problem } });

    private static async Task<IResult> ShowAsync(
        HttpContext http,
        Guid tenant,
        Guid id,
        EntraDirectory directory,
        PortalPages pages,
        string? problem,
        string? newPassword
    ) =>
        Find(directory, tenant, id) is not { } user
            ? await pages.NotFoundAsync(http)
            : await pages.RenderAsync<UserPage>(
                http,
                new
                {
                    View = pages.View(http, "users", directory.Tenants.Find(tenant)) with
                    {
                        Problem = problem,
                    },
                    Existing = user,
                    IsAdministrator = directory.IsGlobalAdministrator(user),
                    NewPassword = newPassword,
                }
            );

    private static async Task<IResult> CreateAsync(
        HttpContext http,
        Guid tenant,
        EntraDirectory directory,
        DirectoryEditor editor,
        PortalPages pages,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var form = await http.Request.ReadFormAsync(ct);
        var password = Passwords.Generate();
        var user = Fill(
            new User(Identifiers.NewUuid(clock), tenant, form["upn"].ToString().Trim(), "")
            {
                CreatedDateTime = clock.GetUtcNow(),
                PasswordHash = Passwords.Hash(password),
            },
            form
        );
        if (!editor.SaveUser(user).TryGet(out var saved, out var problem))
            return await NewAsync(http, tenant, directory, pages, Texts.Get(problem.Key, problem.Value));
        editor.SetRole(tenant, saved.Id, DirectoryRoleTemplate.GlobalAdministrator, form["administrator"] == "on");
        return await ShowAsync(http, tenant, saved.Id, directory, pages, null, password);
    }

    private static async Task<IResult> SaveAsync(
        HttpContext http,
        Guid tenant,
        Guid id,
        EntraDirectory directory,
        DirectoryEditor editor,
        PortalPages pages,
        CancellationToken ct
    )
    {
        if (Find(directory, tenant, id) is not { } user)
            return await pages.NotFoundAsync(http);
        var form = await http.Request.ReadFormAsync(ct);
        if (!editor.SaveUser(Fill(user, form)).TryGet(out _, out var problem))
            return await ShowAsync(http, tenant, id, directory, pages, Texts.Get(problem.Key, problem.Value), null);
        editor.SetRole(tenant, id, DirectoryRoleTemplate.GlobalAdministrator, form["administrator"] == "on");
        return PortalPages.See($"/portal/{tenant}/users/{id}?saved=1");
    }

    private static async Task<IResult> ResetPasswordAsync(
        HttpContext http,
        Guid tenant,
        Guid id,
        EntraDirectory directory,
        DirectoryEditor editor,
        PortalPages pages,
        CancellationToken ct
    )
    {
        if (Find(directory, tenant, id) is not { } user)
            return await pages.NotFoundAsync(http);
        var form = await http.Request.ReadFormAsync(ct);
        var typed = form["password"].ToString();
        var password = typed.Length > 0 ? typed : Passwords.Generate();
        editor.SetPassword(user, password);
        return await ShowAsync(http, tenant, id, directory, pages, null, password);
    }

    private static async Task<IResult> DeleteAsync(
        HttpContext http,
        Guid tenant,
        Guid id,
        EntraDirectory directory,
        DirectoryEditor editor,
        PortalPages pages
    )
    {
        if (Find(directory, tenant, id) is not { } user)
            return await pages.NotFoundAsync(http);
        editor.DeleteUser(user);
        return PortalPages.See($"/portal/{tenant}/users?saved=1");
    }

    private static async Task<IResult> GroupsAsync(
        HttpContext http,
        Guid tenant,
        EntraDirectory directory,
        PortalPages pages,
        string? problem
    )
    {
        if (directory.Tenants.Find(tenant) is not { } home)
            return await pages.NotFoundAsync(http);
        var groups = directory
            .GroupsByTenant.Find(tenant.ToString())
            .OrderBy(group => group.DisplayName)
            .Select(group => new KeyValuePair<Group, IReadOnlyList<string>>(group, MembersOf(directory, group)));
        return await pages.RenderAsync<GroupsPage>(
            http,
            new { View = pages.View(http, "groups", home) with { Problem = problem }, Groups = groups.ToList() }
        );
    }

    private static async Task<IResult> CreateGroupAsync(
        HttpContext http,
        Guid tenant,
        EntraDirectory directory,
        DirectoryEditor editor,
        PortalPages pages,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        if (directory.Tenants.Find(tenant) is null)
            return await pages.NotFoundAsync(http);
        var form = await http.Request.ReadFormAsync(ct);
        var members = new List<Guid>();
        foreach (var line in form["members"].ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (FindPrincipal(directory, tenant, line) is not { } member)
                return await GroupsAsync(http, tenant, directory, pages, Texts.Get("Enterprise.NoPrincipal", line));
            members.Add(member);
        }
        editor.SaveGroup(new Group(Identifiers.NewUuid(clock), tenant, form["name"].ToString().Trim()), members);
        return PortalPages.See($"/portal/{tenant}/groups?saved=1");
    }

    private static List<string> MembersOf(EntraDirectory directory, Group group) =>
        [
            .. directory
                .MembersOf.Find(group.Id.ToString())
                .Take(MostRows)
                .Select(membership =>
                    directory.Users.Find(membership.MemberId)?.DisplayName ?? directory.Groups.Find(membership.MemberId)?.DisplayName
                )
                .OfType<string>()
                .Order(),
        ];

    private static User? Find(EntraDirectory directory, Guid tenant, Guid id) =>
        directory.Users.Find(id) is { } user && user.TenantId == tenant ? user : null;

    private static User Fill(User user, IFormCollection form) =>
        user with
        {
            DisplayName = form["name"].ToString().Trim(),
            GivenName = Text(form["given"]),
            Surname = Text(form["surname"]),
            Mail = Text(form["mail"]),
            Department = Text(form["department"]),
            AccountEnabled = form["enabled"] == "on",
        };

    private static string? Text(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();
}

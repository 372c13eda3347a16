using System.Globalization;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Resources;

namespace Anteroom.EntraEmulator.Portal.People;

/// <summary>Users: the list, new ones, and the recycle bin.</summary>
internal static class UserEndpoints
{
    private const int PageSize = 50;

    public static void Map(RouteGroupBuilder tenant)
    {
        var users = tenant.MapGroup("/users");
        users.MapGet("", ListAsync);
        users.MapGet("/new", (PortalCall call) => NewAsync(call, null));
        users.MapPost("/new", CreateAsync);
        users.MapGet("/deleted", (PortalCall call) => DeletedAsync(call, null));
        users.MapPost("/deleted/{id:guid}/restore", RestoreAsync);
        users.MapPost("/deleted/{id:guid}/purge", PurgeAsync);
        ProfileEndpoints.Map(users.MapGroup("/{user:guid}").Requires(call => call.FindUser()));
    }

    private static Task<IResult> ListAsync(PortalCall call)
    {
        var (wanted, kind) = (call.Query("q"), call.Query("kind"));
        var found = call
            .Directory.UsersByTenant.Find(call.Tenant.Id.ToString())
            .Where(user => IsMeant(user, wanted) && IsOfKind(user, kind))
            .OrderBy(user => user.DisplayName, StringComparer.OrdinalIgnoreCase)
            .ThenBy(user => user.Id)
            .ToList();
        var page = int.TryParse(call.Query("page"), NumberStyles.None, CultureInfo.InvariantCulture, out var typed)
            ? Math.Max(typed, 1)
            : 1;
        return call.ShowAsync<UsersPage>(
            new
            {
                View = call.View("users"),
                Users = found.Skip((page - 1) * PageSize).Take(PageSize).ToList(),
                Total = found.Count,
                Page = page,
                Pages = Math.Max(1, (found.Count + PageSize - 1) / PageSize),
                Wanted = wanted,
                Kind = kind,
            }
        );
    }

    private static bool IsMeant(User user, string wanted) =>
        wanted.Length == 0
        || user.DisplayName.Contains(wanted, StringComparison.OrdinalIgnoreCase)
        || user.UserPrincipalName.StartsWith(wanted, StringComparison.OrdinalIgnoreCase)
        || user.Mail?.StartsWith(wanted, StringComparison.OrdinalIgnoreCase) == true
        || user.Id.ToString() == wanted;

    private static bool IsOfKind(User user, string kind) =>
        kind switch
        {
            "member" => !user.IsGuest,
            "guest" => user.IsGuest,
            "blocked" => !user.AccountEnabled,
            _ => true,
        };

    private static Task<IResult> NewAsync(PortalCall call, FieldProblem? problem) =>
        call.ShowAsync<NewUserPage>(new { View = call.View("users", problem) with { Subject = Texts.Get("Users.New") } });

    private static Task<IResult> CreateAsync(PortalCall call)
    {
        if (call.Given("name") is not { } name)
            return NewAsync(call, PortalCall.Refusal("name", "Users.NameMissing"));
        var password = call.Given("password") ?? Passwords.Generate();
        var made = new User(call.NewId(), call.Tenant.Id, call.Text("upn"), name)
        {
            GivenName = call.Given("given"),
            Surname = call.Given("surname"),
            Mail = call.Given("mail"),
            Department = call.Given("department"),
            JobTitle = call.Given("title"),
            AccountEnabled = call.IsOn("enabled"),
            CreatedDateTime = call.Now,
            PasswordHash = Passwords.Hash(password),
        };
        if (!call.Editor.SaveUser(made).TryGet(out var saved, out var problem))
            return NewAsync(call, PortalCall.Refusal("upn", problem));
        call.Editor.SetRole(call.Tenant.Id, saved.Id, DirectoryRoleTemplate.GlobalAdministrator, call.IsOn("administrator"));
        return call.ShowAsync<UserCreatedPage>(
            new
            {
                View = call.View("users") with
                {
                    Subject = saved.DisplayName,
                },
                Made = saved,
                Password = password,
            }
        );
    }

    private static Task<IResult> DeletedAsync(PortalCall call, FieldProblem? problem) =>
        call.ShowAsync<DeletedUsersPage>(
            new
            {
                View = call.View("users", problem) with
                {
                    Subject = Texts.Get("Users.Deleted"),
                },
                Users = call.Get<RecycleBin>().Users(call.Tenant.Id).OrderBy(user => user.DeletedDateTime).ToList(),
            }
        );

    private static Task<IResult> RestoreAsync(PortalCall call)
    {
        if (FindDeleted(call) is not { } deleted)
            return call.NotFoundAsync();
        return call.Get<RecycleBin>().Restore(deleted) is { } restored
            ? Task.FromResult(PortalPages.See($"/portal/{restored.TenantId}/users/{restored.Id}?saved=1"))
            : DeletedAsync(call, PortalCall.Refusal("", "Edit.UserTaken", deleted.UserPrincipalName));
    }

    private static Task<IResult> PurgeAsync(PortalCall call)
    {
        if (FindDeleted(call) is not { } deleted)
            return call.NotFoundAsync();
        call.Get<RecycleBin>().Purge(deleted.Id);
        return call.SeeAsync("users/deleted");
    }

    private static User? FindDeleted(PortalCall call) =>
        call.Get<RecycleBin>().FindUser(call.Id("id")) is { } deleted && deleted.TenantId == call.Tenant.Id ? deleted : null;
}

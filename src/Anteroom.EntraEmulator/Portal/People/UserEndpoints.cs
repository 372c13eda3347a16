using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Resources;

namespace Anteroom.EntraEmulator.Portal.People;

/// <summary>Users: the list, new ones, and the recycle bin.</summary>
internal static class UserEndpoints
{
    private const string Guests = "guest";

    public static void Map(RouteGroupBuilder tenant)
    {
        var users = tenant.MapGroup("/users");
        users.MapGet("", ListAsync);
        users.MapGet("/new", (PortalCall call) => NewAsync(call, null));
        users.MapPost("/new", CreateAsync);
        InvitationEndpoints.Map(users);
        users.MapGet("/deleted", (PortalCall call) => DeletedAsync(call, null));
        users.MapPost("/deleted/{id:guid}/restore", RestoreAsync);
        users.MapPost("/deleted/{id:guid}/purge", PurgeAsync);
        ProfileEndpoints.Map(users.MapGroup("/{user:guid}").Requires(call => call.FindUser()));
    }

    private static Task<IResult> ListAsync(PortalCall call)
    {
        var kind = call.Query("kind");
        return call.ShowAsync<UsersPage>(
            new
            {
                View = call.View("users"),
                List = ListPages.Read(
                    call,
                    call.Directory.UsersInOrder,
                    call.Directory.UsersByWord,
                    id => call.Directory.Users.Find(id) is { } user && user.TenantId == call.Tenant.Id ? user : null,
                    user => IsOfKind(user, kind),
                    storedOnly: kind == Guests, // generated people are members
                    "kind"
                ),
                Wanted = call.Query("q"),
                Kind = kind,
            }
        );
    }

    private static bool IsOfKind(User user, string kind) =>
        kind switch
        {
            "member" => !user.IsGuest,
            Guests => user.IsGuest,
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

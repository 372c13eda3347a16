using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Provisioning;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.Records;
using Anteroom.Server.SignIn.Sessions;

namespace Anteroom.Server.Console.Administering;

/// <summary>People of an organization: the list, one of them with everything that explains them, and a new one.</summary>
internal static class UserPages
{
    private const int MostSignIns = 20;

    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet("/organizations/{slug}/users", ListAsync).Operation("users.list");
        console.MapGet("/organizations/{slug}/users/new", NewAsync).Operation("users.create");
        console.MapPost("/organizations/{slug}/users/new", CreateAsync).Operation("users.create");
        console.MapGet("/organizations/{slug}/users/{id}", ShowAsync).Operation("users.get");
    }

    private static async Task<IResult> ListAsync(HttpContext http, UserStore users, ConsolePages pages, CancellationToken ct)
    {
        var room = http.Room()!;
        var search = http.Request.Query["search"].ToString();
        var rows = await users.ListAsync(room.Id, SearchText.Of(search), PageQuery.Of(http).After, PageQuery.Size + 1, ct);
        var (shown, next) = PageQuery.Cut(http, rows, user => UserNames.Fold(user.UserName));
        return pages.List(
            new(
                pages.Frame(http, pages[room.IsPlatform ? "Nav.Operators" : "Nav.Users"], Navigation.Of(room, "users")),
                [pages["Column.Name"], pages["Column.Role"], pages["Column.State"], pages["Column.LastSignIn"]],
                [
                    .. shown.Select(user =>
                        (Cell[])
                            [
                                new(user.DisplayName ?? user.UserName, user.UserName, Navigation.Of(room, $"users/{user.Id}")),
                                new(user.Role.Name),
                                StateOf(user, pages),
                                user.LastSignInAt is { } at ? new(At: at) : new(pages["Users.NeverSignedIn"]),
                            ]
                    ),
                ]
            )
            {
                Lead = pages["Users.Lead", room.Name],
                Filters = [new("search", pages["Users.Search"], search)],
                Action = http.Caller().May("users.create") ? new(pages["Users.New"], Navigation.Of(room, "users/new"), "user-plus") : null,
                Next = next,
                IsLater = PageQuery.Of(http).After is not null,
                EmptyTitle = pages["Users.Empty"],
                EmptyText = pages["Users.Empty.Text"],
            }
        );
    }

    /// <summary>By words and icon.</summary>
    public static Cell StateOf(User user, ConsolePages pages) =>
        user.Blocks.Count == 0 ? new(pages["State.Active"], State: Tone.Good)
        : Channels.All.All(user.IsBlockedFor) ? new(pages["State.Deactivated"], State: Tone.Bad)
        : new(pages["State.PartlyBlocked"], State: Tone.Warning);

    private static async Task<IResult> ShowAsync(
        string id,
        HttpContext http,
        UserStore users,
        UserSessions sessions,
        SignInHistory history,
        ConsolePages pages,
        ProblemPages problems,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var room = http.Room()!;
        if (!UserId.TryParse(id, out var userId) || await users.FindAsync(room.Id, userId, ct) is not { } user)
            return problems.NotFound();
        var past = await history.OfUserAsync(room.Id, userId, clock.GetUtcNow() - TimeSpan.FromDays(30), MostSignIns, ct);
        return pages.Show(
            "User",
            new UserModel(
                pages.Frame(http, user.DisplayName ?? user.UserName, Navigation.Of(room, "users"), UsersCrumb(room, pages)),
                room,
                user,
                StateOf(user, pages),
                await users.IdentitiesAsync(room.Id, userId, ct),
                await users.GroupNamesAsync(room.Id, userId, ct),
                await sessions.ListAsync(room.Id, userId, ct),
                [.. past.Select(attempt => new ExplainedSignIn(attempt, ReasonCatalogue.Find(attempt.Reason)))],
                http.Caller().May("users.deactivate") && http.Caller().Holds(user.Role.Permissions)
            )
        );
    }

    public static Crumb UsersCrumb(Organization room, ConsolePages pages) =>
        new(pages[room.IsPlatform ? "Nav.Operators" : "Nav.Users"], Navigation.Of(room, "users"));

    private static async Task<IResult> NewAsync(HttpContext http, Database database, ConsolePages pages, CancellationToken ct)
    {
        await using var tx = await database.BeginAsync(http.Room()!.Id, ct);
        return Form(http, pages, new("", "", "", BuiltInRoles.Member), await RoleStore.ListAsync(tx, ct), null);
    }

    private static async Task<IResult> CreateAsync(
        HttpContext http,
        Database database,
        Provisioner provisioner,
        ConsolePages pages,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var (room, now) = (http.Room()!, clock.GetUtcNow());
        var form = await http.Request.ReadFormAsync(ct);
        var typed = new NewUserForm(
            form["userName"].ToString().Trim(),
            form["displayName"].ToString().Trim(),
            form["email"].ToString().Trim(),
            form["role"].ToString()
        );
        await using var tx = await database.BeginAsync(room.Id, ct);
        var roles = await RoleStore.ListAsync(tx, ct);
        if (roles.FirstOrDefault(role => role.Key == typed.Role) is not { } role || !http.Caller().Holds(role.Permissions))
            return Form(http, pages, typed, roles, pages["Users.RoleTooPowerful"]);
        var attributes = new Dictionary<string, Fact>();
        if (typed.DisplayName.Length > 0)
            attributes[UserAttributes.DisplayName] = new(typed.DisplayName);
        if (typed.Email.Length > 0)
            attributes[UserAttributes.Email] = new(typed.Email);
        var facts = new DirectoryFacts(FactSource.Administrator, now)
        {
            UserName = typed.UserName,
            Attributes = attributes,
            AssignedRole = role.Key,
            MayCreate = true,
        };
        var applied = await provisioner.ApplyAsync(tx, facts, AuthorityRules.Of(room), http.Audit(), now, ct);
        if (!applied.TryGet(out var made, out var refusal))
            return Form(http, pages, typed, roles, refusal.Detail ?? ReasonCatalogue.Get(refusal.Code).Happened);
        if (made.Changes.Kept.Any(kept => kept.Because != KeptBecause.Missing))
            return Form(http, pages, typed, roles, pages["Users.ValueRefused"]);
        await tx.CommitAsync(ct);
        return ConsolePages.Back(Navigation.Of(room, $"users/{made.User.Id}"), "user.created");
    }

    private static IResult Form(HttpContext http, ConsolePages pages, NewUserForm typed, IReadOnlyList<Role> roles, string? fault) =>
        pages.Show(
            "NewUser",
            new NewUserPage(
                pages.Frame(http, pages["Users.New"], Navigation.Of(http.Room()!, "users"), UsersCrumb(http.Room()!, pages)),
                typed,
                [.. roles.Where(role => http.Caller().Holds(role.Permissions))],
                fault
            ),
            fault is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity
        );
}

/// <summary>An attempt with the catalogue's words for its outcome.</summary>
internal sealed record ExplainedSignIn(PastSignIn Attempt, Reason? Reason);

/// <param name="MayChange">Whether this caller may deactivate and end sessions.</param>
internal sealed record UserModel(
    ConsoleFrame Frame,
    Organization Room,
    User User,
    Cell State,
    IReadOnlyList<ExternalIdentity> Identities,
    IReadOnlyList<string> Groups,
    IReadOnlyList<UserSession> Sessions,
    IReadOnlyList<ExplainedSignIn> SignIns,
    bool MayChange
) : IConsolePage
{
    public string Address => Navigation.Of(Room, $"users/{User.Id}");

    public bool IsBlockedByAdministrator => User.Blocks.Any(block => block.Source == BlockSource.Administrator);
}

/// <summary>What was typed; it comes back with the fault.</summary>
internal sealed record NewUserForm(string UserName, string DisplayName, string Email, string Role);

internal sealed record NewUserPage(ConsoleFrame Frame, NewUserForm Form, IReadOnlyList<Role> Roles, string? Fault) : IConsolePage;

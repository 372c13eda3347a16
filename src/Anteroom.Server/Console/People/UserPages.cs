using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Credentials.Passkeys;
using Anteroom.Server.Credentials.Passwords;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Provisioning;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.Records;
using Anteroom.Server.SignIn.Sessions;

namespace Anteroom.Server.Console.People;

/// <summary>People of an organization: the list, one of them with everything that explains them, and a new one.</summary>
internal static class UserPages
{
    private const int MostSignIns = 20;

    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet("/organizations/{slug}/users", ListAsync).Operation("users.list");
        console.MapGet("/organizations/{slug}/users/{id}", ShowAsync).Operation("users.get");
    }

    private static async Task<IResult> ListAsync(
        HttpContext http,
        UserStore users,
        SignInHistory history,
        ConsolePages pages,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var room = http.Room()!;
        var search = http.Request.Query["search"].ToString();
        var rows = await users.ListAsync(room.Id, SearchText.Of(search), PageQuery.Of(http).After, PageQuery.Size + 1, ct);
        var (shown, next) = PageQuery.Cut(http, rows, row => row.Key);
        var open = UserId.TryParse(http.Request.Query[PageQuery.OpenParameter], out var id) ? await users.FindAsync(room.Id, id, ct) : null;
        return pages.List(
            http,
            new(
                pages.Frame(http, pages[room.IsPlatform ? "Nav.Operators" : "Nav.Users"], Navigation.Of(room, "users")),
                pages.Columns("Name", "Role", "State", "LastSignIn", "Email"),
                [
                    .. shown
                        .Select(row => row.User)
                        .Select(user => new Row(
                            [
                                new(user.DisplayName ?? user.UserName, user.UserName, Navigation.Of(room, $"users/{user.Id}")),
                                new(user.Role.Name),
                                StateOf(user, pages),
                                user.LastSignInAt is { } at ? new(At: at) : new(pages["Users.NeverSignedIn"]),
                                new(user.Attributes.GetValueOrDefault(UserAttributes.Email)),
                            ],
                            PageQuery.AddressWith(http, PageQuery.OpenParameter, user.Id.ToString())
                        )),
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
                Beside = open is null ? null : await BesideAsync(http, users, history, pages, clock, open, ct),
            }
        );
    }

    /// <summary>What is asked most about one person: may they come in, and why not yesterday.</summary>
    private static async Task<Beside> BesideAsync(
        HttpContext http,
        UserStore users,
        SignInHistory history,
        ConsolePages pages,
        TimeProvider clock,
        User user,
        CancellationToken ct
    )
    {
        var room = http.Room()!;
        var past = await history.OfUserAsync(room.Id, user.Id, clock.GetUtcNow() - TimeSpan.FromDays(30), 1, ct);
        var last = past is [var newest, ..] ? newest : null;
        var reason = last is { Decision: SignInRecord.Refused } ? ReasonCatalogue.Find(last.Reason) : null;
        var groups = await users.GroupNamesAsync(room.Id, user.Id, ct);
        return new(
            user.DisplayName ?? user.UserName,
            [
                (pages["Field.UserName"], new(user.UserName)),
                (pages["Column.State"], StateOf(user, pages)),
                (pages["Column.Role"], new(user.Role.Name)),
                (pages["Field.Email"], new(user.Attributes.GetValueOrDefault(UserAttributes.Email) ?? "–")),
                (pages["Nav.Groups"], new(groups.Count == 0 ? pages["User.NoGroups"] : string.Join(", ", groups.Take(10)))),
                (pages["User.LastAttempt"], last is null ? new(pages["Users.NeverSignedIn"]) : new(At: last.At)),
                .. last is null
                    ? (IReadOnlyList<(string, Cell)>)[]
                    :
                    [
                        (
                            pages["Column.Result"],
                            new(pages["Decision." + last.Decision], reason?.Title, State: reason is null ? Tone.Good : Tone.Bad)
                        ),
                    ],
            ]
        )
        {
            Words = reason is null
                ? []
                : [reason.Happened, .. reason.Administrator is { } cure ? [pages["User.Cure"] + " " + cure] : (string[])[]],
            Links = [(pages["User.Whole"], Navigation.Of(room, $"users/{user.Id}"))],
            Close = PageQuery.AddressWith(http, PageQuery.OpenParameter, null),
        };
    }

    /// <summary>By words and icon.</summary>
    public static Cell StateOf(User user, ConsolePages pages) =>
        user.Blocks.Count == 0 ? new(pages["State.Active"], State: Tone.Good)
        : Channels.All.All(user.IsBlockedFor) ? new(pages["State.Deactivated"], State: Tone.Bad)
        : new(pages["State.PartlyBlocked"], State: Tone.Warning);

    private static async Task<IResult> ShowAsync(
        string id,
        HttpContext http,
        Database database,
        UserStore users,
        UserSessions sessions,
        SignInHistory history,
        PasswordStore passwords,
        PasskeyStore passkeys,
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
                await passwords.StateAsync(room.Id, userId, ct),
                await passkeys.ListAsync(room.Id, userId, ct),
                http.Caller().May("users.update") && http.Administrator().Holds(user.Role.Permissions)
            )
            {
                OwnFields = await OwnFieldsAsync(room, database, ct),
            }
        );
    }

    private static async Task<IReadOnlyDictionary<string, string>> OwnFieldsAsync(
        Organization room,
        Database database,
        CancellationToken ct
    )
    {
        await using var tx = await database.BeginAsync(room.Id, ct);
        return (await CustomFields.ListAsync(tx, ct)).ToDictionary(field => UserAttributes.CustomPrefix + field.Key, field => field.Name);
    }

    public static Crumb UsersCrumb(Organization room, ConsolePages pages) =>
        new(pages[room.IsPlatform ? "Nav.Operators" : "Nav.Users"], Navigation.Of(room, "users"));
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
    PasswordState Password,
    IReadOnlyList<Passkey> Passkeys,
    bool MayChange
) : IConsolePage
{
    public string Address => Navigation.Of(Room, $"users/{User.Id}");

    /// <summary>What the organization calls fields of its own, by attribute.</summary>
    public required IReadOnlyDictionary<string, string> OwnFields { get; init; }

    /// <summary>Whether there is anything to say about a password.</summary>
    public bool ShowsPassword => Room.AllowsPasswords || Password.SetAt is not null;

    public bool IsBlockedByAdministrator => User.Blocks.Any(block => block.Source == BlockSource.Administrator);
}

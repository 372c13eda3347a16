using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Provisioning;
using Anteroom.Server.SignIn.Pages;

namespace Anteroom.Server.Console.People;

/// <summary>A person made by hand, and what is kept about one changed.</summary>
internal static class UserForms
{
    private const string Role = "role";

    private static readonly string[] Attributes =
    [
        UserAttributes.DisplayName,
        UserAttributes.GivenName,
        UserAttributes.FamilyName,
        UserAttributes.Email,
    ];

    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet("/organizations/{slug}/users/new", NewAsync).Operation("users.create");
        console.MapPost("/organizations/{slug}/users/new", CreateAsync).Operation("users.create");
        console.MapGet("/organizations/{slug}/users/{id}/edit", EditAsync).Operation("users.update");
        console.MapPost("/organizations/{slug}/users/{id}/edit", ChangeAsync).Operation("users.update");
    }

    private static async Task<IResult> NewAsync(HttpContext http, Database database, ConsolePages pages, CancellationToken ct) =>
        pages.Form(
            NewForm(http, pages, await ChoicesAsync(http, database, ct), new FormValues([KeyValuePair.Create(Role, BuiltInRoles.Member)]))
        );

    private static async Task<IResult> CreateAsync(
        HttpContext http,
        Database database,
        AdministerUsers administer,
        ConsolePages pages,
        CancellationToken ct
    )
    {
        var typed = await FormValues.TypedAsync(http, ct);
        var choices = await ChoicesAsync(http, database, ct);
        var page = NewForm(http, pages, choices, typed);
        if (
            choices.Roles.FirstOrDefault(role => role.Key == typed[Role]) is { IsAdministrative: true }
            && pages.AskForProof(http, page) is { } proof
        )
            return proof;
        var wanted = new NewUser(typed[UserAttributes.UserName], typed[Role])
        {
            Attributes = Named(choices).Where(name => typed[name].Length > 0).ToDictionary(name => name, name => typed[name]),
        };
        var created = await administer.CreateAsync(http.Room()!, wanted, http.Administrator(), ct);
        return created.TryGet(out var user, out var refusal)
            ? ConsolePages.Back(Navigation.Of(http.Room()!, $"users/{user.Id}"), "user.created")
            : pages.Form(FormFault.Of(refusal.Code, refusal.Detail, refusal.Member).On(page));
    }

    private static async Task<IResult> EditAsync(
        string id,
        HttpContext http,
        Database database,
        UserStore users,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        if (!UserId.TryParse(id, out var userId) || await users.FindAsync(http.Room()!.Id, userId, ct) is not { } user)
            return problems.NotFound();
        if (!http.Administrator().Holds(user.Role.Permissions))
            return problems.For(ReasonCodes.Forbidden);
        return pages.Form(EditForm(http, pages, await ChoicesAsync(http, database, ct), user, ValuesOf(user)));
    }

    private static async Task<IResult> ChangeAsync(
        string id,
        HttpContext http,
        Database database,
        UserStore users,
        AdministerUsers administer,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        var room = http.Room()!;
        if (!UserId.TryParse(id, out var userId))
            return problems.NotFound();
        var choices = await ChoicesAsync(http, database, ct);
        return await pages.EditAsync(
                http,
                () => users.FindAsync(room.Id, userId, ct),
                (user, typed) => EditForm(http, pages, choices, user, typed ?? ValuesOf(user)),
                SaveAsync,
                ct,
                edit => edit.Changed.Contains(Role) || edit.Changed.Contains(UserAttributes.Email)
            ) ?? problems.NotFound();

        async Task<IResult?> SaveAsync(User user, Edit edit)
        {
            var wanted = new UserEdit
            {
                UserName = edit.Changed.Contains(UserAttributes.UserName) ? edit.Typed[UserAttributes.UserName] : null,
                Role = edit.Changed.Contains(Role) ? edit.Typed[Role] : null,
                Attributes = Named(choices).Where(edit.Changed.Contains).ToDictionary(name => name, edit.Typed.OrNull),
            };
            var changed = await administer.ChangeAsync(room, userId, user.Version, wanted, http.Administrator(), ct);
            return changed.TryGet(out _, out var refusal)
                ? ConsolePages.Back(Navigation.Of(room, $"users/{id}"), "user.updated")
                : pages.Refused(edit, refusal.Code, refusal.Detail, refusal.Member);
        }
    }

    /// <param name="Roles">Those that the caller may give.</param>
    private sealed record Choices(IReadOnlyList<Role> Roles, IReadOnlyList<CustomField> Fields);

    private static async Task<Choices> ChoicesAsync(HttpContext http, Database database, CancellationToken ct)
    {
        await using var tx = await database.BeginAsync(http.Room()!.Id, ct);
        var roles = await RoleStore.ListAsync(tx, ct);
        return new([.. roles.Where(role => http.Administrator().Holds(role.Permissions))], await CustomFields.ListAsync(tx, ct));
    }

    private static IEnumerable<string> Named(Choices choices) =>
        Attributes.Concat(choices.Fields.Select(field => UserAttributes.CustomPrefix + field.Key));

    private static FormValues ValuesOf(User user) =>
        new([.. user.Attributes, KeyValuePair.Create(UserAttributes.UserName, user.UserName), KeyValuePair.Create(Role, user.Role.Key)]);

    private static FormPage NewForm(HttpContext http, ConsolePages pages, Choices choices, FormValues values)
    {
        var list = Navigation.Of(http.Room()!, "users");
        return new(
            pages.Frame(http, pages["Users.New"], list, UserPages.UsersCrumb(http.Room()!, pages)),
            Fields(pages, choices, values, _ => null),
            pages["Users.Create"],
            list
        );
    }

    private static FormPage EditForm(HttpContext http, ConsolePages pages, Choices choices, User user, FormValues values)
    {
        var room = http.Room()!;
        var rules = AuthorityRules.Of(room);
        var name = user.DisplayName ?? user.UserName;
        var address = Navigation.Of(room, $"users/{user.Id}");
        return new(
            pages.Frame(
                http,
                pages["User.EditTitle", name],
                Navigation.Of(room, "users"),
                UserPages.UsersCrumb(room, pages),
                new Crumb(name, address)
            ),
            Fields(pages, choices, values, Locked),
            pages["Save"],
            address
        )
        {
            IsEdit = true,
        };

        string? Locked(string attribute) =>
            attribute != UserAttributes.UserName // an administrator may always change it (design.md §2)
            && user.Stamps.GetValueOrDefault(attribute) is { } stamp
            && !rules.MayOverwrite(attribute, FactSource.Administrator, stamp.Source)
                ? pages["User.Locked", pages["FactSource." + stamp.Source]]
                : null;
    }

    private static List<Field> Fields(ConsolePages pages, Choices choices, FormValues values, Func<string, string?> locked)
    {
        Field Of(string name, string label) => new(name, label, values[name]) { Locked = locked(name) };
        return
        [
            Of(UserAttributes.UserName, pages["Field.UserName"]) with
            {
                Help = pages["Field.UserName.Help"],
                Required = true,
                Verbatim = true,
            },
            Of(UserAttributes.DisplayName, pages["Field.DisplayName"]),
            Of(UserAttributes.GivenName, pages["Attribute.givenName"]) with
            {
                Longest = 100,
            },
            Of(UserAttributes.FamilyName, pages["Attribute.familyName"]) with
            {
                Longest = 100,
            },
            Of(UserAttributes.Email, pages["Field.Email"]) with
            {
                Kind = FieldKind.Email,
                Help = pages["Field.Email.Help"],
                Longest = 320,
            },
            .. choices.Fields.Select(field => Of(UserAttributes.CustomPrefix + field.Key, field.Name) with { Longest = field.MaxLength }),
            Of(Role, pages["Column.Role"]) with
            {
                Kind = FieldKind.Choice,
                Options = [.. choices.Roles.Select(role => (role.Key, role.Name))],
            },
        ];
    }
}

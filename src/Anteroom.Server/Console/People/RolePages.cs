using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.SignIn.Pages;

namespace Anteroom.Server.Console.People;

/// <summary>Roles: what each may do and where it may come in; an organization's own are made and changed here.</summary>
internal static class RolePages
{
    private const string Path = "/organizations/{slug}/roles";
    private const string Key = "key";
    private const string Name = "name";
    private const string Held = "permissions";
    private const string ComesIn = "channels";

    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet(Path, ListAsync).Operation("roles.list");
        console.MapGet(Path + "/new", New).Operation("roles.create");
        console.MapPost(Path + "/new", CreateAsync).Operation("roles.create");
        console.MapGet(Path + "/{key}/edit", EditAsync).Operation("roles.update");
        console.MapPost(Path + "/{key}/edit", ChangeAsync).Operation("roles.update");
    }

    private static async Task<IResult> ListAsync(HttpContext http, Database database, ConsolePages pages, CancellationToken ct)
    {
        var room = http.Room()!;
        await using var tx = await database.BeginAsync(room.Id, ct);
        var roles = await RoleStore.ListAsync(tx, ct);
        var mayChange = http.Caller().May("roles.update");
        return pages.List(
            http,
            new(
                pages.Frame(http, pages["Nav.Roles"], Navigation.Of(room, "roles")),
                pages.Columns("Name", "Permissions", "Channels"),
                roles.Select(role =>
                    (Cell[])
                        [
                            new(
                                role.Name,
                                role.BuiltIn ? pages["Roles.BuiltIn"] : role.Key,
                                role.BuiltIn || !mayChange ? null : Navigation.Of(room, $"roles/{role.Key}/edit")
                            ),
                            role.IsAdministrative
                                ? new(pages["Roles.Permissions", role.Permissions.Count], string.Join(", ", role.Permissions))
                                : new(pages["Roles.NoPermissions"]),
                            new(string.Join(", ", role.Channels.Select(channel => pages["Channel." + channel]))),
                        ]
                )
            )
            {
                Lead = pages["Roles.Lead"],
                Action = http.Caller().May("roles.create") ? new(pages["Roles.New"], Navigation.Of(room, "roles/new"), "plus") : null,
            }
        );
    }

    private static IResult New(HttpContext http, ConsolePages pages) =>
        pages.Form(NewForm(http, pages, new([KeyValuePair.Create(ComesIn, string.Join(' ', Channels.All))])));

    private static async Task<IResult> CreateAsync(HttpContext http, ChangeRoles roles, ConsolePages pages, CancellationToken ct)
    {
        var typed = await FormValues.TypedAsync(http, ct);
        var page = NewForm(http, pages, typed);
        if (pages.AskForProof(http, page) is { } proof)
            return proof;
        var made = await roles.CreateAsync(http.Room()!.Id, typed[Key], DraftOf(typed), http.Administrator(), ct);
        return made.TryGet(out _, out var refusal)
            ? ConsolePages.Back(Navigation.Of(http.Room()!, "roles"), "role.created")
            : pages.Form(FormFault.Of(refusal.Code, refusal.Detail, refusal.Member).On(page));
    }

    private static async Task<IResult> EditAsync(
        string key,
        HttpContext http,
        Database database,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    ) =>
        await FindOwnAsync(http, database, key, ct) is { } role
            ? pages.Form(EditForm(http, pages, role, ValuesOf(role)))
            : problems.NotFound();

    private static async Task<IResult> ChangeAsync(
        string key,
        HttpContext http,
        Database database,
        ChangeRoles roles,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        return await pages.EditAsync(
                http,
                () => FindOwnAsync(http, database, key, ct),
                (role, typed) => EditForm(http, pages, role, typed ?? ValuesOf(role)),
                SaveAsync,
                ct
            ) ?? problems.NotFound();

        async Task<IResult?> SaveAsync(Role role, Edit edit)
        {
            var changed = await roles.ChangeAsync(http.Room()!.Id, key, _ => DraftOf(edit.Typed), role.Version, http.Administrator(), ct);
            return changed.TryGet(out _, out var refusal)
                ? ConsolePages.Back(Navigation.Of(http.Room()!, "roles"), "role.updated")
                : pages.Refused(edit, refusal.Code, refusal.Detail, refusal.Member);
        }
    }

    /// <summary>A role of the organization's own; the built-in ones are not changed.</summary>
    private static async Task<Role?> FindOwnAsync(HttpContext http, Database database, string key, CancellationToken ct)
    {
        await using var tx = await database.BeginAsync(http.Room()!.Id, ct);
        return await RoleStore.FindAsync(tx, key, ct) is { BuiltIn: false } role ? role : null;
    }

    private static RoleDraft DraftOf(FormValues typed) => new(typed[Name], typed.Words(Held), typed.Words(ComesIn));

    private static FormValues ValuesOf(Role role) =>
        new([
            KeyValuePair.Create(Name, role.Name),
            KeyValuePair.Create(Held, string.Join(' ', Permissions.OfOrganizations.Where(role.Permissions.Contains))),
            KeyValuePair.Create(ComesIn, string.Join(' ', Channels.All.Where(role.Channels.Contains))),
        ]);

    private static FormPage NewForm(HttpContext http, ConsolePages pages, FormValues values) =>
        Form(
            http,
            pages,
            pages["Roles.New"],
            [
                new Field(Key, pages["Field.Key"], values[Key])
                {
                    Required = true,
                    Longest = 40,
                    Verbatim = true,
                    Help = pages["Roles.Key.Help"],
                },
                .. Fields(http, pages, values),
            ]
        );

    private static FormPage EditForm(HttpContext http, ConsolePages pages, Role role, FormValues values) =>
        Form(http, pages, role.Name, Fields(http, pages, values)) with
        {
            IsEdit = true,
            Lead = pages["Roles.EditLead"],
        };

    private static FormPage Form(HttpContext http, ConsolePages pages, string title, IReadOnlyList<Field> fields)
    {
        var list = Navigation.Of(http.Room()!, "roles");
        return new(pages.Frame(http, title, list, new Crumb(pages["Nav.Roles"], list)), fields, pages["Save"], list);
    }

    private static Field[] Fields(HttpContext http, ConsolePages pages, FormValues values) =>
        [
            new(Name, pages["Field.Name"], values[Name]) { Required = true, Longest = ChangeRoles.LongestName },
            new(Held, pages["Column.Permissions"], values[Held])
            {
                Kind = FieldKind.Choices,
                Help = pages["Roles.Permissions.Help"],
                Options =
                [
                    .. Permissions
                        .OfOrganizations.Where(http.Caller().Permissions.Contains)
                        .Select(permission => (permission, pages["Permission." + permission])),
                ],
            },
            new(ComesIn, pages["Column.Channels"], values[ComesIn])
            {
                Kind = FieldKind.Choices,
                Options = [.. Channels.All.Select(channel => (channel, pages["Channel." + channel]))],
            },
        ];
}

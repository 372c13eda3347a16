using System.Globalization;
using Anteroom.Server.Connections;
using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Provisioning;
using Anteroom.Server.SignIn.Pages;

namespace Anteroom.Server.Console.Integrations;

/// <summary>Which claims fill which fields of people, and which groups and app roles give which role. What the last sign-ins held is offered.</summary>
internal static class ClaimPages
{
    private const string Path = ConnectionPages.Path + "/{id}/claims";
    private const string SeenNames = "claims";
    private const string SeenKeys = "keys";

    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet(Path, EditAsync).Operation("connections.update");
        console.MapPost(Path, ChangeAsync).Operation("connections.update");
    }

    /// <param name="Names">Of the fields of people, by what the mapping calls them.</param>
    /// <param name="Roles">All of the organization.</param>
    private sealed record Choices(
        ClaimGrid Grid,
        IReadOnlyDictionary<string, string> Names,
        IReadOnlyList<Role> Roles,
        IReadOnlyList<SeenClaim> Seen
    );

    private static async Task<IResult> EditAsync(
        string id,
        HttpContext http,
        ConnectionStore connections,
        SeenClaims seen,
        Database database,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        if (await ConnectionPages.FindAsync(http, connections, id, ct) is not { } connection)
            return problems.NotFound();
        var choices = await ChoicesAsync(http, connection, seen, database, pages, ct);
        return pages.Form(Form(http, pages, choices, connection, choices.Grid.ValuesOf(connection.Settings)));
    }

    private static async Task<IResult> ChangeAsync(
        string id,
        HttpContext http,
        SaveConnection save,
        ConnectionStore connections,
        SeenClaims seen,
        Database database,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        if (await ConnectionPages.FindAsync(http, connections, id, ct) is not { } found)
            return problems.NotFound();
        var choices = await ChoicesAsync(http, found, seen, database, pages, ct);
        return await pages.EditAsync(
                http,
                () => ConnectionPages.FindAsync(http, connections, id, ct),
                (connection, typed) => Form(http, pages, choices, connection, typed ?? choices.Grid.ValuesOf(connection.Settings)),
                SaveAsync,
                ct
            ) ?? problems.NotFound();

        async Task<IResult?> SaveAsync(Connection connection, Edit edit)
        {
            if (ClaimGrid.HalfOf(edit.Typed) is { } half)
                return pages.Form(new FormFault(half, pages["Claims.Half"]).On(edit.Page));
            if (ClaimGrid.ChangesWhatIsGone(connection.Settings, edit.Typed))
                return pages.Form(edit.Page with { Fault = pages["Claims.Gone"] });
            var wanted = choices.Grid.Apply(connection.Settings, edit.Typed);
            if (TooHigh(http, choices, connection.Settings, wanted))
                return pages.Form(edit.Page with { Fault = pages["Claims.TooHigh"] });
            var changed = await save.ChangeAsync(
                connection.Organization,
                connection.Id,
                connection.Version,
                current => ConnectionDraft.Of(current, choices.Grid.Apply(current.Settings, edit.Typed)),
                http.Audit(),
                ct
            );
            return changed.TryGet(out _, out var refusal)
                ? ConsolePages.Back(ConnectionPages.AddressOf(http, connection), "connection.claims")
                : pages.Refused(edit, refusal.Code, refusal.Detail, null);
        }
    }

    /// <summary>Nobody lets a sign-in give a role with more permissions than they hold themselves (SEC-263).</summary>
    private static bool TooHigh(HttpContext http, Choices choices, ConnectionSettings current, ConnectionSettings wanted) =>
        wanted
            .RoleMappings.Except(current.RoleMappings)
            .Any(mapping =>
                choices.Roles.FirstOrDefault(role => role.Key == mapping.Role) is { } role && !http.Administrator().Holds(role.Permissions)
            );

    private static async Task<Choices> ChoicesAsync(
        HttpContext http,
        Connection connection,
        SeenClaims seen,
        Database database,
        ConsolePages pages,
        CancellationToken ct
    )
    {
        var known = await seen.ListAsync(connection.Organization, connection.Id, ct);
        await using var tx = await database.BeginAsync(http.Room()!.Id, ct);
        var roles = await RoleStore.ListAsync(tx, ct);
        var names = ConnectionRules.Targets.ToDictionary(target => target, target => pages["Attribute." + target]);
        foreach (var field in await CustomFields.ListAsync(tx, ct))
            names[ConnectionRules.CustomPrefix + field.Key] = field.Name;
        return new(new([.. names.Keys]), names, roles, known);
    }

    private static FormPage Form(HttpContext http, ConsolePages pages, Choices choices, Connection connection, FormValues values)
    {
        return new(
            ConnectionPages.FrameOf(http, pages, connection, pages["Claims.Title", connection.Name]),
            [
                .. choices.Grid.Targets.SelectMany(target => FieldRow(pages, choices, target, values)),
                new Field(ClaimGrid.Applies, pages["Claims.Applies"], values[ClaimGrid.Applies])
                {
                    Kind = FieldKind.Choice,
                    Help = pages["Claims.Applies.Help"],
                    Options =
                    [
                        .. Enum.GetValues<RoleMappingApplies>()
                            .Select(when => (ClaimGrid.WordOf(when), pages["Claims.Applies." + ClaimGrid.WordOf(when)])),
                    ],
                },
                .. connection
                    .Settings.RoleMappings.DistinctBy(ClaimGrid.RoleOf)
                    .Select(mapping => RoleRow(http, pages, choices, mapping, values)),
                .. Enumerable.Range(0, ClaimGrid.NewRoles).SelectMany(place => NewRow(http, pages, choices, place, values)),
            ],
            pages["Save"],
            ConnectionPages.AddressOf(http, connection)
        )
        {
            Lead = pages[choices.Seen.Count > 0 ? "Claims.Lead" : "Claims.Lead.Unseen"],
            Lists = ListsOf(pages, choices.Seen),
            IsEdit = true,
        };
    }

    private static Field[] FieldRow(ConsolePages pages, Choices choices, string target, FormValues values) =>
        [
            new(ClaimGrid.ClaimOf(target), pages["Claims.Claim"], values[ClaimGrid.ClaimOf(target)])
            {
                Row = choices.Names[target],
                List = SeenNames,
                Longest = 200,
                Verbatim = true,
            },
            new(ClaimGrid.MissingOf(target), pages["Claims.Missing"], values[ClaimGrid.MissingOf(target)])
            {
                Row = choices.Names[target],
                Kind = FieldKind.Choice,
                Options =
                [
                    .. Enum.GetValues<WhenMissing>()
                        .Select(what => (ClaimGrid.WordOf(what), pages["Claims.Missing." + ClaimGrid.WordOf(what)])),
                ],
            },
            new(ClaimGrid.ActiveOf(target), pages["Claims.Active"], values[ClaimGrid.ActiveOf(target)])
            {
                Row = choices.Names[target],
                Kind = FieldKind.Switch,
                Options = [(Field.On, pages["Yes"]), ("", pages["No"])],
            },
        ];

    private static Field RoleRow(HttpContext http, ConsolePages pages, Choices choices, RoleMapping mapping, FormValues values) =>
        new(ClaimGrid.RoleOf(mapping), pages["Claims.Gives"], values[ClaimGrid.RoleOf(mapping)])
        {
            Row = $"{pages["Claims." + mapping.Claim]} {mapping.Value}",
            Kind = FieldKind.Choice,
            Options = [.. RolesFor(http, choices, mapping.Role), ("", pages["Claims.Remove"])],
        };

    private static Field[] NewRow(HttpContext http, ConsolePages pages, Choices choices, int place, FormValues values)
    {
        var row = pages["Claims.New", place + 1];
        return
        [
            new(ClaimGrid.NewClaimOf(place), pages["Claims.Source"], values[ClaimGrid.NewClaimOf(place)])
            {
                Row = row,
                Kind = FieldKind.Choice,
                Options = [.. new[] { GroupRoles.Claim, "roles" }.Select(claim => (claim, pages["Claims." + claim]))],
            },
            new(ClaimGrid.NewValueOf(place), pages["Claims.Value"], values[ClaimGrid.NewValueOf(place)])
            {
                Row = row,
                List = SeenKeys,
                Verbatim = true,
            },
            new(ClaimGrid.NewRoleOf(place), pages["Claims.Gives"], values[ClaimGrid.NewRoleOf(place)])
            {
                Row = row,
                Kind = FieldKind.Choice,
                Options = [("", pages["Claims.NoRole"]), .. RolesFor(http, choices, null)],
            },
        ];
    }

    private static IEnumerable<(string, string)> RolesFor(HttpContext http, Choices choices, string? present) =>
        choices
            .Roles.Where(role => role.Key == present || http.Administrator().Holds(role.Permissions))
            .Select(role => (role.Key, role.Name));

    private static Dictionary<string, IReadOnlyList<(string Value, string Text)>> ListsOf(
        ConsolePages pages,
        IReadOnlyList<SeenClaim> seen
    ) =>
        new()
        {
            [SeenNames] = [.. seen.Where(claim => claim.Value.Length == 0).Select(claim => (claim.Claim, SeenOn(pages, claim)))],
            [SeenKeys] =
            [
                .. seen.Where(claim => claim.Value.Length > 0)
                    .Select(claim => (claim.Value, $"{pages["Claims." + claim.Claim]}, {SeenOn(pages, claim)}")),
            ],
        };

    private static string SeenOn(ConsolePages pages, SeenClaim claim) =>
        pages["Claims.Seen", claim.SeenAt.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)];
}

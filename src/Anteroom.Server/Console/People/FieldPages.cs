using System.Globalization;
using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Provisioning;

namespace Anteroom.Server.Console.People;

/// <summary>Custom fields: what an organization keeps about its people besides names and addresses.</summary>
internal static class FieldPages
{
    private const string Path = "/organizations/{slug}/fields";
    private const string Key = "key";
    private const string Name = "name";
    private const string Longest = "maxLength";
    private const string UsualLength = "256";

    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet(Path, ListAsync).Operation("customFields.list");
        console.MapGet(Path + "/new", New).Operation("customFields.create");
        console.MapPost(Path + "/new", CreateAsync).Operation("customFields.create");
    }

    private static async Task<IResult> ListAsync(HttpContext http, Database database, ConsolePages pages, CancellationToken ct)
    {
        var room = http.Room()!;
        await using var tx = await database.BeginAsync(room.Id, ct);
        var fields = await CustomFields.ListAsync(tx, ct);
        return pages.List(
            http,
            new(
                pages.Frame(http, pages["Nav.Fields"], Navigation.Of(room, "fields")),
                pages.Columns("Name", "Key", "Longest", "Created"),
                fields.Select(field =>
                    (Cell[])
                        [
                            new(field.Name),
                            new(field.Key),
                            new(field.MaxLength.ToString(CultureInfo.CurrentCulture)),
                            new(At: field.CreatedAt),
                        ]
                )
            )
            {
                Lead = pages["Fields.Lead"],
                Action = http.Caller().May("customFields.create")
                    ? new(pages["Fields.New"], Navigation.Of(room, "fields/new"), "plus")
                    : null,
                EmptyTitle = pages["Fields.Empty"],
                EmptyText = pages["Fields.Empty.Text"],
            }
        );
    }

    private static IResult New(HttpContext http, ConsolePages pages) =>
        pages.Form(Form(http, pages, new([KeyValuePair.Create(Longest, UsualLength)])));

    private static async Task<IResult> CreateAsync(HttpContext http, DefineCustomField define, ConsolePages pages, CancellationToken ct)
    {
        var typed = await FormValues.TypedAsync(http, ct);
        _ = int.TryParse(typed[Longest], NumberStyles.None, CultureInfo.InvariantCulture, out var length); // 0 is refused with the right words
        var defined = await define.HandleAsync(http.Room()!.Id, typed[Key], typed[Name], length, http.Audit(), ct);
        return defined.TryGet(out _, out var refusal)
            ? ConsolePages.Back(Navigation.Of(http.Room()!, "fields"), "custom_field.created")
            : pages.Form(FormFault.Of(refusal.Code, refusal.Detail, refusal.Member).On(Form(http, pages, typed)));
    }

    private static FormPage Form(HttpContext http, ConsolePages pages, FormValues values)
    {
        var list = Navigation.Of(http.Room()!, "fields");
        return new(
            pages.Frame(http, pages["Fields.New"], list, new Crumb(pages["Nav.Fields"], list)),
            [
                new(Name, pages["Field.Name"], values[Name])
                {
                    Required = true,
                    Longest = 100,
                    Help = pages["Fields.Name.Help"],
                },
                new(Key, pages["Field.Key"], values[Key])
                {
                    Required = true,
                    Longest = 40,
                    Verbatim = true,
                    Help = pages["Fields.Key.Help"],
                },
                new(Longest, pages["Column.Longest"], values[Longest])
                {
                    Kind = FieldKind.Number,
                    Required = true,
                    Help = pages["Fields.Longest.Help", UserAttributes.LongestCustom],
                },
            ],
            pages["Fields.Create"],
            list
        );
    }
}

using Anteroom.Server.Connections;
using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;

namespace Anteroom.Server.Console.Operating;

/// <summary>The Entra clouds that connections may name: three are built in, the operator's own come here.</summary>
internal static class CloudPages
{
    private const string Address = "/console/clouds";
    private const string Key = "key";
    private const string Name = "name";
    private const string Authority = "authority";
    private const string Graph = "graph";
    private const string Aliases = "aliases";
    private const string TrustedCa = "trustedCa";

    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet("/clouds", ListAsync).Operation("clouds.list");
        console.MapGet("/clouds/new", New).Operation("clouds.create");
        console.MapPost("/clouds/new", CreateAsync).Operation("clouds.create");
    }

    private static async Task<IResult> ListAsync(HttpContext http, CloudStore clouds, ConsolePages pages, CancellationToken ct) =>
        pages.List(
            http,
            new(
                pages.Frame(http, pages["Nav.Clouds"], Address),
                pages.Columns("Name", "Key", "LoginHost", "Graph", "Kind"),
                (await clouds.ListAsync(ct)).Select(entry =>
                    (Cell[])
                        [
                            new(entry.Name),
                            new(entry.Cloud.Key),
                            new(entry.Cloud.Authority.Authority, entry.Aliases.Count == 0 ? null : string.Join(", ", entry.Aliases)),
                            new(entry.Cloud.Graph.Authority),
                            new(pages[entry.BuiltIn ? "Roles.BuiltIn" : "Clouds.Own"]),
                        ]
                )
            )
            {
                Lead = pages["Clouds.Lead"],
                Action = http.Caller().May("clouds.create") ? new(pages["Clouds.New"], Address + "/new", "plus") : null,
            }
        );

    private static IResult New(HttpContext http, ConsolePages pages) => pages.Form(Form(http, pages, FormValues.Empty));

    private static async Task<IResult> CreateAsync(HttpContext http, CloudStore clouds, ConsolePages pages, CancellationToken ct)
    {
        var typed = await FormValues.TypedAsync(http, ct);
        var page = Form(http, pages, typed);
        if (pages.AskForProof(http, page) is { } proof)
            return proof;
        var added = await clouds.AddAsync(
            typed[Key],
            typed[Name],
            typed[Authority],
            typed[Graph],
            typed.Lines(Aliases),
            typed.OrNull(TrustedCa),
            http.Audit(),
            ct
        );
        return added.TryGet(out _, out var refusal)
            ? ConsolePages.Back(Address, "cloud.created")
            : pages.Form(FormFault.Of(refusal.Code, refusal.Detail).On(page));
    }

    private static FormPage Form(HttpContext http, ConsolePages pages, FormValues values)
    {
        return new(
            pages.Frame(http, pages["Clouds.New"], Address, new Crumb(pages["Nav.Clouds"], Address)),
            [
                Of(Name, "Field.Name") with
                {
                    Required = true,
                    Longest = 100,
                },
                Of(Key, "Field.Key") with
                {
                    Required = true,
                    Verbatim = true,
                    Longest = 40,
                    Help = pages["Clouds.Key.Help"],
                },
                Of(Authority, "Clouds.Authority") with
                {
                    Required = true,
                    Verbatim = true,
                    Longest = 500,
                    Help = pages["Clouds.Authority.Help"],
                },
                Of(Graph, "Clouds.Graph") with
                {
                    Required = true,
                    Verbatim = true,
                    Longest = 500,
                    Help = pages["Clouds.Graph.Help"],
                },
                Of(Aliases, "Clouds.Aliases") with
                {
                    Kind = FieldKind.Area,
                    Verbatim = true,
                    Longest = 4096,
                    Help = pages["Clouds.Aliases.Help"],
                },
                Of(TrustedCa, "Clouds.TrustedCa") with
                {
                    Kind = FieldKind.Area,
                    Verbatim = true,
                    Longest = 32768,
                    Help = pages["Clouds.TrustedCa.Help"],
                },
            ],
            pages["Clouds.Create"],
            Address
        )
        {
            Lead = pages["Clouds.NewLead"],
        };

        Field Of(string name, string words) => new(name, pages[words], values[name]);
    }
}

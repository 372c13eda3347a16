using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Console.Operating;

/// <summary>The operator's organizations: all of them, page by page, and a new one.</summary>
internal static class OrganizationPages
{
    private const string Address = "/console/organizations";
    private const string Name = "name";
    private const string Slug = "slug";
    private const string CompanyCode = "companyCode";
    private const string Domains = "domains";

    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet("/organizations", ListAsync).Operation("organizations.list");
        console.MapGet("/organizations/new", New).Operation("organizations.create");
        console.MapPost("/organizations/new", CreateAsync).Operation("organizations.create");
    }

    private static async Task<IResult> ListAsync(HttpContext http, Database database, ConsolePages pages, CancellationToken ct)
    {
        var search = http.Request.Query["search"].ToString();
        var rows = await OrganizationStore.ListAsync(database, SearchText.Of(search), PageQuery.Of(http).After, PageQuery.Size + 1, ct);
        var (shown, next) = PageQuery.Cut(http, rows, organization => organization.Slug);
        return pages.List(
            http,
            new(
                pages.Frame(http, pages["Organizations.Title"], Address),
                pages.Columns("Name", "CompanyCode", "State", "Created"),
                shown.Select(organization =>
                    (Cell[])
                        [
                            new(organization.Name, organization.Slug, Navigation.Of(organization)),
                            new(organization.CompanyCode),
                            organization.IsActive
                                ? new(pages["State.Active"], State: Tone.Good)
                                : new(pages["State.Disabled"], State: Tone.Bad),
                            new(At: organization.CreatedAt),
                        ]
                )
            )
            {
                Lead = pages["Organizations.Lead"],
                Filters = [new("search", pages["Organizations.Search"], search)],
                Action = http.Caller().May("organizations.create") ? new(pages["Organizations.New"], Address + "/new", "plus") : null,
                Next = next,
                IsLater = PageQuery.Of(http).After is not null,
                EmptyTitle = pages["Organizations.Empty"],
                EmptyText = pages["Organizations.Empty.Text"],
            }
        );
    }

    private static IResult New(HttpContext http, ConsolePages pages) => pages.Form(Form(http, pages, FormValues.Empty));

    private static async Task<IResult> CreateAsync(HttpContext http, CreateOrganization create, ConsolePages pages, CancellationToken ct)
    {
        var typed = await FormValues.TypedAsync(http, ct);
        var wanted = new NewOrganization(
            typed[Slug],
            typed[Name],
            typed.OrNull(CompanyCode),
            typed[Domains].Split((char[])[' ', ',', ';', '\n'], StringSplitOptions.RemoveEmptyEntries)
        );
        var made = await create.HandleAsync(wanted, http.Audit(), ct);
        return made.TryGet(out var organization, out var refusal)
            ? ConsolePages.Back(Navigation.Of(organization), "organization.created")
            : pages.Form(FormFault.Of(refusal.Code, refusal.Detail, refusal.Member).On(Form(http, pages, typed)));
    }

    private static FormPage Form(HttpContext http, ConsolePages pages, FormValues values) =>
        new(
            pages.Frame(http, pages["Organizations.New"], Address, new Crumb(pages["Organizations.Title"], Address)),
            [
                new(Name, pages["Field.Name"], values[Name]) { Required = true, Longest = 200 },
                new(Slug, pages["Field.Slug"], values[Slug])
                {
                    Required = true,
                    Longest = 63,
                    Verbatim = true,
                    Help = pages["Field.Slug.Help"],
                },
                new(CompanyCode, pages["Field.CompanyCode"], values[CompanyCode])
                {
                    Longest = 40,
                    Verbatim = true,
                    Help = pages["Field.CompanyCode.Help"],
                },
                new(Domains, pages["Field.Domains"], values[Domains])
                {
                    Kind = FieldKind.Area,
                    Longest = 8192,
                    Verbatim = true,
                    Help = pages["Field.Domains.Help"],
                },
            ],
            pages["Organizations.Create"],
            Address
        );
}

using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Console.Operating;

/// <summary>The operator's organizations: all of them, page by page, and a new one.</summary>
internal static class OrganizationPages
{
    private const string Address = "/console/organizations";

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
            new(
                pages.Frame(http, pages["Organizations.Title"], Address),
                [pages["Column.Name"], pages["Column.CompanyCode"], pages["Column.State"], pages["Column.Created"]],
                [
                    .. shown.Select(organization =>
                        (Cell[])
                            [
                                new(organization.Name, organization.Slug, Navigation.Of(organization)),
                                new(organization.CompanyCode),
                                organization.IsActive
                                    ? new(pages["State.Active"], State: Tone.Good)
                                    : new(pages["State.Disabled"], State: Tone.Bad),
                                new(At: organization.CreatedAt),
                            ]
                    ),
                ]
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

    private static IResult New(HttpContext http, ConsolePages pages) => Form(http, pages, new NewOrganizationForm("", "", "", ""), null);

    private static async Task<IResult> CreateAsync(HttpContext http, CreateOrganization create, ConsolePages pages, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        var typed = new NewOrganizationForm(
            form["name"].ToString().Trim(),
            form["slug"].ToString().Trim(),
            form["companyCode"].ToString().Trim(),
            form["domains"].ToString()
        );
        var made = await create.HandleAsync(
            new(
                typed.Slug,
                typed.Name,
                typed.CompanyCode.Length > 0 ? typed.CompanyCode : null,
                typed.Domains.Split((char[])[' ', ',', ';', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries)
            ),
            http.Audit(),
            ct
        );
        return made.TryGet(out var organization, out var refusal)
            ? ConsolePages.Back(Navigation.Of(organization), "organization.created")
            : Form(http, pages, typed, refusal.Detail);
    }

    private static IResult Form(HttpContext http, ConsolePages pages, NewOrganizationForm typed, string? fault) =>
        pages.Show(
            "NewOrganization",
            new NewOrganizationPage(
                pages.Frame(http, pages["Organizations.New"], Address, new Crumb(pages["Organizations.Title"], Address)),
                typed,
                fault
            ),
            fault is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity
        );
}

/// <summary>What was typed; it comes back with the fault.</summary>
internal sealed record NewOrganizationForm(string Name, string Slug, string CompanyCode, string Domains);

internal sealed record NewOrganizationPage(ConsoleFrame Frame, NewOrganizationForm Form, string? Fault) : IConsolePage;

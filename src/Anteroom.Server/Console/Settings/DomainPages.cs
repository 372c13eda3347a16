using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.SignIn.Pages;

namespace Anteroom.Server.Console.Settings;

/// <summary>Domains of an organization: they show people the way, and once proven they count for more (design.md §2).</summary>
internal static class DomainPages
{
    private const string Path = "/organizations/{slug}/domains";

    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet(Path, ShowAsync).Operation("domains.list");
        console.MapPost(Path, AddAsync).Operation("domains.add");
        console.MapPost(Path + "/{name}/remove", RemoveAsync).Operation("domains.remove");
    }

    private static Task<IResult> ShowAsync(HttpContext http, Database database, ConsolePages pages, CancellationToken ct) =>
        PageAsync(http, database, pages, "", null, ct);

    private static async Task<IResult> AddAsync(
        HttpContext http,
        Database database,
        ChangeDomains domains,
        ConsolePages pages,
        CancellationToken ct
    )
    {
        var typed = (await FormValues.TypedAsync(http, ct))["name"];
        var added = await domains.AddAsync(http.Room()!.Id, typed, http.Audit(), ct);
        return added.TryGet(out _, out var refusal)
            ? ConsolePages.Back(Navigation.Of(http.Room()!, "domains"), "domain.added")
            : await PageAsync(http, database, pages, typed, refusal.Detail ?? ReasonCatalogue.Get(refusal.Code).Happened, ct);
    }

    private static async Task<IResult> RemoveAsync(
        string name,
        HttpContext http,
        ChangeDomains domains,
        ProblemPages problems,
        CancellationToken ct
    ) =>
        await domains.RemoveAsync(http.Room()!.Id, name, http.Audit(), ct)
            ? ConsolePages.Back(Navigation.Of(http.Room()!, "domains"), "domain.removed", of: name)
            : problems.NotFound();

    private static async Task<IResult> PageAsync(
        HttpContext http,
        Database database,
        ConsolePages pages,
        string typed,
        string? fault,
        CancellationToken ct
    )
    {
        await using var tx = await database.BeginAsync(http.Room()!.Id, ct);
        return pages.Show(
            "Domains",
            new DomainsModel(
                pages.Frame(http, pages["Nav.Domains"], Navigation.Of(http.Room()!, "domains")),
                await OrganizationDomains.ListAsync(tx, ct),
                typed,
                fault,
                http.Caller().May("domains.add")
            ),
            fault is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity
        );
    }
}

/// <param name="Typed">What was typed; it comes back with the fault.</param>
internal sealed record DomainsModel(
    ConsoleFrame Frame,
    IReadOnlyList<OrganizationDomain> Domains,
    string Typed,
    string? Fault,
    bool MayChange
) : IConsolePage
{
    public string Address => Navigation.Of(Frame.Room!, "domains");
}

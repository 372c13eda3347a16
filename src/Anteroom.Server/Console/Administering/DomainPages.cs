using Anteroom.Server.Audit;
using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.SignIn.Pages;

namespace Anteroom.Server.Console.Administering;

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

    private static async Task<IResult> ShowAsync(HttpContext http, Database database, ConsolePages pages, CancellationToken ct)
    {
        await using var tx = await database.BeginAsync(http.Room()!.Id, ct);
        return Page(http, pages, await OrganizationDomains.ListAsync(tx, ct), "", null);
    }

    private static async Task<IResult> AddAsync(
        HttpContext http,
        Database database,
        AuditTrail audit,
        ConsolePages pages,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var room = http.Room()!;
        var typed = (await http.Request.ReadFormAsync(ct))["name"].ToString().Trim();
        await using var tx = await database.BeginAsync(room.Id, ct);
        var fault = OrganizationDomains.Fault(typed, out var name);
        if (fault is null && !await OrganizationDomains.AddAsync(tx, name, clock.GetUtcNow(), ct))
            fault = pages["Domains.Known", name];
        if (fault is not null)
            return Page(http, pages, await OrganizationDomains.ListAsync(tx, ct), typed, fault);
        await audit.RecordAsync(tx, http.Audit(), new("domain.asserted", AuditResult.Success, null, "domain", null, name), ct);
        await tx.CommitAsync(ct);
        return ConsolePages.Back(Navigation.Of(room, "domains"), "domain.added");
    }

    private static async Task<IResult> RemoveAsync(
        string name,
        HttpContext http,
        Database database,
        AuditTrail audit,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        var room = http.Room()!;
        await using var tx = await database.BeginAsync(room.Id, ct);
        if (DomainNames.Normalize(name) is not { } normal || !await OrganizationDomains.RemoveAsync(tx, normal, ct))
            return problems.NotFound();
        await audit.RecordAsync(tx, http.Audit(), new("domain.removed", AuditResult.Success, null, "domain", null, normal), ct);
        await tx.CommitAsync(ct);
        return ConsolePages.Back(Navigation.Of(room, "domains"), "domain.removed");
    }

    private static IResult Page(
        HttpContext http,
        ConsolePages pages,
        IReadOnlyList<OrganizationDomain> domains,
        string typed,
        string? fault
    ) =>
        pages.Show(
            "Domains",
            new DomainsModel(
                pages.Frame(http, pages["Nav.Domains"], Navigation.Of(http.Room()!, "domains")),
                domains,
                typed,
                fault,
                http.Caller().May("domains.add")
            ),
            fault is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity
        );
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

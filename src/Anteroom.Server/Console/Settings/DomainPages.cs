using Anteroom.Protocols.Primitives;
using Anteroom.Server.Connections;
using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Organizations;
using Anteroom.Server.Organizations.Proof;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.SignIn.Pages;

namespace Anteroom.Server.Console.Settings;

/// <summary>Domains of an organization: they show people the way, and once proven they count for more (design.md §2, SEC-269).</summary>
internal static class DomainPages
{
    private const string Path = "/organizations/{slug}/domains";

    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet(Path, ShowAsync).Operation("domains.list");
        console.MapPost(Path, AddAsync).Operation("domains.add");
        console.MapPost(Path + "/{name}/verify", VerifyAsync).Operation("domains.verify");
        console.MapPost(Path + "/{name}/verify-by-tenant", VerifyByTenantAsync).Operation("domains.verifyByTenant");
        console.MapGet(Path + "/{name}/remove", AskToRemoveAsync).Operation("domains.remove");
        console.MapPost(Path + "/{name}/remove", RemoveAsync).Operation("domains.remove");
    }

    private static async Task<IResult> ShowAsync(
        HttpContext http,
        ProveDomain prove,
        ProveByTenant byTenant,
        ConsolePages pages,
        CancellationToken ct
    ) => Page(pages, await ModelAsync(http, prove, byTenant, pages, ct));

    private static async Task<IResult> AddAsync(
        HttpContext http,
        ChangeDomains domains,
        ProveDomain prove,
        ProveByTenant byTenant,
        ConsolePages pages,
        CancellationToken ct
    )
    {
        var typed = (await FormValues.TypedAsync(http, ct))["name"];
        var added = await domains.AddAsync(http.Room()!.Id, typed, http.Audit(), ct);
        return added.TryGet(out _, out var refusal)
            ? Back(http, "domain.added")
            : Page(pages, await ModelAsync(http, prove, byTenant, pages, ct) with { Typed = typed, Fault = Words(refusal) });
    }

    /// <summary>What was seen stands on the page that it leads back to.</summary>
    private static async Task<IResult> VerifyAsync(
        string name,
        HttpContext http,
        ProveDomain prove,
        ProveByTenant byTenant,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        var looked = await prove.CheckAsync(http.Room()!.Id, name, http.Audit(), ct);
        return Told(http, looked, "domain.found", problems)
            ?? Page(pages, await ModelAsync(http, prove, byTenant, pages, ct) with { CheckFault = Words(looked) });
    }

    /// <inheritdoc cref="VerifyAsync"/>
    private static async Task<IResult> VerifyByTenantAsync(
        string name,
        HttpContext http,
        ProveDomain prove,
        ProveByTenant byTenant,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        var looked = await byTenant.CheckAsync(http.Room()!.Id, name, http.Audit(), ct);
        return Told(http, looked, "domain.in_tenant", problems)
            ?? Page(pages, await ModelAsync(http, prove, byTenant, pages, ct) with { CheckFault = Words(looked) });
    }

    /// <summary>Null where the page itself has to say why nobody looked.</summary>
    private static IResult? Told(
        HttpContext http,
        Result<OrganizationDomain, OrganizationRefusal> looked,
        string proven,
        ProblemPages problems
    ) =>
        looked.TryGet(out var domain, out var refusal) ? Back(http, domain.LastCheck is { Code: null } ? proven : "domain.checked")
        : refusal.Code == ReasonCodes.NotFound ? problems.NotFound()
        : null;

    /// <summary>Of a verified domain: what goes with it does not come back by adding it again.</summary>
    private static async Task<IResult> AskToRemoveAsync(
        string name,
        HttpContext http,
        ProveDomain prove,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        if (await FindAsync(http, prove, name, ct) is not { } domain)
            return problems.NotFound();
        var list = Navigation.Of(http.Room()!, "domains");
        return pages.Form(
            FormPage.Question(
                pages.Frame(http, pages["Domains.Remove.Title", domain.Name], list, new Crumb(pages["Nav.Domains"], list)),
                pages["Remove"],
                list,
                pages["Domains.Remove.Way"],
                pages["Domains.Remove.Others"],
                pages["Domains.Remove.Again"]
            )
        );
    }

    private static async Task<IResult> RemoveAsync(
        string name,
        HttpContext http,
        ChangeDomains domains,
        ProveDomain prove,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        var isVerified = await FindAsync(http, prove, name, ct) is { State: DomainState.Verified };
        return await domains.RemoveAsync(http.Room()!.Id, name, http.Audit(), ct)
            ? Back(http, "domain.removed", of: isVerified ? null : name) // a proof is not taken back by a click
            : problems.NotFound();
    }

    private static async Task<OrganizationDomain?> FindAsync(HttpContext http, ProveDomain prove, string name, CancellationToken ct) =>
        (await prove.ListAsync(http.Room()!.Id, ct)).FirstOrDefault(domain => domain.Name == name);

    private static IResult Back(HttpContext http, string done, string? of = null) =>
        ConsolePages.Back(Navigation.Of(http.Room()!, "domains"), done, of);

    private static string? Words(Result<OrganizationDomain, OrganizationRefusal> looked) =>
        looked.TryGet(out _, out var refusal) ? null : Words(refusal);

    private static string Words(OrganizationRefusal refusal)
    {
        var reason = ReasonCatalogue.Get(refusal.Code);
        return refusal.Detail ?? $"{reason.Happened} {reason.Now}";
    }

    private static async Task<DomainsModel> ModelAsync(
        HttpContext http,
        ProveDomain prove,
        ProveByTenant byTenant,
        ConsolePages pages,
        CancellationToken ct
    ) =>
        new(
            pages.Frame(http, pages["Nav.Domains"], Navigation.Of(http.Room()!, "domains")),
            await prove.ListAsync(http.Room()!.Id, ct),
            http.Caller().May("domains.add"),
            http.Caller().May("domains.verify"),
            http.Caller().May("domains.remove")
        )
        {
            MayAskTenant = http.Caller().May("domains.verifyByTenant") && (await byTenant.AbleAsync(http.Room()!.Id, ct)).Count > 0,
        };

    private static IResult Page(ConsolePages pages, DomainsModel model) =>
        pages.Show(
            "Domains",
            model,
            (model.Fault ?? model.CheckFault) is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity
        );
}

internal sealed record DomainsModel(
    ConsoleFrame Frame,
    IReadOnlyList<OrganizationDomain> Domains,
    bool MayAdd,
    bool MayVerify,
    bool MayRemove
) : IConsolePage
{
    /// <summary>Whether a connected tenant can be asked for its domains.</summary>
    public bool MayAskTenant { get; init; }

    /// <summary>What was typed; it comes back with the fault.</summary>
    public string Typed { get; init; } = "";

    /// <summary>Why no domain was added.</summary>
    public string? Fault { get; init; }

    /// <summary>Why no domain was looked up, or why its record does not count.</summary>
    public string? CheckFault { get; init; }

    public string Address => Navigation.Of(Frame.Room!, "domains");
}

using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.SignIn.Pages;

namespace Anteroom.Server.Console.Integrations;

/// <summary>API keys of an organization: listed by name and last letters, shown whole once, revoked at once.</summary>
internal static class ApiKeyPages
{
    private const string Path = "/organizations/{slug}/api-keys";

    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet(Path, ShowAsync).Operation("apiKeys.list");
        console.MapPost(Path, CreateAsync).Operation("apiKeys.create").WithMetadata(Sensitive.Instance);
        console.MapGet(Path + "/{id}/revoke", AskToRevokeAsync).Operation("apiKeys.revoke");
        console.MapPost(Path + "/{id}/revoke", RevokeAsync).Operation("apiKeys.revoke").WithMetadata(Sensitive.Instance);
    }

    private static async Task<IResult> ShowAsync(
        HttpContext http,
        ApiKeys keys,
        ConsolePages pages,
        TimeProvider clock,
        CancellationToken ct
    ) => await PageAsync(http, keys, pages, clock, null, NewKey.Nothing, null, ct);

    private static async Task<IResult> CreateAsync(
        HttpContext http,
        Database database,
        ApiKeys keys,
        ConsolePages pages,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var room = http.Room()!;
        var form = await http.Request.ReadFormAsync(ct);
        var name = form["name"].ToString().Trim();
        var wanted = form["permission"].OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        var fault =
            OrganizationNames.Fault(name, 100) is not null ? pages["ApiKeys.NameFault"]
            : wanted.Count == 0 ? pages["ApiKeys.NoPermission"]
            : !http.Administrator().Holds(wanted) || (!room.IsPlatform && wanted.Contains(Permissions.OrganizationsOperate))
                ? pages["ApiKeys.TooMuch"]
            : null;
        if (fault is not null)
            return await PageAsync(http, keys, pages, clock, null, new(name, wanted), fault, ct);
        await using var tx = await database.BeginAsync(room.Id, ct);
        var (_, value) = await keys.CreateAsync(tx, name, wanted, ApiKeys.DefaultLife, http.Audit(), ct);
        await tx.CommitAsync(ct);
        return await PageAsync(http, keys, pages, clock, value.Reveal(), NewKey.Nothing, null, ct);
    }

    private static async Task<IResult> AskToRevokeAsync(
        string id,
        HttpContext http,
        ApiKeys keys,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        if (
            !Protocols.Primitives.Identifiers.TryParse(ApiKeys.IdPrefix, id, out var parsed)
            || await keys.FindAsync(http.Room()!.Id, parsed, ct) is not { } key
        )
            return problems.NotFound();
        var list = Navigation.Of(http.Room()!, "api-keys");
        return pages.Form(
            FormPage.Question(
                pages.Frame(http, pages["ApiKeys.Revoke.Title", key.Name], list, new Crumb(pages["Nav.ApiKeys"], list)),
                pages["ApiKeys.RevokeShort"],
                list,
                pages["ApiKeys.Revoke.Programs"],
                pages["Revoke.Never"]
            )
        );
    }

    private static async Task<IResult> RevokeAsync(string id, HttpContext http, ApiKeys keys, ProblemPages problems, CancellationToken ct)
    {
        var room = http.Room()!;
        return
            Protocols.Primitives.Identifiers.TryParse(ApiKeys.IdPrefix, id, out var key)
            && await keys.RevokeAsync(room.Id, key, http.Audit(), ct)
            ? ConsolePages.Back(Navigation.Of(room, "api-keys"), "api_key.revoked")
            : problems.NotFound();
    }

    private static async Task<IResult> PageAsync(
        HttpContext http,
        ApiKeys keys,
        ConsolePages pages,
        TimeProvider clock,
        string? value,
        NewKey typed,
        string? fault,
        CancellationToken ct
    )
    {
        var room = http.Room()!;
        var after = Guid.TryParse(PageQuery.Of(http).After, out var id) ? id : Guid.Empty;
        var (shown, next) = PageQuery.Cut(http, await keys.ListAsync(room.Id, after, PageQuery.Size + 1, ct), key => key.Id.ToString("D"));
        var grantable = room.IsPlatform ? Permissions.OfPlatform : Permissions.OfOrganizations;
        return pages.Show(
            "ApiKeys",
            new ApiKeysModel(
                pages.Frame(http, pages["Nav.ApiKeys"], Navigation.Of(room, "api-keys")),
                shown,
                next,
                [.. grantable.Where(http.Caller().Permissions.Contains)],
                value,
                typed,
                fault,
                http.Caller().May("apiKeys.create"),
                http.Caller().IsFresh(clock.GetUtcNow()),
                clock.GetUtcNow()
            ),
            fault is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity
        );
    }
}

/// <summary>What was typed about a new key; it comes back with the fault.</summary>
internal sealed record NewKey(string Name, IReadOnlyCollection<string> Permissions)
{
    public static NewKey Nothing { get; } = new("", []);
}

/// <param name="Grantable">What this caller holds, and may give.</param>
/// <param name="Value">A new key's, shown this once.</param>
/// <param name="IsFresh">Whether who the caller is was proven lately enough to make one (SEC-041).</param>
internal sealed record ApiKeysModel(
    ConsoleFrame Frame,
    IReadOnlyList<ApiKey> Keys,
    string? Next,
    IReadOnlyList<string> Grantable,
    string? Value,
    NewKey Typed,
    string? Fault,
    bool MayChange,
    bool IsFresh,
    DateTimeOffset Now
) : IConsolePage
{
    public string Address => Navigation.Of(Frame.Room!, "api-keys");

    public string AddressOf(ApiKey key) => $"{Address}/{Protocols.Primitives.Identifiers.Format(ApiKeys.IdPrefix, key.Id)}";
}

using Anteroom.Protocols.Primitives;
using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.SignIn.Pages;
using ApplicationId = Anteroom.Server.Federation.ApplicationId;

namespace Anteroom.Server.Console.Integrations;

/// <summary>Applications that people of the organization sign in to: the list, one of them, its secrets, and whether it is on.</summary>
internal static class ApplicationPages
{
    public const string Path = "/organizations/{slug}/applications";

    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet(Path, ListAsync).Operation("applications.list");
        console.MapGet(Path + "/{id}", ShowAsync).Operation("applications.get");
        console.MapGet(Path + "/{id}/disable", AskToDisableAsync).Operation("applications.disable");
        console.MapPost(Path + "/{id}/disable", DisableAsync).Operation("applications.disable");
        console.MapPost(Path + "/{id}/enable", EnableAsync).Operation("applications.enable");
        console.MapPost(Path + "/{id}/secrets", AddSecretAsync).Operation("applications.addSecret").WithMetadata(Sensitive.Instance);
        console.MapGet(Path + "/{id}/secrets/{secret}/revoke", AskToRevokeSecretAsync).Operation("applications.revokeSecret");
        console
            .MapPost(Path + "/{id}/secrets/{secret}/revoke", RevokeSecretAsync)
            .Operation("applications.revokeSecret")
            .WithMetadata(Sensitive.Instance);
    }

    private static async Task<IResult> ListAsync(HttpContext http, ApplicationStore applications, ConsolePages pages, CancellationToken ct)
    {
        var room = http.Room()!;
        var after = ApplicationId.TryParse(PageQuery.Of(http).After, out var id) ? id : (ApplicationId?)null;
        var rows = await applications.ListAsync(room.Id, after, PageQuery.Size + 1, ct);
        var (shown, next) = PageQuery.Cut(http, rows, application => application.Id.ToString());
        return pages.List(
            http,
            new(
                pages.Frame(http, pages["Nav.Applications"], Navigation.Of(room, "applications")),
                pages.Columns("Name", "Kind", "State", "Created"),
                shown.Select(application =>
                    (Cell[])
                        [
                            new(application.Name, application.ClientId, AddressOf(http, application.Id)),
                            new(pages["ClientKind." + application.Kind], application.RedirectUris is [var first, ..] ? first : null),
                            StateOf(application, pages),
                            new(At: application.CreatedAt),
                        ]
                )
            )
            {
                Lead = pages[room.IsPlatform ? "Applications.PlatformLead" : "Applications.Lead"],
                Action = http.Caller().May("applications.create")
                    ? new(pages["Applications.New"], Navigation.Of(room, "applications/new"), "plus")
                    : null,
                Next = next,
                IsLater = after is not null,
                EmptyTitle = pages["Applications.Empty"],
                EmptyText = pages["Applications.Empty.Text"],
            }
        );
    }

    private static async Task<IResult> ShowAsync(
        string id,
        HttpContext http,
        ApplicationStore applications,
        ConsolePages pages,
        ProblemPages problems,
        TimeProvider clock,
        CancellationToken ct
    ) => await FindAsync(http, applications, id, ct) is { } application ? Page(http, pages, application, null, clock) : problems.NotFound();

    /// <param name="secret">A new secret, shown this once.</param>
    public static IResult Page(HttpContext http, ConsolePages pages, Application application, Secret? secret, TimeProvider clock)
    {
        var list = Navigation.Of(http.Room()!, "applications");
        return pages.Show(
            "Application",
            new ApplicationModel(
                pages.Frame(http, application.Name, list, new Crumb(pages["Nav.Applications"], list)),
                application,
                StateOf(application, pages),
                AddressOf(http, application.Id),
                secret?.Reveal(),
                http.Caller().May("applications.update"),
                clock.GetUtcNow()
            )
        );
    }

    private static async Task<IResult> AskToDisableAsync(
        string id,
        HttpContext http,
        ApplicationStore applications,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        if (await FindAsync(http, applications, id, ct) is not { } application)
            return problems.NotFound();
        var (list, address) = (Navigation.Of(http.Room()!, "applications"), AddressOf(http, application.Id));
        var title = pages["Applications.DisableTitle", application.Name];
        return pages.Form(
            new(
                pages.Frame(http, title, list, new(pages["Nav.Applications"], list), new(application.Name, address)),
                [],
                pages["Applications.Disable"],
                address
            )
            {
                Lead = pages["Applications.DisableLead"],
                Consequences =
                [
                    pages["Applications.Disable.SignIns"],
                    pages["Applications.Disable.Tokens"],
                    pages["Applications.Disable.Kept"],
                ],
                IsDangerous = true,
            }
        );
    }

    private static Task<IResult> DisableAsync(
        string id,
        HttpContext http,
        ApplicationRegistry registry,
        ProblemPages problems,
        CancellationToken ct
    ) => SwitchAsync(id, http, registry, problems, disabled: true, ct);

    private static Task<IResult> EnableAsync(
        string id,
        HttpContext http,
        ApplicationRegistry registry,
        ProblemPages problems,
        CancellationToken ct
    ) => SwitchAsync(id, http, registry, problems, disabled: false, ct);

    private static async Task<IResult> SwitchAsync(
        string id,
        HttpContext http,
        ApplicationRegistry registry,
        ProblemPages problems,
        bool disabled,
        CancellationToken ct
    )
    {
        if (!ApplicationId.TryParse(id, out var parsed))
            return problems.NotFound();
        var switched = await registry.SetDisabledAsync(http.Room()!.Id, parsed, disabled, http.Audit(), ct);
        return switched.TryGet(out _, out var refusal)
            ? ConsolePages.Back(AddressOf(http, parsed), disabled ? "application.disabled" : "application.enabled")
            : problems.For(refusal.Reason);
    }

    private static async Task<IResult> AddSecretAsync(
        string id,
        HttpContext http,
        ApplicationSecrets secrets,
        ApplicationStore applications,
        ConsolePages pages,
        ProblemPages problems,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        if (!ApplicationId.TryParse(id, out var parsed))
            return problems.NotFound();
        var added = await secrets.AddAsync(http.Room()!.Id, parsed, life: null, http.Audit(), ct);
        if (!added.TryGet(out var made, out var refusal))
            return problems.For(refusal.Reason);
        return await applications.FindAsync(http.Room()!.Id, parsed, ct) is { } application
            ? Page(http, pages, application, made.Value, clock)
            : problems.NotFound();
    }

    private static async Task<IResult> AskToRevokeSecretAsync(
        string id,
        string secret,
        HttpContext http,
        ApplicationStore applications,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        if (
            !Identifiers.TryParse(ApplicationModel.SecretPrefix, secret, out var secretId)
            || await FindAsync(http, applications, id, ct) is not { } application
            || application.Secrets.FirstOrDefault(one => one.Id == secretId) is not { } kept
        )
            return problems.NotFound();
        var (list, address) = (Navigation.Of(http.Room()!, "applications"), AddressOf(http, application.Id));
        var title = pages["Applications.RevokeSecret.Title", kept.Last4];
        return pages.Form(
            FormPage.Question(
                pages.Frame(http, title, list, new(pages["Nav.Applications"], list), new(application.Name, address)),
                pages["ApiKeys.RevokeShort"],
                address,
                pages["Applications.RevokeSecret.Application"],
                pages["Revoke.Never"]
            )
        );
    }

    private static async Task<IResult> RevokeSecretAsync(
        string id,
        string secret,
        HttpContext http,
        ApplicationSecrets secrets,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        if (!ApplicationId.TryParse(id, out var parsed) || !Identifiers.TryParse(ApplicationModel.SecretPrefix, secret, out var secretId))
            return problems.NotFound();
        var revoked = await secrets.RevokeAsync(http.Room()!.Id, parsed, secretId, http.Audit(), ct);
        return revoked.TryGet(out _, out var refusal)
            ? ConsolePages.Back(AddressOf(http, parsed), "application.secret_revoked")
            : problems.For(refusal.Reason);
    }

    public static async Task<Application?> FindAsync(HttpContext http, ApplicationStore applications, string id, CancellationToken ct) =>
        ApplicationId.TryParse(id, out var parsed) ? await applications.FindAsync(http.Room()!.Id, parsed, ct) : null;

    public static string AddressOf(HttpContext http, ApplicationId id) => Navigation.Of(http.Room()!, $"applications/{id}");

    private static Cell StateOf(Application application, ConsolePages pages) =>
        application.DisabledAt is null ? new(pages["State.Active"], State: Tone.Good) : new(pages["State.Disabled"], State: Tone.Bad);
}

/// <param name="Secret">A new one, shown this once.</param>
internal sealed record ApplicationModel(
    ConsoleFrame Frame,
    Application Application,
    Cell State,
    string Address,
    string? Secret,
    bool MayChange,
    DateTimeOffset Now
) : IConsolePage
{
    public const string SecretPrefix = "sec";

    public string AddressOf(ApplicationSecret secret) => $"{Address}/secrets/{Identifiers.Format(SecretPrefix, secret.Id)}";
}

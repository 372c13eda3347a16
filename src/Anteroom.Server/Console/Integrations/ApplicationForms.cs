using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.SignIn.Pages;

namespace Anteroom.Server.Console.Integrations;

/// <summary>An application registered and changed; what is rare is left to the API.</summary>
internal static class ApplicationForms
{
    private const string Name = "name";
    private const string Kind = "clientKind";
    private const string Redirects = "redirectUris";
    private const string PostLogout = "postLogoutRedirectUris";
    private const string BackChannel = "backChannelLogoutUri";
    private const int LongestList = 8192;

    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet(ApplicationPages.Path + "/new", New).Operation("applications.create");
        console.MapPost(ApplicationPages.Path + "/new", CreateAsync).Operation("applications.create");
        console.MapGet(ApplicationPages.Path + "/{id}/edit", EditAsync).Operation("applications.update");
        console.MapPost(ApplicationPages.Path + "/{id}/edit", ChangeAsync).Operation("applications.update");
    }

    private static IResult New(HttpContext http, ConsolePages pages) =>
        pages.Form(NewForm(http, pages, new([KeyValuePair.Create(Kind, "confidential")])));

    private static async Task<IResult> CreateAsync(
        HttpContext http,
        ApplicationRegistry registry,
        ConsolePages pages,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var typed = await FormValues.TypedAsync(http, ct);
        var page = NewForm(http, pages, typed);
        if (pages.AskForProof(http, page) is { } proof)
            return proof;
        var draft = DraftOf(typed) with { ClientKind = typed[Kind] };
        var registered = await registry.RegisterAsync(http.Room()!.Id, draft, http.Audit(), ct);
        return registered.TryGet(out var made, out var refusal)
            ? ApplicationPages.Page(http, pages, made.Application, made.ClientSecret, clock)
            : pages.Form(Faulty(page, refusal));
    }

    private static async Task<IResult> EditAsync(
        string id,
        HttpContext http,
        ApplicationStore applications,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    ) =>
        await ApplicationPages.FindAsync(http, applications, id, ct) is { } application
            ? pages.Form(EditForm(http, pages, application, ValuesOf(application)))
            : problems.NotFound();

    private static async Task<IResult> ChangeAsync(
        string id,
        HttpContext http,
        ApplicationRegistry registry,
        ApplicationStore applications,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        return await pages.EditAsync(
                http,
                () => ApplicationPages.FindAsync(http, applications, id, ct),
                (application, typed) => EditForm(http, pages, application, typed ?? ValuesOf(application)),
                SaveAsync,
                ct
            ) ?? problems.NotFound();

        async Task<IResult?> SaveAsync(Application application, Edit edit)
        {
            var draft = DraftOf(edit.Typed);
            var changed = await registry.ChangeAsync(
                application.Organization,
                application.Id,
                application.Version,
                draft,
                http.Audit(),
                ct
            );
            if (changed.TryGet(out _, out var refusal))
                return ConsolePages.Back(ApplicationPages.AddressOf(http, application.Id), "application.changed");
            return refusal.Reason == ReasonCodes.VersionMismatch ? null : pages.Form(Faulty(edit.Page, refusal));
        }
    }

    private static ApplicationDraft DraftOf(FormValues typed) =>
        new()
        {
            Name = typed[Name],
            RedirectUris = typed.Lines(Redirects),
            PostLogoutRedirectUris = typed.Lines(PostLogout),
            BackChannelLogoutUri = typed[BackChannel],
        };

    private static FormValues ValuesOf(Application application) =>
        new([
            KeyValuePair.Create(Name, application.Name),
            KeyValuePair.Create(Redirects, string.Join('\n', application.RedirectUris)),
            KeyValuePair.Create(PostLogout, string.Join('\n', application.PostLogoutRedirectUris)),
            KeyValuePair.Create(BackChannel, application.Settings.BackChannelLogoutUri ?? ""),
        ]);

    private static FormPage NewForm(HttpContext http, ConsolePages pages, FormValues values)
    {
        var list = Navigation.Of(http.Room()!, "applications");
        var fields = Fields(pages, values);
        return new(
            pages.Frame(http, pages["Applications.New"], list, new Crumb(pages["Nav.Applications"], list)),
            [
                fields[0],
                new(Kind, pages["Column.Kind"], values[Kind])
                {
                    Kind = FieldKind.Choice,
                    Help = pages["Applications.Kind.Help"],
                    Options =
                    [
                        ("confidential", pages["Applications.Kind.Confidential"]),
                        ("public", pages["Applications.Kind.Public"]),
                        ("native", pages["Applications.Kind.Native"]),
                    ],
                },
                .. fields[1..],
            ],
            pages["Applications.Create"],
            list
        );
    }

    private static FormPage EditForm(HttpContext http, ConsolePages pages, Application application, FormValues values)
    {
        var (list, address) = (Navigation.Of(http.Room()!, "applications"), ApplicationPages.AddressOf(http, application.Id));
        return new(
            pages.Frame(
                http,
                pages["Applications.EditTitle", application.Name],
                list,
                new(pages["Nav.Applications"], list),
                new(application.Name, address)
            ),
            Fields(pages, values),
            pages["Save"],
            address
        )
        {
            IsEdit = true,
        };
    }

    private static Field[] Fields(ConsolePages pages, FormValues values) =>
        [
            new(Name, pages["Field.Name"], values[Name])
            {
                Required = true,
                Longest = 100,
                Help = pages["Applications.Name.Help"],
            },
            new(Redirects, pages["Applications.Redirects"], values[Redirects])
            {
                Kind = FieldKind.Area,
                Longest = LongestList,
                Verbatim = true,
                Help = pages["Applications.Redirects.Help"],
            },
            new(PostLogout, pages["Applications.PostLogout"], values[PostLogout])
            {
                Kind = FieldKind.Area,
                Longest = LongestList,
                Verbatim = true,
                Help = pages["Applications.PostLogout.Help"],
            },
            new(BackChannel, pages["Applications.BackChannel"], values[BackChannel])
            {
                Longest = 2048,
                Verbatim = true,
                Help = pages["Applications.BackChannel.Help"],
            },
        ];

    private static FormPage Faulty(FormPage page, ApplicationRefusal refusal)
    {
        if (refusal.Errors.Count == 0)
            return FormFault.Of(refusal.Reason, detail: null).On(page);
        foreach (var (member, message) in refusal.Errors)
            page = new FormFault(member.Split('[')[0], message).On(page);
        return page;
    }
}

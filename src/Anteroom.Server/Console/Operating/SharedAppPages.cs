using Anteroom.Server.Connections;
using Anteroom.Server.Connections.SharedApp;
using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Console.Integrations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.SignIn.Pages;

namespace Anteroom.Server.Console.Operating;

/// <summary>The platform's own app registrations at Entra, which connections of organizations share; and what to tick and paste there.</summary>
internal static class SharedAppPages
{
    private const string Path = "/shared-apps";
    private const string Address = "/console" + Path;
    private const string Name = "name";
    private const string Cloud = "cloud";
    private const string Client = "clientId";
    private const string Serves = "state";

    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet(Path, ListAsync).Operation("sharedRegistrations.list");
        console.MapGet(Path + "/new", NewAsync).Operation("sharedRegistrations.create");
        console.MapPost(Path + "/new", CreateAsync).Operation("sharedRegistrations.create");
        console.MapGet(Path + "/{id}/edit", EditAsync).Operation("sharedRegistrations.update");
        console.MapPost(Path + "/{id}/edit", ChangeAsync).Operation("sharedRegistrations.update");
    }

    private static async Task<IResult> ListAsync(
        HttpContext http,
        SharedRegistrations registrations,
        ConsolePages pages,
        AnteroomOptions options,
        CancellationToken ct
    )
    {
        var list = new ListPage(
            pages.Frame(http, pages["Nav.SharedApps"], Address),
            pages.Columns("Name", "Cloud", "State", "Secret", "Created"),
            (await registrations.ListAsync(ct)).Select(registration =>
                (Cell[])
                    [
                        new(registration.Name, registration.ClientId, $"{Address}/{registration.Id}/edit"),
                        new(registration.Cloud),
                        new(pages["SharedApps.State." + registration.State], State: registration.IsActive ? Tone.Good : Tone.Neutral),
                        new($"…{registration.SecretLast4}", SecretFields.EndOf(pages, registration.SecretExpiresOn)),
                        new(At: registration.CreatedAt),
                    ]
            )
        )
        {
            Choice = ColumnChoice.Of(http),
            Lead = pages["SharedApps.Lead"],
            Action = http.Caller().May("sharedRegistrations.create") ? new(pages["SharedApps.New"], Address + "/new", "plus") : null,
            EmptyTitle = pages["SharedApps.Empty"],
            EmptyText = pages["SharedApps.Empty.Text"],
        };
        return pages.Show(
            "SharedApps",
            new SharedAppsModel(
                list.Frame,
                list,
                options.Issuer + CallbackPaths.Central,
                options.Issuer + CallbackPaths.AdminConsent,
                options.Issuer + CallbackPaths.SharedLogout
            )
        );
    }

    private static async Task<IResult> NewAsync(HttpContext http, CloudStore clouds, ConsolePages pages, CancellationToken ct) =>
        pages.Form(
            Form(
                http,
                pages,
                await clouds.ListAsync(ct),
                null,
                new([
                    KeyValuePair.Create(Name, pages["SharedApps.Name"]),
                    KeyValuePair.Create(Cloud, Entra.Providers.Cloud.Global.Key),
                    KeyValuePair.Create(Serves, Field.On),
                ])
            )
        );

    private static async Task<IResult> CreateAsync(
        HttpContext http,
        SaveSharedRegistration save,
        CloudStore clouds,
        ConsolePages pages,
        CancellationToken ct
    )
    {
        var typed = await FormValues.TypedAsync(http, ct);
        var page = pages.AsTyped(Form(http, pages, await clouds.ListAsync(ct), null, typed), typed);
        if (pages.AskForProof(http, page) is { } proof)
            return proof;
        var made = await save.CreateAsync(DraftOf(typed, typed[Cloud], null), http.Audit(), ct);
        return made.TryGet(out _, out var refusal) ? ConsolePages.Back(Address, "shared_app.created") : pages.Form(Faulty(page, refusal));
    }

    private static async Task<IResult> EditAsync(
        string id,
        HttpContext http,
        SharedRegistrations registrations,
        CloudStore clouds,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    ) =>
        await FindAsync(id, registrations, ct) is { } registration
            ? pages.Form(Form(http, pages, await clouds.ListAsync(ct), registration, ValuesOf(registration)))
            : problems.NotFound();

    private static async Task<IResult> ChangeAsync(
        string id,
        HttpContext http,
        SharedRegistrations registrations,
        SaveSharedRegistration save,
        CloudStore clouds,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        var known = await clouds.ListAsync(ct);
        return await pages.EditAsync(
                http,
                () => FindAsync(id, registrations, ct),
                (registration, typed) => Form(http, pages, known, registration, typed ?? ValuesOf(registration)),
                SaveAsync,
                ct
            ) ?? problems.NotFound();

        async Task<IResult?> SaveAsync(SharedRegistration registration, Edit edit)
        {
            var changed = await save.ChangeAsync(
                registration.Id,
                registration.Version,
                current => DraftOf(edit.Typed, current.Cloud, current),
                http.Audit(),
                ct
            );
            if (changed.TryGet(out _, out var refusal))
                return ConsolePages.Back(Address, "shared_app.changed");
            return refusal.Code == ReasonCodes.VersionMismatch ? null : pages.Form(Faulty(edit.Page, refusal));
        }
    }

    private static async Task<SharedRegistration?> FindAsync(string id, SharedRegistrations registrations, CancellationToken ct) =>
        SharedRegistrationId.TryParse(id, out var parsed) ? await registrations.FindAsync(parsed, ct) : null;

    private static SharedRegistrationDraft DraftOf(FormValues typed, string cloud, SharedRegistration? current) =>
        new(
            cloud,
            typed[Name],
            PastedId.Of(typed[Client]) ?? "",
            SecretFields.SecretOf(typed),
            typed.IsOn(Serves) ? SharedRegistrationState.Active : SharedRegistrationState.Disabled,
            SecretFields.ExpiresOnOf(typed, current?.SecretExpiresOn)
        );

    private static FormValues ValuesOf(SharedRegistration registration) =>
        new([
            KeyValuePair.Create(Name, registration.Name),
            KeyValuePair.Create(Cloud, registration.Cloud),
            KeyValuePair.Create(Client, registration.ClientId),
            SecretFields.ValueOf(registration.SecretExpiresOn),
            KeyValuePair.Create(Serves, registration.IsActive ? Field.On : ""),
        ]);

    private static FormPage Form(
        HttpContext http,
        ConsolePages pages,
        IReadOnlyList<CloudEntry> clouds,
        SharedRegistration? registration,
        FormValues values
    )
    {
        return new(
            pages.Frame(http, registration?.Name ?? pages["SharedApps.New"], Address, new Crumb(pages["Nav.SharedApps"], Address)),
            [
                Of(Name, "Field.Name") with
                {
                    Required = true,
                    Longest = 100,
                },
                Of(Cloud, "Mail.Cloud") with
                {
                    Kind = FieldKind.Choice,
                    Locked = registration is null ? null : pages["SharedApps.Cloud.Locked"],
                    Options = [.. clouds.Select(entry => (entry.Cloud.Key, entry.Name))],
                },
                Of(Client, "Connections.Client") with
                {
                    Required = true,
                    Verbatim = true,
                    Help = pages["Connections.Client.Help"],
                },
                .. SecretFields.Of(pages, values, registration?.SecretLast4, registration?.SecretAt, pages["Protection.Secret.Help"]),
                Of(Serves, "SharedApps.Serves") with
                {
                    Kind = FieldKind.Switch,
                    Options = [(Field.On, pages["Yes"]), ("", pages["No"])],
                    Help = pages["SharedApps.Serves.Help"],
                },
            ],
            pages[registration is null ? "SharedApps.Create" : "Save"],
            Address
        )
        {
            Lead = registration is null ? pages["SharedApps.New.Lead"] : null,
            IsEdit = registration is not null,
        };

        Field Of(string name, string words) => new(name, pages[words], values[name]);
    }

    /// <summary>Refusals begin with the member that they are about.</summary>
    private static FormPage Faulty(FormPage page, ConnectionRefusal refusal)
    {
        var fault = FormFault.Of(refusal.Code, refusal.Detail);
        var member =
            refusal.Code == ReasonCodes.SecretIsId ? SecretFields.Value
            : refusal.Code == ReasonCodes.Conflict ? Serves
            : new string([.. fault.Text.TakeWhile(char.IsAsciiLetter)]);
        return (fault with { Member = member }).On(page);
    }
}

/// <param name="RedirectUri">Of every connection that uses a shared app.</param>
/// <param name="ConsentUri">Where Entra returns after admin consent.</param>
/// <param name="LogoutUri">Which Entra loads when it signs somebody out.</param>
internal sealed record SharedAppsModel(ConsoleFrame Frame, ListPage List, string RedirectUri, string ConsentUri, string LogoutUri)
    : IConsolePage;

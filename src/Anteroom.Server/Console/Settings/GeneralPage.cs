using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.SignIn.Pages;

namespace Anteroom.Server.Console.Settings;

/// <summary>What an organization is called, its company code, and switches that operators keep for themselves.</summary>
internal static class GeneralPage
{
    private const string Path = "/organizations/{slug}/settings";
    private const string Name = "name";
    private const string Code = "companyCode";
    private const string Active = "isActive";
    private const string SelfService = "selfServiceActivation";
    private const string OwnHost = "ownHost";
    private const string Contact = "contact";
    private const string IntakeMode = "intakeMode";
    private const string IntakeAccount = "intakeAccountRequired";

    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet(Path, Show).Operation("organizations.get");
        console.MapPost(Path, ChangeAsync).Operation("organizations.update");
        console.MapGet(Path + "/renew-code", AskToRenew).Operation("organizations.renewCompanyCode");
        console.MapPost(Path + "/renew-code", RenewAsync).Operation("organizations.renewCompanyCode");
    }

    private static IResult Show(HttpContext http, ConsolePages pages, AnteroomOptions options) =>
        Page(http, pages, Form(http, pages, options, http.Room()!, ValuesOf(http.Room()!)));

    private static async Task<IResult> ChangeAsync(
        HttpContext http,
        ChangeOrganization change,
        OrganizationDirectory organizations,
        ConsolePages pages,
        ProblemPages problems,
        AnteroomOptions options,
        CancellationToken ct
    )
    {
        return await pages.EditAsync(
                http,
                () => organizations.ReadAsync(http.Room()!.Id, ct),
                (room, typed) => Form(http, pages, options, room, typed ?? ValuesOf(room)),
                SaveAsync,
                ct
            ) ?? problems.NotFound();

        async Task<IResult?> SaveAsync(Organization room, Edit edit)
        {
            var wanted = new OrganizationEdit
            {
                Name = edit.Typed[Name],
                CompanyCode = edit.Changed.Contains(Code) ? edit.Typed[Code] : null,
                IsActive = edit.Switched(Active),
                SelfServiceActivation = edit.Switched(SelfService),
                OwnHost = edit.Switched(OwnHost),
                Contact = edit.Changed.Contains(Contact) ? edit.Typed[Contact] : null,
                IntakeMode = edit.Changed.Contains(IntakeMode) ? edit.Typed[IntakeMode] : null,
                IntakeAccountRequired = edit.Switched(IntakeAccount),
            };
            var changed = await change.EditAsync(room.Id, room.Version, wanted, http.Caller().IsOperator, http.Audit(), ct);
            return changed.TryGet(out _, out var refusal)
                ? ConsolePages.Back(Navigation.Of(room, "settings"), "organization.updated")
                : pages.Refused(edit, refusal.Code, refusal.Detail, refusal.Member);
        }
    }

    private static IResult AskToRenew(HttpContext http, ConsolePages pages, ProblemPages problems)
    {
        if (http.Room()!.CompanyCode is not { } code)
            return problems.NotFound();
        var settings = Navigation.Of(http.Room()!, "settings");
        return pages.Form(
            FormPage.Question(
                pages.Frame(http, pages["General.Renew.Title"], settings, new Crumb(pages["Nav.General"], settings)),
                pages["General.Renew.Do"],
                settings,
                pages["General.Renew.Old", code],
                pages["General.Renew.Tell"]
            )
        );
    }

    private static async Task<IResult> RenewAsync(HttpContext http, ChangeOrganization change, ProblemPages problems, CancellationToken ct)
    {
        var renewed = await change.RenewCompanyCodeAsync(http.Room()!.Id, http.Audit(), ct);
        return renewed.TryGet(out var room, out var refusal)
            ? ConsolePages.Back(Navigation.Of(room, "settings"), "organization.company_code_renewed")
            : problems.For(refusal.Code);
    }

    private static IResult Page(HttpContext http, ConsolePages pages, FormPage form) =>
        pages.Show("General", new GeneralModel(form.Frame, form, http.Caller().May("organizations.update") && !http.Room()!.IsPlatform));

    private static FormValues ValuesOf(Organization room) =>
        new([
            KeyValuePair.Create(Name, room.Name),
            KeyValuePair.Create(Code, room.CompanyCode ?? ""),
            KeyValuePair.Create(Active, room.IsActive ? Field.On : ""),
            KeyValuePair.Create(SelfService, room.Settings.SelfServiceActivation ? Field.On : ""),
            KeyValuePair.Create(OwnHost, room.Settings.OwnHost ? Field.On : ""),
            KeyValuePair.Create(Contact, room.Settings.Operator.Contact ?? ""),
            KeyValuePair.Create(IntakeMode, room.Settings.Operator.IntakeMode),
            KeyValuePair.Create(IntakeAccount, room.Settings.Operator.IntakeAccountRequired ? Field.On : ""),
        ]);

    private static FormPage Form(HttpContext http, ConsolePages pages, AnteroomOptions options, Organization room, FormValues values)
    {
        var address = Navigation.Of(room, "settings");
        var mayChange = http.Caller().May("organizations.update");
        var locked = mayChange ? null : pages["Locked.Reader"];
        var operators = locked ?? (http.Caller().IsOperator ? null : pages["Locked.Operators"]);
        List<Field> fields =
        [
            new(Name, pages["Field.Name"], values[Name])
            {
                Required = true,
                Longest = 200,
                Locked = locked,
            },
        ];
        if (room.IsPlatform)
        {
            fields.Add(
                new(Contact, pages["General.Contact"], values[Contact])
                {
                    Longest = 200,
                    Help = pages["General.Contact.Help"],
                    Locked = locked,
                }
            );
            fields.Add(
                new(IntakeMode, pages["General.IntakeMode"], values[IntakeMode])
                {
                    Kind = FieldKind.Choice,
                    Help = pages["General.IntakeMode.Help"],
                    Options = [.. OperatorSettings.IntakeModes.Select(mode => (mode, pages["Connections.Mode." + mode]))],
                    Locked = locked,
                }
            );
            fields.Add(Switch(IntakeAccount, "General.IntakeAccount", locked));
        }
        else
        {
            fields.Add(
                new(Code, pages["Field.CompanyCode"], values[Code])
                {
                    Verbatim = true,
                    Longest = 40,
                    Help = pages["General.Code.Help"],
                    Locked = operators,
                }
            );
            fields.Add(Switch(Active, "General.Active", operators));
            fields.Add(Switch(SelfService, "General.SelfService", operators));
            if (options.OrganizationDomain is not null)
                fields.Add(Switch(OwnHost, "General.OwnHost", locked));
        }
        return new(pages.Frame(http, pages["Nav.General"], address), fields, pages["Save"], address)
        {
            IsEdit = true,
            IsReadOnly = !mayChange,
        };

        Field Switch(string name, string words, string? why) =>
            new(name, pages[words], values[name])
            {
                Kind = FieldKind.Switch,
                Help = pages[words + ".Help"],
                Locked = why,
                Options = [(Field.On, pages["Yes"]), ("", pages["No"])],
            };
    }
}

/// <param name="MayRenew">Whether a new company code can be had here.</param>
internal sealed record GeneralModel(ConsoleFrame Frame, FormPage Form, bool MayRenew) : IConsolePage;

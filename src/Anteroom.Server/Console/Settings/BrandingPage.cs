using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn.Pages;

namespace Anteroom.Server.Console.Settings;

/// <summary>Branding: the colour and the picture of an organization's sign-in pages, with a look at them before they are saved.</summary>
internal static class BrandingPage
{
    private const string Path = "/organizations/{slug}/branding";
    private const string Own = "ownAccent";
    private const string Accent = "accent";
    private const string Preview = "preview";

    /// <summary>Anteroom's own, as sign-in.css has it.</summary>
    private const string Standard = "#14615d";

    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet(Path, Show).Operation("branding.get");
        console.MapPost(Path, ChangeAsync).Operation("branding.put");
        console.MapPost(Path + "/logo", SetLogoAsync).Operation("branding.putLogo");
        console.MapPost(Path + "/logo/remove", RemoveLogoAsync).Operation("branding.removeLogo");
    }

    private static IResult Show(HttpContext http, ConsolePages pages) => Page(http, pages, http.Room()!, ValuesOf(http.Room()!));

    private static async Task<IResult> ChangeAsync(
        HttpContext http,
        ChangeBranding branding,
        OrganizationDirectory organizations,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        var typed = await FormValues.TypedAsync(http, ct);
        if (typed[Preview].Length > 0)
            return Page(http, pages, http.Room()!, typed);
        return await pages.EditAsync(
                http,
                () => organizations.ReadAsync(http.Room()!.Id, ct),
                (room, values) => Form(http, pages, room, values ?? ValuesOf(room)),
                SaveAsync,
                ct,
                _ => false
            ) ?? problems.NotFound();

        async Task<IResult?> SaveAsync(Organization room, Edit edit)
        {
            var changed = await branding.SetAccentAsync(room.Id, room.Version, AccentOf(edit.Typed), http.Audit(), ct);
            return changed.TryGet(out _, out var refusal)
                ? ConsolePages.Back(Navigation.Of(room, "branding"), "organization.branding_updated")
                : pages.Refused(edit, refusal.Code, refusal.Detail, refusal.Member);
        }
    }

    private static async Task<IResult> SetLogoAsync(HttpContext http, ChangeBranding branding, ConsolePages pages, CancellationToken ct)
    {
        var room = http.Room()!;
        if ((await http.Request.ReadFormAsync(ct)).Files["logo"] is not { Length: > 0 and <= Logos.Largest } chosen)
            return Page(http, pages, room, ValuesOf(room), pages["Branding.Logo.Size"]);
        using var file = new MemoryStream();
        await chosen.CopyToAsync(file, ct);
        var changed = await branding.SetLogoAsync(room.Id, file.GetBuffer().AsMemory(0, (int)file.Length), http.Audit(), ct);
        return changed.TryGet(out _, out var refusal)
            ? ConsolePages.Back(Navigation.Of(room, "branding"), "organization.branding_updated")
            : Page(http, pages, room, ValuesOf(room), FormFault.Of(refusal.Code, refusal.Detail).Text);
    }

    private static async Task<IResult> RemoveLogoAsync(
        HttpContext http,
        ChangeBranding branding,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        var changed = await branding.RemoveLogoAsync(http.Room()!.Id, http.Audit(), ct);
        return changed.TryGet(out var room, out var refusal)
            ? ConsolePages.Back(Navigation.Of(room, "branding"), "organization.branding_updated")
            : problems.For(refusal.Code);
    }

    private static IResult Page(HttpContext http, ConsolePages pages, Organization room, FormValues values, string? fault = null)
    {
        var form = Form(http, pages, room, values);
        var colour = Rgb.TryParse(AccentOf(values) ?? Standard, out var chosen) ? chosen : default;
        return pages.Show(
            "Branding",
            new BrandingModel(
                form.Frame,
                form,
                BrandingFiles.LogoOf(room),
                [
                    new(room.Name, pages["Branding.Light"], "#f4f3f0", "#ffffff", "#1c2321", "#858d8a", AccentTokens.Light(colour)),
                    new(room.Name, pages["Branding.Dark"], "#121615", "#1b201f", "#eceeec", "#76807c", AccentTokens.Dark(colour)),
                ],
                fault
            ),
            fault is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity
        );
    }

    private static string? AccentOf(FormValues values) => values.IsOn(Own) ? values[Accent] : null;

    private static FormValues ValuesOf(Organization room)
    {
        var accent = room.Settings.Branding.Accent;
        return new([KeyValuePair.Create(Own, accent is null ? "" : Field.On), KeyValuePair.Create(Accent, accent ?? Standard)]);
    }

    private static FormPage Form(HttpContext http, ConsolePages pages, Organization room, FormValues values)
    {
        var address = Navigation.Of(room, "branding");
        var mayChange = http.Caller().May("branding.put");
        var locked = mayChange ? null : pages["Locked.Reader"];
        return new(
            pages.Frame(http, pages["Nav.Branding"], address),
            [
                new(Own, pages["Branding.Own"], values[Own])
                {
                    Kind = FieldKind.Switch,
                    Help = pages["Branding.Own.Help"],
                    Locked = locked,
                    Options = [(Field.On, pages["Yes"]), ("", pages["No"])],
                },
                new(Accent, pages["Branding.Accent"], values[Accent])
                {
                    Kind = FieldKind.Colour,
                    Help = pages["Branding.Accent.Help"],
                    Locked = locked,
                },
            ],
            pages["Save"],
            address
        )
        {
            Lead = pages["Branding.Lead"],
            IsEdit = true,
            IsReadOnly = !mayChange,
            Seen = values.Seen,
            Preview = new(Preview, pages["Branding.Preview"]),
        };
    }
}

/// <param name="Logo">Address of the picture; null without one.</param>
/// <param name="LogoFault">What is wrong with the file that was chosen.</param>
internal sealed record BrandingModel(
    ConsoleFrame Frame,
    FormPage Form,
    string? Logo,
    IReadOnlyList<BrandingPreview> Previews,
    string? LogoFault
) : IConsolePage;

/// <summary>A sign-in page in small, in one scheme.</summary>
/// <param name="Ground">Colours of sign-in.css: behind the page, the page, its text, the edge of a field.</param>
internal sealed record BrandingPreview(
    string Organization,
    string Scheme,
    string Ground,
    string Surface,
    string Ink,
    string Edge,
    AccentTokens Tokens
);

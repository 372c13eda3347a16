using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Organizations;
using Anteroom.Server.SignIn;

namespace Anteroom.Server.Console.Integrations;

/// <summary>The first question of a new connection: which identity provider. Each has a form of its own.</summary>
internal static class ConnectionSetup
{
    private const string Path = ConnectionPages.Path + "/setup";
    private const string Provider = "provider";
    private const string Entra = "entra";

    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet(Path, Show).Operation("connections.create");
        console.MapPost(Path, ChooseAsync).Operation("connections.create");
    }

    public static MainAction Entrance(Organization room, ConsolePages pages) =>
        new(pages["Setup.Title"], Navigation.Of(room, "connections/setup"), "plug-connected");

    private static IResult Show(HttpContext http, ConsolePages pages)
    {
        var list = Navigation.Of(http.Room()!, "connections");
        return pages.Form(
            new(
                pages.Frame(http, pages["Setup.Title"], list, new Crumb(pages["Nav.SingleSignOn"], list)),
                [
                    new(Provider, pages["Setup.Provider"], Entra)
                    {
                        Kind = FieldKind.Choice,
                        Help = pages["Setup.Provider.Help"],
                        Options =
                        [
                            (Entra, pages["Setup.Provider.entra"]),
                            .. OidcForm.Presets.Select(preset => (preset, pages["Setup.Provider." + preset])),
                        ],
                    },
                ],
                pages["Setup.Next"],
                list
            )
        );
    }

    private static async Task<IResult> ChooseAsync(HttpContext http, CancellationToken ct)
    {
        var chosen = (await FormValues.TypedAsync(http, ct))[Provider];
        return new SeeOther(
            Navigation.Of(
                http.Room()!,
                OidcForm.Presets.Contains(chosen) ? $"connections/new-oidc?{OidcForm.Preset}={chosen}" : "connections/new"
            )
        );
    }
}

using Anteroom.Server.Connections;
using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.SignIn.Pages;

namespace Anteroom.Server.Console.Settings;

/// <summary>Protection → Security: how people of the organization are let in.</summary>
internal static class ProtectionPage
{
    private const string Path = "/organizations/{slug}/protection";
    private const string LocalForm = "showLocalForm";
    private const string AutoConnect = "autoConnectConnectionId";
    private const string KnownNames = "knownNamesRedirect";
    private const string Passkeys = "allowPasskeys";
    private const string Passwords = "allowPasswords";

    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet(Path, ShowAsync).Operation("signInPolicy.get");
        console.MapPost(Path, ChangeAsync).Operation("signInPolicy.put");
    }

    private static async Task<IResult> ShowAsync(HttpContext http, ConnectionStore connections, ConsolePages pages, CancellationToken ct) =>
        pages.Form(Form(http, pages, await connections.ListAsync(http.Room()!.Id, ct), ValuesOf(http.Room()!)));

    private static async Task<IResult> ChangeAsync(
        HttpContext http,
        ChangeSignInPolicy change,
        ConnectionStore connections,
        OrganizationDirectory organizations,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        var typed = await FormValues.TypedAsync(http, ct);
        var known = await connections.ListAsync(http.Room()!.Id, ct);
        for (var room = http.Room(); room is not null; room = await organizations.ReadAsync(room.Id, ct))
        {
            if (pages.AskToMerge(Form(http, pages, known, ValuesOf(room)), typed) is { } merge)
                return merge;
            var page = Form(http, pages, known, typed) with { Seen = typed.Seen };
            if (pages.AskForProof(http, page) is { } proof)
                return proof;
            var policy = room.Settings.SignIn with
            {
                ShowLocalForm = typed.IsOn(LocalForm),
                AutoConnectConnection = ConnectionId.TryParse(typed[AutoConnect], out var id) ? id.Value : null,
                KnownNamesRedirect = typed.IsOn(KnownNames),
                AllowPasskeys = typed.IsOn(Passkeys),
                AllowPasswords = typed.IsOn(Passwords),
            };
            var changed = await change.HandleAsync(room.Id, room.Version, policy, http.Audit(), ct);
            if (changed.TryGet(out _, out var refusal))
                return ConsolePages.Back(Navigation.Of(room, "protection"), "organization.sign_in_policy_updated");
            if (refusal.Code != ReasonCodes.VersionMismatch)
                return pages.Form(new FormFault(refusal.Member, refusal.Detail ?? ReasonCatalogue.Get(refusal.Code).Happened).On(page));
        }
        return problems.NotFound();
    }

    private static FormValues ValuesOf(Organization room)
    {
        var policy = room.Settings.SignIn;
        return new([
            KeyValuePair.Create(LocalForm, policy.ShowLocalForm ? Field.On : ""),
            KeyValuePair.Create(AutoConnect, policy.AutoConnectConnection is { } id ? new ConnectionId(id).ToString() : ""),
            KeyValuePair.Create(KnownNames, policy.KnownNamesRedirect ? Field.On : ""),
            KeyValuePair.Create(Passkeys, room.AllowsPasskeys ? Field.On : ""),
            KeyValuePair.Create(Passwords, room.AllowsPasswords ? Field.On : ""),
        ]);
    }

    private static FormPage Form(HttpContext http, ConsolePages pages, IReadOnlyList<Connection> connections, FormValues values)
    {
        var room = http.Room()!;
        var address = Navigation.Of(room, "protection");
        var mayChange = http.Caller().May("signInPolicy.put");
        var locked = mayChange ? null : pages["Locked.Reader"];
        return new(
            pages.Frame(http, pages["Protection.Title"], address, new Crumb(pages["Nav.Protection"], address)),
            [
                new(AutoConnect, pages["Protection.AutoConnect"], values[AutoConnect])
                {
                    Kind = FieldKind.Choice,
                    Help = pages["Protection.AutoConnect.Help"],
                    Locked = locked,
                    Options =
                    [
                        ("", pages["Protection.AutoConnect.None"]),
                        .. connections.Select(connection => (connection.Id.ToString(), connection.Name)),
                    ],
                },
                Switch(LocalForm, "Protection.LocalForm"),
                Switch(Passkeys, "Protection.Passkeys"),
                Switch(Passwords, "Protection.Passwords"),
                Switch(KnownNames, "Protection.KnownNames"),
            ],
            pages["Save"],
            address
        )
        {
            Lead = pages["Protection.Lead"],
            IsEdit = true,
            IsReadOnly = !mayChange,
        };

        Field Switch(string name, string words) =>
            new(name, pages[words], values[name])
            {
                Kind = FieldKind.Switch,
                Help = pages[words + ".Help"],
                Locked = locked,
                Options = [(Field.On, pages["Yes"]), ("", pages["No"])],
            };
    }
}

using Anteroom.Server.Connections;
using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Organizations;
using Anteroom.Server.SignIn.Pages;

namespace Anteroom.Server.Console.Settings;

/// <summary>Protection → Security: how people of the organization are let in.</summary>
internal static class ProtectionPage
{
    private const string Path = "/organizations/{slug}/protection";
    private const string Method = "authenticationMethod";
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
        Page(http, pages, Form(http, pages, await connections.ListAsync(http.Room()!.Id, ct), ValuesOf(http.Room()!)));

    private static IResult Page(HttpContext http, ConsolePages pages, FormPage form)
    {
        var maySetUp = http.Caller().May("connections.create") && !http.Room()!.IsPlatform;
        return pages.Show("Protection", new ProtectionModel(form.Frame, form, maySetUp));
    }

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
        var known = await connections.ListAsync(http.Room()!.Id, ct);
        return await pages.EditAsync(
                http,
                () => organizations.ReadAsync(http.Room()!.Id, ct),
                (room, typed) => Form(http, pages, known, typed ?? ValuesOf(room)),
                SaveAsync,
                ct
            ) ?? problems.NotFound();

        async Task<IResult?> SaveAsync(Organization room, Edit edit)
        {
            var policy = room.Settings.SignIn with
            {
                AuthenticationMethod = edit.Typed.OrNull(Method),
                ShowLocalForm = edit.Typed.IsOn(LocalForm),
                AutoConnectConnection = ConnectionId.TryParse(edit.Typed[AutoConnect], out var id) ? id.Value : null,
                KnownNamesRedirect = edit.Typed.IsOn(KnownNames),
                AllowPasskeys = edit.Typed.IsOn(Passkeys),
                AllowPasswords = edit.Typed.IsOn(Passwords),
            };
            var changed = await change.HandleAsync(room.Id, room.Version, policy, http.Audit(), ct);
            return changed.TryGet(out _, out var refusal)
                ? ConsolePages.Back(Navigation.Of(room, "protection"), "organization.sign_in_policy_updated")
                : pages.Refused(edit, refusal.Code, refusal.Detail, refusal.Member);
        }
    }

    private static FormValues ValuesOf(Organization room)
    {
        var policy = room.Settings.SignIn;
        return new([
            KeyValuePair.Create(Method, policy.AuthenticationMethod ?? ""),
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
        var local = $"{http.Request.Scheme}://{http.Request.Host}{ConsoleSignIn.LocalAddress(room)}";
        return new(
            pages.Frame(http, pages["Protection.Title"], address, new Crumb(pages["Nav.Protection"], address)),
            [
                new(Method, pages["Protection.Method"], values[Method])
                {
                    Kind = FieldKind.Choice,
                    Help = pages["Protection.Method.Help"],
                    Locked = locked,
                    Options =
                    [
                        ("", pages["Protection.Method.Any"]),
                        .. AuthenticationMethods.All.Select(method => (method, pages["Protection.Method." + method])),
                    ],
                },
                new(AutoConnect, pages["Protection.AutoConnect"], values[AutoConnect])
                {
                    Kind = FieldKind.Choice,
                    Help = pages["Protection.AutoConnect.Help", local],
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
                Help = pages[words + ".Help", local],
                Locked = locked,
                Options = [(Field.On, pages["Yes"]), ("", pages["No"])],
            };
    }
}

/// <param name="MaySetUp">Whether a connection by an own app registration can be made from here.</param>
internal sealed record ProtectionModel(ConsoleFrame Frame, FormPage Form, bool MaySetUp) : IConsolePage;

using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Authorize;
using Anteroom.EntraEmulator.Objects;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Control;

/// <summary>Users: one or many at a time, members and guests.</summary>
internal static class UserControl
{
    private static readonly string[] OwnedByTheEmulator =
    [
        "id",
        "tenantId",
        "passwordHash",
        "createdDateTime",
        "deletedDateTime",
        "signInSessionsValidFromDateTime",
    ];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/tenants/{tenant}/users", List);
        routes.MapPost("/tenants/{tenant}/users", CreateAsync);
        routes.MapGet(
            "/tenants/{tenant}/users/{user}",
            (EntraDirectory directory, string tenant, string user) => View(directory, ControlEndpoints.User(directory, tenant, user))
        );
        routes.MapPatch("/tenants/{tenant}/users/{user}", ChangeAsync);
        routes.MapDelete("/tenants/{tenant}/users/{user}", Delete);
        routes.MapPost("/tenants/{tenant}/users/{user}/revoke-sign-in-sessions", Revoke);
        routes.MapPost("/sessions", SignInAsync);
    }

    private static JsonObject List(string tenant, EntraDirectory directory) =>
        TenantControl.Items(
            directory
                .UsersByTenant.Find(ControlEndpoints.Tenant(directory, tenant).Id.ToString())
                .OrderBy(user => user.UserPrincipalName, StringComparer.OrdinalIgnoreCase)
                .Select(user => View(directory, user))
        );

    /// <summary>One object or an array; all are created or none.</summary>
    private static async Task<IResult> CreateAsync(
        HttpRequest request,
        string tenant,
        EntraDirectory directory,
        DirectoryEditor editor,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var home = ControlEndpoints.Tenant(directory, tenant);
        var body = await ControlJson.BodyAsync(request, ct);
        var bodies = body is JsonArray array ? array.OfType<JsonObject>().ToList() : [(JsonObject)body];
        var made = bodies.ConvertAll(one => Read(one, home, directory, clock));
        _ = ControlEndpoints.Value(editor.SaveUsers([.. made.Select(one => one.User)]));
        foreach (var one in made)
            SetRoles(editor, one.User, one.Roles);
        var views = made.Select(one => View(directory, one.User, one.Password)).ToList();
        return body is JsonArray ? Results.Json(TenantControl.Items(views), statusCode: 201) : ControlEndpoints.Created(views[0]);
    }

    private static (User User, string? Password, IReadOnlyDictionary<Guid, bool> Roles) Read(
        JsonObject body,
        Tenant tenant,
        EntraDirectory directory,
        TimeProvider clock
    )
    {
        var id = ControlJson.Take<Guid?>(body, "id") ?? Identifiers.NewUuid(clock);
        var roles = TakeRoles(body);
        var name = ControlJson.Take<string>(body, "userPrincipalName");
        var password = ControlJson.Take<string>(body, "password");

        // A guest of another tenant here: the account is named, its user name and kind follow.
        var homeUser = ControlJson.Take<string>(body, "homeUser");
        var home = homeUser is null ? null : FindHome(directory, homeUser);
        var mail = home?.Mail ?? (string?)body["mail"];
        var isGuest = home is not null || (string?)body["userType"] == User.Guest;
        name ??=
            isGuest && (home?.UserPrincipalName ?? mail) is { } account
                ? DirectoryEditor.GuestName(account, tenant)
                : throw new ControlException("'userPrincipalName' is missing.");
        var display = ControlJson.Take<string>(body, "displayName") ?? home?.DisplayName ?? name.Split('@')[0];

        password ??= home is null ? Passwords.Generate() : null;
        var user = new User(id, tenant.Id, name, display)
        {
            UserType = isGuest ? User.Guest : User.Member,
            Mail = home?.Mail,
            HomeTenantId = home?.TenantId,
            HomeObjectId = home?.Id,
            CreatedDateTime = clock.GetUtcNow(),
            PasswordHash = password is null ? null : Passwords.Hash(password),
        };
        return (ControlJson.Merge(user, body, OwnedByTheEmulator), password, roles);
    }

    /// <summary><c>isAdministrator</c> for Global Administrator, <c>roles</c> for any by name or template id.</summary>
    private static Dictionary<Guid, bool> TakeRoles(JsonObject body)
    {
        var roles = new Dictionary<Guid, bool>();
        if (ControlJson.Take<string[]>(body, "roles") is { } names)
        {
            foreach (var template in DirectoryRoleTemplate.All)
                roles[template.Id] = false;
            foreach (var name in names)
                roles[DirectoryRoleTemplate.Find(name)?.Id ?? throw new ControlException($"There is no directory role '{name}'.")] = true;
        }
        if (ControlJson.Take<bool?>(body, "isAdministrator") is { } isAdministrator)
            roles[DirectoryRoleTemplate.GlobalAdministrator] = isAdministrator;
        return roles;
    }

    private static void SetRoles(DirectoryEditor editor, User user, IReadOnlyDictionary<Guid, bool> roles)
    {
        foreach (var (role, held) in roles)
            editor.SetRole(user.TenantId, user.Id, role, held);
    }

    private static JsonObject View(EntraDirectory directory, User user, string? password = null)
    {
        var view = ControlJson.View(user, password);
        var roles = directory.DirectoryRolesOf(user.Id);
        view["isAdministrator"] = roles.Contains(DirectoryRoleTemplate.GlobalAdministrator);
        view["roles"] = new JsonArray([
            .. roles.Select(role => (JsonNode)(DirectoryRoleTemplate.Find(role)?.DisplayName ?? role.ToString())),
        ]);
        return view;
    }

    private static User FindHome(EntraDirectory directory, string nameOrId) =>
        (Guid.TryParse(nameOrId, out var id) ? directory.Users.Find(id) : directory.UsersByName.First(nameOrId))
        ?? throw new ControlException($"There is no user '{nameOrId}'.");

    private static async Task<JsonObject> ChangeAsync(
        HttpRequest request,
        string tenant,
        string user,
        EntraDirectory directory,
        DirectoryEditor editor,
        CancellationToken ct
    )
    {
        var body = await ControlJson.ObjectAsync(request, ct);
        var password = ControlJson.Take<string>(body, "password");
        var roles = TakeRoles(body);
        var current = ControlEndpoints.User(directory, tenant, user);
        var changed = ControlEndpoints.Value(editor.SaveUser(ControlJson.Merge(current, body, OwnedByTheEmulator)));
        SetRoles(editor, changed, roles);
        return View(directory, password is null ? changed : editor.SetPassword(changed, password), password);
    }

    private static IResult Delete(string tenant, string user, EntraDirectory directory, DirectoryEditor editor)
    {
        editor.DeleteUser(ControlEndpoints.User(directory, tenant, user));
        return Results.NoContent();
    }

    private static IResult Revoke(string tenant, string user, EntraDirectory directory, DirectoryEditor editor, TimeProvider clock)
    {
        var current = ControlEndpoints.User(directory, tenant, user);
        _ = ControlEndpoints.Value(editor.SaveUser(current with { SignInSessionsValidFromDateTime = clock.GetUtcNow() }));
        return Results.NoContent();
    }

    /// <summary>A browser session without pages: the answer names the cookie that carries it.</summary>
    private static async Task<IResult> SignInAsync(HttpContext http, EntraDirectory directory, Browser browser, CancellationToken ct)
    {
        var body = ControlJson.Read<NewSession>(await ControlJson.ObjectAsync(http.Request, ct));
        if (directory.Users.Find(body.UserId) is not { } user)
            throw new ControlException($"There is no user '{body.UserId}'.", 404);
        var (name, value) = browser.SignInWithoutPages(http, user.Id);
        return ControlEndpoints.Created(new JsonObject { ["cookieName"] = name, ["cookieValue"] = value });
    }

    private sealed record NewSession(Guid UserId);
}

using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Portal.Registrations;

/// <summary>Expose an API: the Application ID URI and the scopes that other applications ask for.</summary>
internal static class ExposeApiEndpoints
{
    private const string Page = "expose-an-api";
    private const int MostUriCharacters = 255;

    public static void Map(RouteGroupBuilder registration)
    {
        var page = registration.MapGroup("/expose-an-api");
        page.MapGet("", (PortalCall call) => ShowAsync(call, null));
        page.MapPost("/uri", SaveUriAsync);
        page.MapPost("/scopes", AddScopeAsync);
        page.MapPost("/scopes/toggle", ToggleScopeAsync);
        page.MapPost("/scopes/remove", RemoveScopeAsync);
    }

    private static Task<IResult> ShowAsync(PortalCall call, FieldProblem? problem) =>
        call.ShowAsync<ExposeApiPage>(new { View = call.View(Page, problem) });

    private static Task<IResult> SaveUriAsync(PortalCall call)
    {
        var typed = call.Given("uri");
        if (typed is not null)
        {
            if (!Uri.TryCreate(typed, UriKind.Absolute, out var uri) || typed.EndsWith('/') || typed.Length > MostUriCharacters)
                return ShowAsync(call, PortalCall.Refusal("uri", "ExposeApi.BadUri", typed));
            if (uri.Fragment.Length > 0)
                return ShowAsync(call, PortalCall.Refusal("uri", "RedirectUri.Fragment", typed));
            if (call.Directory.ApplicationsByIdentifier.First(typed) is { } owner && owner.Id != call.Application.Id)
                return ShowAsync(call, PortalCall.Refusal("uri", "ExposeApi.UriTaken", typed));
        }
        return call.ChangeAsync(known => known with { IdentifierUris = typed is null ? [] : [typed] }, "uri", Page, ShowAsync);
    }

    private static Task<IResult> AddScopeAsync(PortalCall call)
    {
        var value = call.Text("value");
        if (!IsName(value))
            return ShowAsync(call, PortalCall.Refusal("value", "ExposeApi.BadScope"));
        if (call.Application.Api.Oauth2PermissionScopes.Any(known => known.Value == value))
            return ShowAsync(call, PortalCall.Refusal("value", "ExposeApi.ScopeTaken", value));
        if (call.Given("admin-name") is not { } adminName)
            return ShowAsync(call, PortalCall.Refusal("admin-name", "ExposeApi.NameMissing"));
        var scope = new PermissionScope(call.NewId(), value)
        {
            Type = call.Text("who") == PermissionScope.ForAdmins ? PermissionScope.ForAdmins : PermissionScope.ForUsers,
            AdminConsentDisplayName = adminName,
            AdminConsentDescription = call.Given("admin-description") ?? adminName,
            UserConsentDisplayName = call.Given("user-name"),
            UserConsentDescription = call.Given("user-description"),
        };
        return call.ChangeAsync(
            known =>
                known with
                {
                    // As the real page does, a scope without an address gets the default one.
                    IdentifierUris = known.IdentifierUris.Count > 0 ? known.IdentifierUris : [$"api://{known.AppId}"],
                    Api = known.Api with { Oauth2PermissionScopes = [.. known.Api.Oauth2PermissionScopes, scope] },
                },
            "value",
            Page,
            ShowAsync
        );
    }

    private static Task<IResult> ToggleScopeAsync(PortalCall call)
    {
        var id = call.Text("scope");
        return ChangeScopesAsync(
            call,
            scopes => [.. scopes.Select(scope => scope.Id.ToString() == id ? scope with { IsEnabled = !scope.IsEnabled } : scope)]
        );
    }

    /// <summary>A scope is switched off before it goes, so that nobody loses it by one click.</summary>
    private static Task<IResult> RemoveScopeAsync(PortalCall call)
    {
        var id = call.Text("scope");
        return call.Application.Api.Oauth2PermissionScopes.Any(scope => scope.Id.ToString() == id && scope.IsEnabled)
            ? ShowAsync(call, PortalCall.Refusal("", "ExposeApi.DisableFirst"))
            : ChangeScopesAsync(call, scopes => [.. scopes.Where(scope => scope.Id.ToString() != id)]);
    }

    private static Task<IResult> ChangeScopesAsync(
        PortalCall call,
        Func<IReadOnlyList<PermissionScope>, IReadOnlyList<PermissionScope>> change
    ) =>
        call.ChangeAsync(
            known => known with { Api = known.Api with { Oauth2PermissionScopes = change(known.Api.Oauth2PermissionScopes) } },
            "",
            Page,
            ShowAsync
        );

    /// <summary>A value of <c>scp</c> or <c>roles</c>: no spaces, at most 120 characters.</summary>
    public static bool IsName(string value) =>
        value.Length is > 0 and <= 120 && value.All(letter => letter is > ' ' and < (char)127 and not ('"' or '\\' or '<' or '>'));
}

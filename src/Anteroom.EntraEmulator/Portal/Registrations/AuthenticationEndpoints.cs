using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Portal.Registrations;

/// <summary>Authentication: platforms with their redirect URIs, the token boxes, public client flows and account types.</summary>
internal static class AuthenticationEndpoints
{
    private const string Page = "authentication";

    public static void Map(RouteGroupBuilder registration)
    {
        var page = registration.MapGroup("/authentication");
        page.MapGet("", (PortalCall call) => ShowAsync(call, null));
        page.MapPost("", SaveAsync);
        page.MapPost("/add-uri", AddUriAsync);
        page.MapPost("/remove-uri", RemoveUriAsync);
    }

    private static Task<IResult> ShowAsync(PortalCall call, FieldProblem? problem) =>
        call.ShowAsync<AuthenticationPage>(new { View = call.View(Page, problem) });

    private static Task<IResult> SaveAsync(PortalCall call) =>
        call.ChangeAsync(
            known =>
                known with
                {
                    SignInAudience = call.Given("audience") ?? known.SignInAudience,
                    IsFallbackPublicClient = call.Text("public") == "yes",
                    Web = known.Web with
                    {
                        LogoutUrl = call.Given("logout"),
                        ImplicitGrantSettings = new ImplicitGrantSettings
                        {
                            EnableAccessTokenIssuance = call.IsOn("access"),
                            EnableIdTokenIssuance = call.IsOn("id"),
                        },
                    },
                },
            "logout",
            Page,
            ShowAsync
        );

    private static Task<IResult> AddUriAsync(PortalCall call)
    {
        if (!Enum.TryParse<Platform>(call.Text("platform"), out var platform))
            return ShowAsync(call, PortalCall.Refusal("platform", "Registration.PlatformMissing"));
        var uri = call.Text("uri");
        return call.ChangeAsync(known => known.WithUris(platform, uris => [.. uris.Append(uri).Distinct()]), "uri", Page, ShowAsync);
    }

    private static Task<IResult> RemoveUriAsync(PortalCall call)
    {
        if (!Enum.TryParse<Platform>(call.Text("platform"), out var platform))
            return call.NotFoundAsync();
        var uri = call.Text("uri");
        return call.ChangeAsync(known => known.WithUris(platform, uris => [.. uris.Where(other => other != uri)]), "uri", Page, ShowAsync);
    }
}

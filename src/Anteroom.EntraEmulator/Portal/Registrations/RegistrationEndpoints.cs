using Anteroom.EntraEmulator.Hosting;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Resources;

namespace Anteroom.EntraEmulator.Portal.Registrations;

/// <summary>App registrations: the list, "Register an application", Overview, Branding, and the recycle bin.</summary>
internal static class RegistrationEndpoints
{
    public static void Map(RouteGroupBuilder tenant)
    {
        var list = tenant.MapGroup("/app-registrations");
        list.MapGet("", ListAsync);
        list.MapGet("/new", (PortalCall call) => NewAsync(call, null));
        list.MapPost("/new", RegisterAsync);
        list.MapGet("/deleted", (PortalCall call) => DeletedAsync(call, null));
        list.MapPost("/deleted/{id:guid}/restore", Restore);
        list.MapPost("/deleted/{id:guid}/purge", Purge);

        var one = list.MapGroup("/{appId:guid}").Requires(call => call.FindRegistration());
        one.MapGet("", OverviewAsync);
        one.MapPost("/delete", DeleteAsync);
        one.MapGet("/branding", (PortalCall call) => BrandingAsync(call, null));
        one.MapPost("/branding", SaveBrandingAsync);
        AuthenticationEndpoints.Map(one);
        SecretEndpoints.Map(one);
        CertificateEndpoints.Map(one);
        TokenConfigurationEndpoints.Map(one);
        PermissionEndpoints.Map(one);
        ExposeApiEndpoints.Map(one);
        AppRoleEndpoints.Map(one);
        ManifestEndpoints.Map(one);
    }

    /// <summary>Changes the registration of the path and shows its page anew, or the same page with the reason beside the field.</summary>
    public static Task<IResult> ChangeAsync(
        this PortalCall call,
        Func<Application, Application> change,
        string field,
        string page,
        Func<PortalCall, FieldProblem?, Task<IResult>> show
    ) =>
        call.Editor.Change(call.Application.Id, change).TryGet(out var changed, out var problem)
            ? call.SeeAsync($"app-registrations/{changed.AppId}/{page}")
            : show(call, PortalCall.Refusal(field, problem));

    private static Task<IResult> ListAsync(PortalCall call) =>
        call.ShowAsync<RegistrationsPage>(
            new
            {
                View = call.View("app-registrations"),
                List = ListPages.Read(
                    call,
                    call.Directory.ApplicationsInOrder,
                    call.Directory.ApplicationsByWord,
                    _ => null // ids are among its words
                ),
                call.Now,
                Wanted = call.Query("q"),
            }
        );

    private static Task<IResult> NewAsync(PortalCall call, FieldProblem? problem) =>
        call.ShowAsync<NewRegistrationPage>(new { View = call.View("app-registrations", problem) });

    /// <summary>Like the real form, it asks for <c>User.Read</c> of Microsoft Graph from the start.</summary>
    private static Task<IResult> RegisterAsync(PortalCall call)
    {
        var application = new Application(call.NewId(), call.NewId(), call.Tenant.Id, call.Text("name"))
        {
            SignInAudience = call.Text("audience"),
            RequiredResourceAccess = [new(MicrosoftGraph.AppId, [new(MicrosoftGraph.FindScope("User.Read")!.Id, ResourceAccess.Scope)])],
            CreatedDateTime = call.Now,
        };
        if (call.Given("uri") is { } uri)
        {
            if (!Enum.TryParse<Platform>(call.Text("platform"), out var platform))
                return NewAsync(call, PortalCall.Refusal("platform", "Registration.PlatformMissing"));
            application = application.WithUris(platform, _ => [uri]);
        }
        if (call.Editor.Register(application, grantAdminConsent: false).TryGet(out var made, out var problem))
            return Task.FromResult(PortalPages.See($"/portal/{call.Tenant.Id}/app-registrations/{made.AppId}"));
        return NewAsync(
            call,
            PortalCall.Refusal(
                problem.Key switch
                {
                    "Edit.Name" => "name",
                    "Edit.Audience" => $"audience-{Application.SingleTenant}",
                    _ => "uri",
                },
                problem
            )
        );
    }

    private static Task<IResult> OverviewAsync(PortalCall call)
    {
        var (authority, tenant) = (Authority.Of(call.Http), call.Tenant.Id);
        (string, string)[] endpoints =
        [
            ("Endpoint.Authorize", $"{authority.Url}/{tenant}/oauth2/v2.0/authorize"),
            ("Endpoint.Token", $"{authority.Url}/{tenant}/oauth2/v2.0/token"),
            ("Endpoint.Authorize1", $"{authority.Url}/{tenant}/oauth2/authorize"),
            ("Endpoint.Token1", $"{authority.Url}/{tenant}/oauth2/token"),
            ("Endpoint.Metadata", $"{authority.Url}/{tenant}/v2.0/.well-known/openid-configuration"),
            ("Endpoint.Graph", $"{authority.Url}/graph"),
        ];
        return call.ShowAsync<OverviewPage>(
            new
            {
                View = call.View("overview"),
                Principal = call.FindPrincipal(),
                Endpoints = endpoints,
            }
        );
    }

    private static Task<IResult> BrandingAsync(PortalCall call, FieldProblem? problem) =>
        call.ShowAsync<BrandingPage>(new { View = call.View("branding", problem) });

    private static Task<IResult> SaveBrandingAsync(PortalCall call)
    {
        if (call.Given("homepage") is { } homepage && !Uri.TryCreate(homepage, UriKind.Absolute, out _))
            return BrandingAsync(call, PortalCall.Refusal("homepage", "RedirectUri.NotAbsolute", homepage));
        return call.ChangeAsync(
            known =>
                known with
                {
                    DisplayName = call.Text("name"),
                    Notes = call.Given("notes"),
                    VerifiedPublisher = call.Given("publisher"),
                    Web = known.Web with { HomePageUrl = call.Given("homepage") },
                },
            "name",
            "branding",
            BrandingAsync
        );
    }

    private static Task<IResult> DeleteAsync(PortalCall call)
    {
        call.Editor.Delete(call.Application);
        return call.SeeAsync("app-registrations");
    }

    private static Task<IResult> DeletedAsync(PortalCall call, FieldProblem? problem) =>
        call.ShowAsync<DeletedRegistrationsPage>(
            new
            {
                View = call.View("app-registrations", problem) with
                {
                    Subject = Texts.Get("Registration.Deleted"),
                },
                Applications = call.Get<RecycleBin>().Applications(call.Tenant.Id).OrderBy(known => known.DeletedDateTime).ToList(),
            }
        );

    private static Task<IResult> Restore(PortalCall call)
    {
        if (FindDeleted(call) is not { } deleted)
            return call.NotFoundAsync();
        var restored = call.Get<RecycleBin>().Restore(deleted);
        return Task.FromResult(PortalPages.See($"/portal/{call.Tenant.Id}/app-registrations/{restored.AppId}?saved=1"));
    }

    private static Task<IResult> Purge(PortalCall call)
    {
        if (FindDeleted(call) is not { } deleted)
            return call.NotFoundAsync();
        call.Get<RecycleBin>().Purge(deleted.Id);
        return call.SeeAsync("app-registrations/deleted");
    }

    private static Application? FindDeleted(PortalCall call) =>
        call.Get<RecycleBin>().FindApplication(call.Id("id")) is { } deleted && deleted.TenantId == call.Tenant.Id ? deleted : null;
}

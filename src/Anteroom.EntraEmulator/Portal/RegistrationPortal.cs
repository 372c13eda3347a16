using System.Globalization;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Resources;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Portal;

/// <summary>App registrations: list, new, overview, authentication, secrets, token configuration, API permissions.</summary>
internal static class RegistrationPortal
{
    /// <summary>What the picker of optional claims offers.</summary>
    private static readonly string[] Claims =
    [
        "acct",
        "auth_time",
        "ctry",
        "email",
        "family_name",
        "given_name",
        "login_hint",
        "sid",
        "tenant_ctry",
        "tenant_region_scope",
        "upn",
        "verified_primary_email",
        "xms_edov",
        "xms_pl",
        "xms_tpl",
    ];

    public static void Map(IEndpointRouteBuilder portal)
    {
        portal.MapGet("/{tenant:guid}/app-registrations", ListAsync);
        portal.MapGet("/{tenant:guid}/app-registrations/new", (Slice slice) => slice.NewAsync(null, "", ""));
        portal.MapPost("/{tenant:guid}/app-registrations/new", RegisterAsync);
        portal.MapGet("/{tenant:guid}/app-registrations/{appId:guid}", (Slice slice) => slice.ShowAsync<OverviewPage>("overview"));
        portal.MapPost("/{tenant:guid}/app-registrations/{appId:guid}/delete", DeleteAsync);
        portal.MapGet(
            "/{tenant:guid}/app-registrations/{appId:guid}/authentication",
            (Slice slice) => slice.ShowAsync<AuthenticationPage>("authentication")
        );
        portal.MapPost("/{tenant:guid}/app-registrations/{appId:guid}/authentication", SaveAuthenticationAsync);
        portal.MapPost("/{tenant:guid}/app-registrations/{appId:guid}/authentication/add-uri", AddUriAsync);
        portal.MapPost("/{tenant:guid}/app-registrations/{appId:guid}/authentication/remove-uri", RemoveUriAsync);
        portal.MapGet("/{tenant:guid}/app-registrations/{appId:guid}/secrets", (Slice slice) => slice.SecretsAsync(null));
        portal.MapPost("/{tenant:guid}/app-registrations/{appId:guid}/secrets", AddSecretAsync);
        portal.MapPost("/{tenant:guid}/app-registrations/{appId:guid}/secrets/remove", RemoveSecretAsync);
        portal.MapGet(
            "/{tenant:guid}/app-registrations/{appId:guid}/token-configuration",
            (Slice slice) => slice.TokenConfigurationAsync()
        );
        portal.MapPost("/{tenant:guid}/app-registrations/{appId:guid}/token-configuration", SaveTokenConfigurationAsync);
        portal.MapGet("/{tenant:guid}/app-registrations/{appId:guid}/api-permissions", (Slice slice) => slice.PermissionsAsync());
        portal.MapPost("/{tenant:guid}/app-registrations/{appId:guid}/api-permissions/grant", GrantAsync);
    }

    private static async Task<IResult> ListAsync(
        HttpContext http,
        Guid tenant,
        EntraDirectory directory,
        PortalPages pages,
        TimeProvider clock
    ) =>
        directory.Tenants.Find(tenant) is not { } home
            ? await pages.NotFoundAsync(http)
            : await pages.RenderAsync<RegistrationsPage>(
                http,
                new
                {
                    View = pages.View(http, "registrations", home),
                    Applications = directory
                        .ApplicationsByTenant.Find(tenant.ToString())
                        .OrderBy(application => application.DisplayName)
                        .ToList(),
                    Now = clock.GetUtcNow(),
                }
            );

    private static async Task<IResult> RegisterAsync(Slice slice, CancellationToken ct)
    {
        if (slice.Tenant is not { } tenant)
            return await slice.NotFoundAsync();
        var form = await slice.Http.Request.ReadFormAsync(ct);
        var (name, uri) = (form["name"].ToString().Trim(), form["uri"].ToString().Trim());
        var application = new Application(Identifiers.NewUuid(slice.Clock), Identifiers.NewUuid(slice.Clock), tenant.Id, name)
        {
            SignInAudience = form["audience"].ToString(),
            CreatedDateTime = slice.Clock.GetUtcNow(),
        };
        if (uri.Length > 0 && Enum.TryParse<Platform>(form["platform"], out var platform))
            application = WithUris(application, platform, uris => [.. uris, uri]);
        return slice.Editor.Register(application, grantAdminConsent: false).TryGet(out var made, out var problem)
            ? PortalPages.See($"/portal/{tenant.Id}/app-registrations/{made.AppId}")
            : await slice.NewAsync(Texts.Get(problem.Key, problem.Value), name, uri);
    }

    private static async Task<IResult> DeleteAsync(Slice slice)
    {
        if (slice.Application is not { } application)
            return await slice.NotFoundAsync();
        slice.Editor.Delete(application);
        return PortalPages.See($"/portal/{application.TenantId}/app-registrations");
    }

    private static async Task<IResult> SaveAuthenticationAsync(Slice slice, CancellationToken ct)
    {
        var form = await slice.Http.Request.ReadFormAsync(ct);
        var logout = form["logout"].ToString().Trim();
        return await slice.ChangeAsync<AuthenticationPage>(
            "authentication",
            application =>
                application with
                {
                    Web = application.Web with
                    {
                        LogoutUrl = logout.Length == 0 ? null : logout,
                        ImplicitGrantSettings = new ImplicitGrantSettings
                        {
                            EnableAccessTokenIssuance = form["access"] == "on",
                            EnableIdTokenIssuance = form["id"] == "on",
                        },
                    },
                }
        );
    }

    private static async Task<IResult> AddUriAsync(Slice slice, CancellationToken ct)
    {
        var form = await slice.Http.Request.ReadFormAsync(ct);
        var uri = form["uri"].ToString().Trim();
        return Enum.TryParse<Platform>(form["platform"], out var platform)
            ? await slice.ChangeAsync<AuthenticationPage>(
                "authentication",
                known => WithUris(known, platform, uris => [.. uris.Append(uri).Distinct()])
            )
            : await slice.NotFoundAsync();
    }

    private static async Task<IResult> RemoveUriAsync(Slice slice, CancellationToken ct)
    {
        var form = await slice.Http.Request.ReadFormAsync(ct);
        var uri = form["uri"].ToString();
        return Enum.TryParse<Platform>(form["platform"], out var platform)
            ? await slice.ChangeAsync<AuthenticationPage>(
                "authentication",
                known => WithUris(known, platform, uris => [.. uris.Where(other => other != uri)])
            )
            : await slice.NotFoundAsync();
    }

    private static async Task<IResult> AddSecretAsync(Slice slice, CancellationToken ct)
    {
        if (slice.Application is not { } application)
            return await slice.NotFoundAsync();
        var form = await slice.Http.Request.ReadFormAsync(ct);
        var months = int.TryParse(form["months"], NumberStyles.None, CultureInfo.InvariantCulture, out var given)
            ? Math.Clamp(given, 1, 24)
            : 6;
        var description = form["description"].ToString().Trim();
        var secret = slice.Editor.AddSecret(
            application,
            description.Length > 0 ? description : Texts.Get("Secrets.New"),
            null,
            slice.Clock.GetUtcNow().AddMonths(months)
        );
        return await slice.SecretsAsync(secret);
    }

    private static async Task<IResult> RemoveSecretAsync(Slice slice, CancellationToken ct)
    {
        var form = await slice.Http.Request.ReadFormAsync(ct);
        var keyId = form["keyId"].ToString();
        return await slice.ChangeAsync<SecretsPage>(
            "secrets",
            known =>
                known with
                {
                    PasswordCredentials = [.. known.PasswordCredentials.Where(credential => credential.KeyId.ToString() != keyId)],
                }
        );
    }

    private static async Task<IResult> SaveTokenConfigurationAsync(Slice slice, CancellationToken ct)
    {
        var form = await slice.Http.Request.ReadFormAsync(ct);
        var chosen = form["claim"].OfType<string>().Where(Claims.Contains).ToList();
        var groups = form["groups"].ToString();
        return await slice.ChangeAsync<TokenConfigurationPage>(
            "token-configuration",
            application =>
                application with
                {
                    // Claims that the picker does not offer (extensions) and modifiers stay as they are.
                    OptionalClaims = application.OptionalClaims with
                    {
                        IdToken =
                        [
                            .. application.OptionalClaims.IdToken.Where(claim =>
                                !Claims.Contains(claim.Name) || chosen.Contains(claim.Name)
                            ),
                            .. chosen
                                .Where(name => application.OptionalClaims.IdToken.All(claim => claim.Name != name))
                                .Select(name => new OptionalClaim(name)),
                        ],
                    },
                    GroupMembershipClaims = groups is "SecurityGroup" or "DirectoryRole" or "ApplicationGroup" or "All" ? groups : null,
                }
        );
    }

    private static async Task<IResult> GrantAsync(Slice slice)
    {
        if (slice.Application is not { } application || slice.Tenant is not { } tenant)
            return await slice.NotFoundAsync();
        slice.Editor.GrantAdminConsent(tenant, application);
        return PortalPages.See($"/portal/{tenant.Id}/app-registrations/{application.AppId}/api-permissions?saved=1");
    }

    private static Application WithUris(Application application, Platform platform, Func<IReadOnlyList<string>, List<string>> change) =>
        platform switch
        {
            Platform.Web => application with { Web = application.Web with { RedirectUris = change(application.Web.RedirectUris) } },
            Platform.Spa => application with { Spa = new RedirectUriList { RedirectUris = change(application.Spa.RedirectUris) } },
            _ => application with { PublicClient = new RedirectUriList { RedirectUris = change(application.PublicClient.RedirectUris) } },
        };

    /// <summary>One request to a registration's page: the tenant and application of its path, and what its handlers need.</summary>
    internal sealed class Slice(
        HttpContext http,
        Tenant? tenant,
        Application? application,
        EntraDirectory directory,
        DirectoryEditor editor,
        PortalPages pages,
        TimeProvider clock
    )
    {
        public HttpContext Http => http;
        public Tenant? Tenant => tenant;
        public Application? Application => application;
        public DirectoryEditor Editor => editor;
        public TimeProvider Clock => clock;

        public static ValueTask<Slice> BindAsync(HttpContext http)
        {
            var services = http.RequestServices;
            var directory = services.GetRequiredService<EntraDirectory>();
            var tenant = Guid.TryParse((string?)http.GetRouteValue("tenant"), out var tenantId) ? directory.Tenants.Find(tenantId) : null;
            var application = Guid.TryParse((string?)http.GetRouteValue("appId"), out var appId) ? directory.FindApplication(appId) : null;
            return ValueTask.FromResult(
                new Slice(
                    http,
                    tenant,
                    application?.TenantId == tenant?.Id ? application : null,
                    directory,
                    services.GetRequiredService<DirectoryEditor>(),
                    services.GetRequiredService<PortalPages>(),
                    services.GetRequiredService<TimeProvider>()
                )
            );
        }

        public Task<IResult> NotFoundAsync() => pages.NotFoundAsync(http);

        public Task<IResult> NewAsync(string? problem, string name, string uri) =>
            tenant is null
                ? NotFoundAsync()
                : pages.RenderAsync<NewRegistrationPage>(
                    http,
                    new
                    {
                        View = pages.View(http, "registrations", tenant) with
                        {
                            Problem = problem,
                        },
                        Name = name,
                        Uri = uri,
                    }
                );

        public Task<IResult> ShowAsync<TPage>(string section, string? problem = null)
            where TPage : Microsoft.AspNetCore.Components.IComponent =>
            application is null
                ? NotFoundAsync()
                : pages.RenderAsync<TPage>(http, new { View = pages.View(http, section, tenant, application) with { Problem = problem } });

        public Task<IResult> SecretsAsync(NewSecret? secret) =>
            application is null
                ? NotFoundAsync()
                : pages.RenderAsync<SecretsPage>(
                    http,
                    new
                    {
                        View = pages.View(http, "secrets", tenant, directory.FindApplication(application.AppId)),
                        Now = clock.GetUtcNow(),
                        NewId = secret?.Credential.KeyId,
                        NewValue = secret?.SecretText,
                    }
                );

        public Task<IResult> TokenConfigurationAsync() =>
            application is null
                ? NotFoundAsync()
                : pages.RenderAsync<TokenConfigurationPage>(
                    http,
                    new { View = pages.View(http, "token-configuration", tenant, application), Claims }
                );

        public Task<IResult> PermissionsAsync() =>
            application is null
                ? NotFoundAsync()
                : pages.RenderAsync<ApiPermissionsPage>(
                    http,
                    new
                    {
                        View = pages.View(http, "api-permissions", tenant, application),
                        Granted = directory.FindServicePrincipal(application.TenantId, application.AppId) is { } principal
                            && directory.GrantsOf.Find(principal.Id.ToString()).Any(grant => grant.PrincipalId is null),
                    }
                );

        /// <summary>Changes the application and shows its page again, with the reason when the change was refused.</summary>
        public async Task<IResult> ChangeAsync<TPage>(string section, Func<Application, Application> change)
            where TPage : Microsoft.AspNetCore.Components.IComponent
        {
            if (application is null)
                return await NotFoundAsync();
            return editor.Change(application.Id, change).TryGet(out _, out var problem)
                ? PortalPages.See($"/portal/{application.TenantId}/app-registrations/{application.AppId}/{section}?saved=1")
                : await ShowAsync<TPage>(section, Texts.Get(problem.Key, problem.Value));
        }
    }
}

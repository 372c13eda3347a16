using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Resources;
using Anteroom.Protocols.Primitives;
using Microsoft.AspNetCore.Components;

namespace Anteroom.EntraEmulator.Portal;

/// <summary>One request to the portal: the objects that its path names, what was typed, and how to answer.</summary>
/// <remarks>Objects are looked up whenever somebody asks, so that a page after a change shows what is there now.</remarks>
internal sealed class PortalCall(HttpContext http)
{
    public HttpContext Http => http;

    public EntraDirectory Directory { get; } = http.RequestServices.GetRequiredService<EntraDirectory>();

    public DirectoryEditor Editor => Get<DirectoryEditor>();

    public EnterpriseEditor Enterprise => Get<EnterpriseEditor>();

    public TenantEditor Tenants => Get<TenantEditor>();

    public AccessEditor Access => Get<AccessEditor>();

    public DateTimeOffset Now => Get<TimeProvider>().GetUtcNow();

    public Tenant Tenant => FindTenant() ?? throw Missing("tenant");

    /// <summary>The registration, or behind an enterprise application the one that it came from.</summary>
    public Application Application => FindRegistration() ?? FindEnterprise() ?? throw Missing("application");

    public ServicePrincipal Principal => FindPrincipal() ?? throw Missing("service principal");

    public User User => FindUser() ?? throw Missing("user");

    public Group Group => FindGroup() ?? throw Missing("group");

    public static ValueTask<PortalCall> BindAsync(HttpContext context) => ValueTask.FromResult(new PortalCall(context));

    public T Get<T>()
        where T : notnull => http.RequestServices.GetRequiredService<T>();

    public Guid NewId() => Identifiers.NewUuid(Get<TimeProvider>());

    public Tenant? FindTenant() => Directory.Tenants.Find(Id("tenant"));

    public Application? FindRegistration() =>
        Directory.FindApplication(Id("appId")) is { } application && application.TenantId == Id("tenant") ? application : null;

    public ServicePrincipal? FindPrincipal() => Directory.FindServicePrincipal(Id("tenant"), Id("appId"));

    public Application? FindEnterprise() => FindPrincipal() is { } principal ? Directory.ApplicationOf(principal) : null;

    public User? FindUser() => Directory.Users.Find(Id("user")) is { } user && user.TenantId == Id("tenant") ? user : null;

    public Group? FindGroup() => Directory.Groups.Find(Id("group")) is { } group && group.TenantId == Id("tenant") ? group : null;

    public Guid Id(string routeValue) => Guid.TryParse((string?)http.GetRouteValue(routeValue), out var id) ? id : Guid.Empty;

    /// <summary>What was typed, without spaces around it.</summary>
    public string Text(string field) => http.Request.Form[field].ToString().Trim();

    /// <summary>The id in a form's field; the empty one, which nothing has, where there is none.</summary>
    public Guid IdIn(string field) => Guid.TryParse(Text(field), out var id) ? id : Guid.Empty;

    /// <summary>What was typed; null for nothing.</summary>
    public string? Given(string field) => Text(field) is { Length: > 0 } text ? text : null;

    public bool IsOn(string field) => http.Request.Form[field] == "on";

    public IReadOnlyList<string> Chosen(string field) => [.. http.Request.Form[field].OfType<string>().Where(value => value.Length > 0)];

    public string Query(string name) => http.Request.Query[name].ToString().Trim();

    public PortalView View(string section, FieldProblem? problem = null) =>
        new(section, Get<PortalPages>().FormToken(http), http.Request.Query.ContainsKey("saved"))
        {
            Tenant = FindTenant(),
            Application = section.StartsWith("enterprise", StringComparison.Ordinal) ? FindEnterprise() : FindRegistration(),
            Problem = problem,
            Typed = problem is null ? null : http.Request.Form,
            PostedTo = problem is null ? null : http.Request.Path.Value,
        };

    public Task<IResult> ShowAsync<TPage>(object parameters)
        where TPage : IComponent => Get<PortalPages>().RenderAsync<TPage>(http, parameters);

    public Task<IResult> NotFoundAsync() =>
        Get<PortalPages>()
            .RenderAsync<MessagePage>(
                http,
                new
                {
                    View = View("errors"),
                    Title = Texts.Get("Portal.NotFound"),
                    Text = Texts.Get("Portal.NotFoundText"),
                },
                StatusCodes.Status404NotFound
            );

    /// <summary>After a change: see a page of the tenant anew, so that a reload repeats nothing.</summary>
    public Task<IResult> SeeAsync(string path) => Task.FromResult(PortalPages.See($"/portal/{Id("tenant")}/{path}?saved=1"));

    /// <summary>A refused change as a sentence beside a field.</summary>
    public static FieldProblem Refusal(string field, EditProblem problem) => new(field, Texts.Get(problem.Key, problem.Value));

    public static FieldProblem Refusal(string field, string key, params object?[] arguments) => new(field, Texts.Get(key, arguments));

    private static InvalidOperationException Missing(string what) =>
        new($"The path names no {what}; its group of endpoints must check that.");
}

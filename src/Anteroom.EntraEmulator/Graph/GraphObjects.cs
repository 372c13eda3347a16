using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Graph;

/// <summary>Finds objects of the caller's tenant by what stands in a path; what is not there, or not yet replicated, is 404.</summary>
internal sealed class GraphObjects(EntraDirectory directory, Replication replication)
{
    /// <summary>By object id or user principal name.</summary>
    public User User(GraphRequest request, string key = "id")
    {
        var text = request[key];
        var found = Guid.TryParse(text, out var id) ? directory.Users.Find(id) : directory.UsersByName.First(text);
        return Check(request, found, found?.TenantId, found?.Id, text);
    }

    public Group Group(GraphRequest request, string key = "id")
    {
        var found = Guid.TryParse(request[key], out var id) ? directory.Groups.Find(id) : null;
        return Check(request, found, found?.TenantId, found?.Id, request[key]);
    }

    /// <summary>By object id, or <c>appId='…'</c>.</summary>
    public Application Application(GraphRequest request, string key = "id")
    {
        var text = request[key];
        var found =
            AlternateKey(text) is { } appId ? directory.FindApplication(appId)
            : Guid.TryParse(text, out var id) ? directory.Applications.Find(id)
            : null;
        return Check(request, found, found?.TenantId, found?.Id, text);
    }

    public ServicePrincipal ServicePrincipal(GraphRequest request, string key = "id")
    {
        var text = request[key];
        var found =
            AlternateKey(text) is { } appId ? directory.FindServicePrincipal(request.Tenant.Id, appId)
            : Guid.TryParse(text, out var id) ? directory.ServicePrincipals.Find(id)
            : null;
        return Check(request, found, found?.TenantId, found?.Id, text);
    }

    /// <summary>By object id, or <c>roleTemplateId='…'</c>.</summary>
    public DirectoryRole Role(GraphRequest request, string key = "id")
    {
        var text = request[key];
        var roles = directory.DirectoryRolesByTenant.Find(request.TenantKey);
        var found = AlternateKey(text) is { } template
            ? roles.FirstOrDefault(role => role.RoleTemplateId == template)
            : roles.FirstOrDefault(role =>
                role.Id.ToString().Equals(text, StringComparison.OrdinalIgnoreCase)
                || role.RoleTemplateId.ToString().Equals(text, StringComparison.OrdinalIgnoreCase)
            );
        return found ?? throw new GraphRefusal(GraphError.NotFound(text));
    }

    /// <summary>Any directory object of the tenant, or null.</summary>
    public object? Find(GraphRequest request, Guid id)
    {
        if (!replication.IsVisible(id))
            return null;
        object? found =
            (object?)directory.Users.Find(id)
            ?? (object?)directory.Groups.Find(id)
            ?? (object?)directory.ServicePrincipals.Find(id)
            ?? (object?)directory.Devices.Find(id)
            ?? (object?)directory.Applications.Find(id)
            ?? directory.DirectoryRoles.Find(id);
        return found is not null && TenantOf(found) == request.Tenant.Id ? found : null;
    }

    /// <summary>The object that a <c>@odata.id</c> or a bound list names.</summary>
    public object Referenced(GraphRequest request, string? address)
    {
        var text = address?.TrimEnd('/') ?? "";
        var key = text[(text.LastIndexOf('/') + 1)..];
        if (!Guid.TryParse(key, out var id))
            throw new GraphRefusal(GraphError.BadRequest("Invalid object identifier specified for the reference."));
        return Find(request, id) ?? throw new GraphRefusal(GraphError.NotFound(key));
    }

    public static Guid IdOf(object row) =>
        row switch
        {
            User user => user.Id,
            Group group => group.Id,
            Device device => device.Id,
            Objects.ServicePrincipal principal => principal.Id,
            Objects.Application application => application.Id,
            DirectoryRole role => role.Id,
            _ => throw new InvalidOperationException($"{row.GetType().Name} has no object id."),
        };

    private static Guid TenantOf(object row) =>
        row switch
        {
            User user => user.TenantId,
            Group group => group.TenantId,
            Device device => device.TenantId,
            Objects.ServicePrincipal principal => principal.TenantId,
            Objects.Application application => application.TenantId,
            DirectoryRole role => role.TenantId,
            _ => Guid.Empty,
        };

    private static Guid? AlternateKey(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && Guid.TryParse(text.AsSpan(equals + 1), out var id) ? id : null;
    }

    private T Check<T>(GraphRequest request, T? found, Guid? tenantId, Guid? id, string text)
        where T : class =>
        found is not null && tenantId == request.Tenant.Id && replication.IsVisible(id!.Value)
            ? found
            : throw new GraphRefusal(GraphError.NotFound(text));
}

namespace Anteroom.Server.Platform.Web;

/// <summary>The organization whose own host the request was sent to; a feature of the request, absent on the base host.</summary>
public sealed record OrganizationHost(OrganizationId Organization, string Slug)
{
    public static OrganizationHost? Of(HttpContext http) => http.Features.Get<OrganizationHost>();
}

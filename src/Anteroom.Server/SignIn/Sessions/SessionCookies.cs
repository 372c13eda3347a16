using Anteroom.Protocols.Primitives;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Web;

namespace Anteroom.Server.SignIn.Sessions;

/// <summary>The browser's sessions: one cookie for each organization, at most eight (SEC-001, SEC-031).</summary>
public sealed class SessionCookies(CookieNames names)
{
    public const string HandlePrefix = "ss";
    private const string Name = "session-";
    public const int MaxAlive = 8;

    // More than we ever set: cookies are the browser's, and a loop over them has an end (SEC-365).
    private const int MostRead = 2 * MaxAlive;

    /// <summary>All well-formed session handles of this browser; what they are worth is for the database to say.</summary>
    public IReadOnlyList<Handle> Read(HttpContext http)
    {
        List<Handle> handles = [];
        foreach (var cookie in http.Request.Cookies)
            if (
                names.TryStrip(cookie.Key, Name, out var rest)
                && Handle.TryParse(HandlePrefix, cookie.Value, out var handle)
                && Identifiers.ToBase32(handle.Organization.Value) == rest
                && handles.Count < MostRead
            )
                handles.Add(handle);
        return handles;
    }

    /// <param name="givingUp">Whose cookies make room for this one.</param>
    public void Write(HttpContext http, Handle handle, IReadOnlyList<OrganizationId> givingUp)
    {
        foreach (var organization in givingUp)
            Delete(http, organization);
        http.Response.Cookies.Append(NameOf(handle.Organization), handle.Reveal(), names.Options(SameSiteMode.Lax, lifetime: null));
    }

    public void Delete(HttpContext http, OrganizationId organization) =>
        http.Response.Cookies.Delete(NameOf(organization), names.Options(SameSiteMode.Lax, TimeSpan.Zero));

    private string NameOf(OrganizationId organization) => names.For(Name + Identifiers.ToBase32(organization.Value));
}

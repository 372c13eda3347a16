using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Portal.Registrations;

/// <summary>Changes to a registration that several pages make.</summary>
internal static class RegistrationChanges
{
    public static Application WithUris(this Application application, Platform platform, Func<IReadOnlyList<string>, List<string>> change) =>
        platform switch
        {
            Platform.Web => application with { Web = application.Web with { RedirectUris = change(application.Web.RedirectUris) } },
            Platform.Spa => application with { Spa = new RedirectUriList { RedirectUris = change(application.Spa.RedirectUris) } },
            _ => application with { PublicClient = new RedirectUriList { RedirectUris = change(application.PublicClient.RedirectUris) } },
        };

    /// <summary>Asks for permissions of an API beside those asked for already.</summary>
    public static Application WithPermissions(this Application application, Guid resourceAppId, IEnumerable<ResourceAccess> added)
    {
        var known = application.RequiredResourceAccess.FirstOrDefault(asked => asked.ResourceAppId == resourceAppId);
        var all = (known?.ResourceAccess ?? []).Concat(added).Distinct().ToList();
        return application with
        {
            RequiredResourceAccess =
            [
                .. application.RequiredResourceAccess.Where(asked => asked.ResourceAppId != resourceAppId),
                new(resourceAppId, all),
            ],
        };
    }

    /// <summary>Asks for a permission no more; what was consented to stays.</summary>
    public static Application WithoutPermission(this Application application, Guid resourceAppId, Guid permission, string type) =>
        application with
        {
            RequiredResourceAccess =
            [
                .. application
                    .RequiredResourceAccess.Select(asked =>
                        asked.ResourceAppId == resourceAppId
                            ? asked with
                            {
                                ResourceAccess = [.. asked.ResourceAccess.Where(access => access.Id != permission || access.Type != type)],
                            }
                            : asked
                    )
                    .Where(asked => asked.ResourceAccess.Count > 0),
            ],
        };
}

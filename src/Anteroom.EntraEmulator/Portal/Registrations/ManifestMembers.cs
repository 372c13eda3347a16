using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Portal.Registrations;

/// <summary>What a manifest must not hold: members that nobody knows, and two entries with one id. Both are named by their place.</summary>
internal static class ManifestMembers
{
    /// <summary>The place of the first member that <paramref name="type"/> does not have; null where there is none.</summary>
    public static string? FindUnknown(JsonNode? node, Type type, JsonSerializerOptions options)
    {
        var info = options.GetTypeInfo(type);
        return (node, info.Kind) switch
        {
            (JsonArray list, JsonTypeInfoKind.Enumerable) => list.Select(entry => FindUnknown(entry, info.ElementType!, options))
                .FirstOrDefault(found => found is not null),
            (JsonObject members, JsonTypeInfoKind.Object) => members
                .Select(member => FindUnknown(members, member.Key, info, options))
                .FirstOrDefault(found => found is not null),
            _ => null,
        };
    }

    /// <summary>The list that holds an id, or what identifies its entries, twice; null where none does.</summary>
    public static string? FindDouble(Application application)
    {
        (string Place, IEnumerable<string> Ids)[] lists =
        [
            ("appRoles", application.AppRoles.Select(role => role.Id.ToString())),
            ("appRoles", application.AppRoles.Select(role => role.Value)),
            ("api.oauth2PermissionScopes", application.Api.Oauth2PermissionScopes.Select(scope => scope.Id.ToString())),
            ("api.oauth2PermissionScopes", application.Api.Oauth2PermissionScopes.Select(scope => scope.Value)),
            // A scope and a role share no id either.
            (
                "appRoles",
                application
                    .AppRoles.Select(role => role.Id)
                    .Concat(application.Api.Oauth2PermissionScopes.Select(scope => scope.Id))
                    .Select(id => id.ToString())
            ),
            ("api.preAuthorizedApplications", application.Api.PreAuthorizedApplications.Select(known => known.AppId.ToString())),
            ("requiredResourceAccess", application.RequiredResourceAccess.Select(asked => asked.ResourceAppId.ToString())),
            .. application.RequiredResourceAccess.Select(asked =>
                ("requiredResourceAccess", asked.ResourceAccess.Select(access => $"{access.Type} {access.Id}"))
            ),
            ("optionalClaims.idToken", application.OptionalClaims.IdToken.Select(claim => claim.Name)),
            ("optionalClaims.accessToken", application.OptionalClaims.AccessToken.Select(claim => claim.Name)),
            ("optionalClaims.saml2Token", application.OptionalClaims.Saml2Token.Select(claim => claim.Name)),
            ("identifierUris", application.IdentifierUris),
        ];
        return Array.Find(lists, list => !list.Ids.All(new HashSet<string>(StringComparer.OrdinalIgnoreCase).Add)).Place;
    }

    private static string? FindUnknown(JsonObject members, string name, JsonTypeInfo info, JsonSerializerOptions options)
    {
        var known = info.Properties.FirstOrDefault(property => string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase));
        if (known is null)
            return Place(members, name);
        return FindUnknown(members[name], known.PropertyType, options);
    }

    private static string Place(JsonObject members, string name)
    {
        var above = members.GetPath().TrimStart('$', '.');
        return above.Length == 0 ? name : $"{above}.{name}";
    }
}

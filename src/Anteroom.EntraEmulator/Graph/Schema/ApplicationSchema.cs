using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Graph.Schema;

/// <summary>The resource type application: the manifest in Graph's form (entra-oidc.md §8.2).</summary>
internal static class ApplicationSchema
{
    public static EntityType<Application> Create(EntraDirectory directory) =>
        new EntityType<Application>("application", "applications")
            .Default("id", app => GraphJson.Id(app.Id), Filters.Equal)
            .Default("deletedDateTime", app => GraphJson.Instant(app.DeletedDateTime))
            .Default("appId", app => GraphJson.Id(app.AppId), Filters.Equal)
            .Default("applicationTemplateId", _ => null)
            .Default("disabledByMicrosoftStatus", _ => null)
            .Default("createdDateTime", app => GraphJson.Instant(app.CreatedDateTime), Filters.Date, isOrderable: true)
            .Default(
                "displayName",
                app => app.DisplayName,
                Filters.Name,
                (app, value) => app with { DisplayName = Values.Required(value) },
                isSearchable: true,
                isOrderable: true
            )
            .Default("description", app => app.Description, Filters.Name, (app, value) => app with { Description = Values.Text(value) })
            .Default(
                "groupMembershipClaims",
                app => app.GroupMembershipClaims,
                Filters.None,
                (app, value) => app with { GroupMembershipClaims = Values.Text(value) }
            )
            .Default(
                "identifierUris",
                app => GraphJson.Strings(app.IdentifierUris),
                Filters.Any,
                (app, value) => app with { IdentifierUris = Values.Texts(value) }
            )
            .Default("isDeviceOnlyAuthSupported", _ => null)
            .Default(
                "isFallbackPublicClient",
                app => app.IsFallbackPublicClient ? JsonValue.Create(true) : null,
                Filters.None,
                (app, value) => app with { IsFallbackPublicClient = value?.GetValue<bool>() ?? false }
            )
            .Default("notes", app => app.Notes, Filters.None, (app, value) => app with { Notes = Values.Text(value) })
            .Default("publisherDomain", app => directory.Tenants.Find(app.TenantId)?.DefaultDomain)
            .Default("serviceManagementReference", _ => null)
            .Default(
                "signInAudience",
                app => app.SignInAudience,
                Filters.Equal,
                (app, value) => app with { SignInAudience = Values.Required(value) }
            )
            .Default("tags", app => GraphJson.Strings(app.Tags), Filters.Any, (app, value) => app with { Tags = Values.Texts(value) })
            .Default("tokenEncryptionKeyId", _ => null)
            .Default("verifiedPublisher", app => VerifiedPublisher(app))
            .Default("addIns", _ => new JsonArray())
            .Default("api", Api, Filters.None, SetApi)
            .Default(
                "appRoles",
                app => GraphJson.Plain(app.AppRoles),
                Filters.Any,
                (app, value) => app with { AppRoles = Values.Read<AppRole[]>(value) ?? [] }
            )
            .Default("info", _ => Info())
            .Default("keyCredentials", app => new JsonArray([.. app.KeyCredentials.Select(Key)]), Filters.None, SetKeys)
            .Default(
                "optionalClaims",
                app => OptionalClaimsOf(app),
                Filters.None,
                (app, value) => app with { OptionalClaims = Values.Read<OptionalClaims>(value) ?? new() }
            )
            .Default(
                "parentalControlSettings",
                _ => new JsonObject { ["countriesBlockedForMinors"] = new JsonArray(), ["legalAgeGroupRule"] = "Allow" }
            )
            .Default(
                "passwordCredentials",
                app => new JsonArray([.. app.PasswordCredentials.Select(credential => Password(credential, null))])
            )
            .Default(
                "publicClient",
                app => GraphJson.Plain(app.PublicClient),
                Filters.None,
                (app, value) => app with { PublicClient = Merge(app.PublicClient, value) }
            )
            .Default(
                "requiredResourceAccess",
                app => GraphJson.Plain(app.RequiredResourceAccess),
                Filters.Any,
                (app, value) => app with { RequiredResourceAccess = Values.Read<RequiredResourceAccess[]>(value) ?? [] }
            )
            .Default("spa", app => GraphJson.Plain(app.Spa), Filters.None, (app, value) => app with { Spa = Merge(app.Spa, value) })
            .Default("web", app => GraphJson.Plain(app.Web), Filters.None, (app, value) => app with { Web = Merge(app.Web, value) })
            .OnSelect(
                "authenticationBehaviors",
                app => GraphJson.Plain(app.AuthenticationBehaviors),
                Filters.None,
                (app, value) => app with { AuthenticationBehaviors = Merge(app.AuthenticationBehaviors, value) }
            );

    /// <summary>A secret; its value is there once, when it is made.</summary>
    public static JsonObject Password(PasswordCredential credential, string? secretText) =>
        new()
        {
            ["customKeyIdentifier"] = null,
            ["displayName"] = credential.DisplayName,
            ["endDateTime"] = GraphJson.Instant(credential.EndDateTime),
            ["hint"] = credential.Hint,
            ["keyId"] = credential.KeyId.ToString(),
            ["secretText"] = secretText,
            ["startDateTime"] = GraphJson.Instant(credential.StartDateTime),
        };

    public static JsonObject Key(KeyCredential credential) =>
        new()
        {
            // The portal's thumbprint: SHA-1 in upper-case hexadecimal digits, as bytes in base64.
            ["customKeyIdentifier"] = Convert.ToBase64String(System.Buffers.Text.Base64Url.DecodeFromChars(credential.Thumbprint)),
            ["displayName"] = credential.DisplayName,
            ["endDateTime"] = GraphJson.Instant(credential.EndDateTime),
            ["key"] = null, // public part only on $select=keyCredentials of one object; never needed to recognise it
            ["keyId"] = credential.KeyId.ToString(),
            ["startDateTime"] = GraphJson.Instant(credential.StartDateTime),
            ["type"] = credential.Type,
            ["usage"] = credential.Usage,
        };

    /// <summary>Members that are not sent keep their value.</summary>
    public static T Merge<T>(T current, JsonNode? value)
        where T : class, new()
    {
        if (value is null)
            return new T();
        var merged = (JsonObject)GraphJson.Plain(current)!;
        foreach (var (name, member) in value as JsonObject ?? throw new FormatException("An object is missing."))
        {
            if (merged[name] is JsonObject inner && member is JsonObject changes)
            {
                foreach (var (innerName, innerValue) in changes)
                    inner[innerName] = innerValue?.DeepClone();
            }
            else
            {
                merged[name] = member?.DeepClone();
            }
        }
        return Values.Read<T>(merged)!;
    }

    private static JsonObject VerifiedPublisher(Application app) =>
        new JsonObject
        {
            ["displayName"] = app.VerifiedPublisher,
            ["verifiedPublisherId"] = null,
            ["addedDateTime"] = null,
        };

    private static JsonObject Api(Application app) =>
        new()
        {
            ["acceptMappedClaims"] = app.Api.AcceptMappedClaims,
            ["knownClientApplications"] = GraphJson.Strings(app.Api.KnownClientApplications.Select(id => id.ToString())),
            ["requestedAccessTokenVersion"] = app.Api.RequestedAccessTokenVersion,
            ["oauth2PermissionScopes"] = GraphJson.Plain(app.Api.Oauth2PermissionScopes),
            ["preAuthorizedApplications"] = GraphJson.Plain(app.Api.PreAuthorizedApplications),
        };

    private static Application SetApi(Application app, JsonNode? value)
    {
        var api = Merge(app.Api, value);
        return api is { AcceptMappedClaims: true } && app.IsMultiTenant
            ? throw new FormatException("Mapped claims are for one tenant.")
            : app with
            {
                Api = api,
            };
    }

    private static JsonNode? OptionalClaimsOf(Application app)
    {
        var claims = app.OptionalClaims;
        return claims.IdToken.Count + claims.AccessToken.Count + claims.Saml2Token.Count == 0 ? null : GraphJson.Plain(claims);
    }

    /// <summary>The whole list is replaced; an entry without a key keeps the one with its id.</summary>
    private static Application SetKeys(Application app, JsonNode? value)
    {
        var keys = new List<KeyCredential>();
        foreach (var entry in (value as JsonArray ?? []).OfType<JsonObject>())
        {
            var keyId = Guid.TryParse((string?)entry["keyId"], out var given) ? given : Guid.Empty;
            if ((string?)entry["key"] is { } certificate)
            {
                var read =
                    KeyCredential.Read(keyId, certificate, (string?)entry["displayName"])
                    ?? throw new FormatException("The key is no certificate.");
                // Without an id of its own a key gets one that follows from its thumbprint.
                var thumbprint = System.Buffers.Text.Base64Url.DecodeFromChars(read.Thumbprint);
                keys.Add(keyId == Guid.Empty ? read with { KeyId = new Guid(thumbprint.AsSpan(0, 16)) } : read);
            }
            else if (app.KeyCredentials.FirstOrDefault(known => known.KeyId == keyId) is { } known)
            {
                keys.Add(known);
            }
        }
        return app with { KeyCredentials = keys };
    }

    private static JsonObject Info() =>
        new()
        {
            ["termsOfServiceUrl"] = null,
            ["supportUrl"] = null,
            ["privacyStatementUrl"] = null,
            ["marketingUrl"] = null,
            ["logoUrl"] = null,
        };
}

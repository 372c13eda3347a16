using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Graph.Schema;

/// <summary>The resource type user (graph.md §4.2): eleven properties come by themselves, all others on <c>$select</c>.</summary>
internal static class UserSchema
{
    /// <summary>In the order in which the real service writes them.</summary>
    public static EntityType<User> Create(EntraDirectory directory) =>
        new EntityType<User>("user", "users")
        {
            Elsewhere =
            [
                "aboutMe",
                "birthday",
                "hireDate",
                "interests",
                "mySite",
                "pastProjects",
                "preferredName",
                "responsibilities",
                "schools",
                "skills",
                "mailboxSettings",
            ],
            FindOpen = name => Extension(name),
        }
            .Default(
                "businessPhones",
                user => GraphJson.Strings(user.BusinessPhones),
                Filters.Any,
                (user, value) => user with { BusinessPhones = Values.Texts(value) }
            )
            .Default(
                "displayName",
                user => user.DisplayName,
                Filters.Name,
                (user, value) => user with { DisplayName = Values.Required(value) },
                isSearchable: true,
                isOrderable: true
            )
            .Default(
                "givenName",
                user => user.GivenName,
                Filters.Name,
                (user, value) => user with { GivenName = Values.Text(value) },
                isSearchable: true
            )
            .Default("jobTitle", user => user.JobTitle, Filters.Name, (user, value) => user with { JobTitle = Values.Text(value) })
            .Default(
                "mail",
                user => user.Mail,
                Filters.Name | Filters.EndsWith,
                (user, value) => user with { Mail = Values.Text(value) },
                isSearchable: true
            )
            .Default(
                "mobilePhone",
                user => user.MobilePhone,
                Filters.Name | Filters.OnlyAdvanced,
                (user, value) => user with { MobilePhone = Values.Text(value) }
            )
            .Default(
                "officeLocation",
                user => user.OfficeLocation,
                Filters.Name | Filters.OnlyAdvanced,
                (user, value) => user with { OfficeLocation = Values.Text(value) }
            )
            .Default(
                "preferredLanguage",
                user => user.PreferredLanguage,
                Filters.Name | Filters.OnlyAdvanced,
                (user, value) => user with { PreferredLanguage = Values.Text(value) }
            )
            .Default(
                "surname",
                user => user.Surname,
                Filters.Name,
                (user, value) => user with { Surname = Values.Text(value) },
                isSearchable: true
            )
            .Default(
                "userPrincipalName",
                user => user.UserPrincipalName,
                Filters.Name | Filters.EndsWith,
                (user, value) => user with { UserPrincipalName = Values.Required(value) },
                isSearchable: true,
                isOrderable: true
            )
            .Default("id", user => GraphJson.Id(user.Id), Filters.Equal)
            .OnSelect(
                "accountEnabled",
                user => user.AccountEnabled,
                Filters.Equal,
                (user, value) => user with { AccountEnabled = Values.Flag(value) }
            )
            .OnSelect("ageGroup", _ => null)
            .OnSelect("assignedLicenses", _ => new JsonArray(), Filters.Any)
            .OnSelect("assignedPlans", _ => new JsonArray(), Filters.Any)
            .OnSelect("city", user => user.City, Filters.Name, (user, value) => user with { City = Values.Text(value) })
            .OnSelect(
                "companyName",
                user => user.CompanyName,
                Filters.Name | Filters.OnlyAdvanced,
                (user, value) => user with { CompanyName = Values.Text(value) }
            )
            .OnSelect("country", user => user.Country, Filters.Name, (user, value) => user with { Country = Values.Text(value) })
            .OnSelect("createdDateTime", user => GraphJson.Instant(user.CreatedDateTime), Filters.Date, isOrderable: true)
            .OnSelect("creationType", user => user.CreationType, Filters.Equal)
            .OnSelect("deletedDateTime", user => GraphJson.Instant(user.DeletedDateTime), Filters.Date)
            .OnSelect("department", user => user.Department, Filters.Name, (user, value) => user with { Department = Values.Text(value) })
            .OnSelect("employeeId", user => user.EmployeeId, Filters.Name, (user, value) => user with { EmployeeId = Values.Text(value) })
            .OnSelect(
                "employeeType",
                user => user.EmployeeType,
                Filters.Name | Filters.OnlyAdvanced,
                (user, value) => user with { EmployeeType = Values.Text(value) }
            )
            .OnSelect("externalUserState", user => user.ExternalUserState, Filters.Equal)
            .OnSelect("externalUserStateChangeDateTime", user => GraphJson.Instant(user.ExternalUserStateChangeDateTime))
            .OnSelect("identities", user => Identities(directory, user), Filters.Any)
            .OnSelect("lastPasswordChangeDateTime", user => GraphJson.Instant(user.LastPasswordChangeDateTime ?? user.CreatedDateTime))
            .OnSelect(
                "mailNickname",
                user => user.MailNickname,
                Filters.Name,
                (user, value) => user with { MailNickname = Values.Required(value) }
            )
            .OnSelect("onPremisesDistinguishedName", user => user.OnPremises?.DistinguishedName)
            .OnSelect("onPremisesDomainName", user => user.OnPremises?.DomainName)
            .OnSelect(
                "onPremisesExtensionAttributes",
                user => ExtensionAttributes(user),
                Filters.Equal | Filters.StartsWith | Filters.OnlyAdvanced,
                SetExtensionAttributes
            )
            .OnSelect(
                "onPremisesImmutableId",
                user => user.OnPremises?.ImmutableId,
                Filters.Equal,
                (user, value) => user with { OnPremises = (user.OnPremises ?? new OnPremises()) with { ImmutableId = Values.Text(value) } }
            )
            .OnSelect("onPremisesLastSyncDateTime", user => GraphJson.Instant(user.OnPremises?.LastSyncDateTime), Filters.Date)
            .OnSelect("onPremisesProvisioningErrors", _ => new JsonArray())
            .OnSelect("onPremisesSamAccountName", user => user.OnPremises?.SamAccountName, Filters.Name | Filters.OnlyAdvanced)
            .OnSelect("onPremisesSecurityIdentifier", user => user.OnPremises?.SecurityIdentifier)
            .OnSelect("onPremisesSyncEnabled", user => user.OnPremises?.SyncEnabled, Filters.Equal)
            .OnSelect("onPremisesUserPrincipalName", user => user.OnPremises?.UserPrincipalName)
            .OnSelect(
                "otherMails",
                user => GraphJson.Strings(user.OtherMails),
                Filters.Any | Filters.EndsWith,
                (user, value) => user with { OtherMails = Values.Texts(value) }
            )
            .OnSelect(
                "passwordPolicies",
                user => user.PasswordPolicies,
                Filters.None,
                (user, value) => user with { PasswordPolicies = Values.Text(value) }
            )
            .OnSelect("passwordProfile", _ => null) // write-only: reading it gives null (§6.1)
            .OnSelect(
                "postalCode",
                user => user.PostalCode,
                Filters.Name | Filters.OnlyAdvanced,
                (user, value) => user with { PostalCode = Values.Text(value) }
            )
            .OnSelect("proxyAddresses", user => GraphJson.Strings(user.ProxyAddresses), Filters.Any | Filters.EndsWith)
            .OnSelect("securityIdentifier", _ => null)
            .OnSelect("showInAddressList", _ => null)
            .OnSelect("signInSessionsValidFromDateTime", user => GraphJson.Instant(SessionsFrom(user)))
            .OnSelect("state", user => user.State, Filters.Name, (user, value) => user with { State = Values.Text(value) })
            .OnSelect(
                "streetAddress",
                user => user.StreetAddress,
                Filters.None,
                (user, value) => user with { StreetAddress = Values.Text(value) }
            )
            .OnSelect(
                "usageLocation",
                user => user.UsageLocation,
                Filters.Name,
                (user, value) => user with { UsageLocation = Values.Text(value) }
            )
            .OnSelect("userType", user => user.UserType, Filters.Equal, (user, value) => user with { UserType = Values.Text(value) });

    /// <summary>Directory extensions by full name; names are case-sensitive.</summary>
    private static Property? Extension(string name) =>
        name.StartsWith("extension_", StringComparison.Ordinal)
            ? EntityType<User>.Open(
                name,
                user => user.Extensions.GetValueOrDefault(name),
                Filters.Name,
                (user, value) =>
                {
                    var extensions = user.Extensions.Where(pair => pair.Key != name).ToDictionary();
                    if (value is not null)
                        extensions[name] = OData.FilterValues.Text(value) ?? value.ToJsonString();
                    return user with { Extensions = extensions };
                }
            )
            : null;

    private static DateTimeOffset SessionsFrom(User user) =>
        user.SignInSessionsValidFromDateTime > user.CreatedDateTime ? user.SignInSessionsValidFromDateTime : user.CreatedDateTime;

    /// <summary>How somebody signs in: by user name here, and as a guest by the account elsewhere (entra-oidc.md §5).</summary>
    private static JsonArray Identities(EntraDirectory directory, User user)
    {
        var issuer = directory.Tenants.Find(user.TenantId)?.InitialDomain ?? "";
        var identities = new JsonArray(
            new JsonObject
            {
                ["signInType"] = "userPrincipalName",
                ["issuer"] = issuer,
                ["issuerAssignedId"] = user.UserPrincipalName,
            }
        );
        if (user.IsExternal)
        {
            identities.Insert(
                0,
                new JsonObject
                {
                    ["signInType"] = "federated",
                    ["issuer"] = user.IdentityProvider ?? "ExternalAzureAD",
                    ["issuerAssignedId"] = null,
                }
            );
        }
        return identities;
    }

    private static JsonObject ExtensionAttributes(User user)
    {
        var json = new JsonObject();
        for (var i = 1; i <= 15; i++)
            json[$"extensionAttribute{i}"] = user.OnPremises?.ExtensionAttributes.GetValueOrDefault($"extensionAttribute{i}");
        return json;
    }

    private static User SetExtensionAttributes(User user, JsonNode? value)
    {
        var before = user.OnPremises ?? new OnPremises();
        var attributes = before.ExtensionAttributes.ToDictionary();
        foreach (var (name, text) in value as JsonObject ?? throw new FormatException("An object is missing."))
        {
            if (text is null)
                attributes.Remove(name);
            else
                attributes[name] = Values.Required(text);
        }
        return user with { OnPremises = before with { ExtensionAttributes = attributes } };
    }
}

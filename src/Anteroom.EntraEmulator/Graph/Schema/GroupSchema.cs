using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Graph.Schema;

/// <summary>The resource types group and device (graph.md §4.5).</summary>
internal static class GroupSchema
{
    public static EntityType<Group> Create() =>
        new EntityType<Group>("group", "groups")
        {
            Elsewhere = ["allowExternalSenders", "autoSubscribeNewMembers", "unseenCount", "isSubscribedByMail"],
        }
            .Default("id", group => GraphJson.Id(group.Id), Filters.Equal)
            .Default("deletedDateTime", group => GraphJson.Instant(group.DeletedDateTime))
            .Default("classification", _ => null)
            .Default("createdDateTime", group => GraphJson.Instant(group.CreatedDateTime), Filters.Date, isOrderable: true)
            .Default("creationOptions", _ => new JsonArray())
            .Default(
                "description",
                group => group.Description,
                Filters.Name | Filters.OnlyAdvanced,
                (group, value) => group with { Description = Values.Text(value) },
                isSearchable: true
            )
            .Default(
                "displayName",
                group => group.DisplayName,
                Filters.Name,
                (group, value) => group with { DisplayName = Values.Required(value) },
                isSearchable: true,
                isOrderable: true
            )
            .Default("expirationDateTime", _ => null)
            .Default(
                "groupTypes",
                group => GraphJson.Strings(group.GroupTypes),
                Filters.Any,
                (group, value) => group with { GroupTypes = Values.Texts(value) }
            )
            .Default(
                "isAssignableToRole",
                group => group.IsAssignableToRole ? JsonValue.Create(true) : null,
                Filters.Equal,
                (group, value) => group with { IsAssignableToRole = value?.GetValue<bool>() ?? false }
            )
            .Default("mail", group => group.Mail, Filters.Name, isSearchable: true)
            .Default(
                "mailEnabled",
                group => group.MailEnabled,
                Filters.Equal,
                (group, value) => group with { MailEnabled = Values.Flag(value) }
            )
            .Default(
                "mailNickname",
                group => group.MailNickname,
                Filters.Name,
                (group, value) => group with { MailNickname = Values.Required(value) }
            )
            .Default(
                "membershipRule",
                group => group.MembershipRule,
                Filters.None,
                (group, value) => group with { MembershipRule = Values.Text(value) }
            )
            .Default(
                "membershipRuleProcessingState",
                group => group.MembershipRule is null ? null : "On",
                Filters.None,
                (group, _) => group
            )
            .Default("onPremisesDomainName", group => group.OnPremises?.DomainName)
            .Default("onPremisesLastSyncDateTime", group => GraphJson.Instant(group.OnPremises?.LastSyncDateTime), Filters.Date)
            .Default("onPremisesNetBiosName", group => group.OnPremises?.NetBiosName)
            .Default("onPremisesSamAccountName", group => group.OnPremises?.SamAccountName)
            .Default("onPremisesSecurityIdentifier", group => group.OnPremises?.SecurityIdentifier)
            .Default("onPremisesSyncEnabled", group => group.OnPremises?.SyncEnabled, Filters.Equal)
            .Default("preferredDataLocation", _ => null)
            .Default("preferredLanguage", _ => null)
            .Default("proxyAddresses", group => group.Mail is { } mail ? new JsonArray($"SMTP:{mail}") : new JsonArray(), Filters.Any)
            .Default("renewedDateTime", group => GraphJson.Instant(group.CreatedDateTime))
            .Default("resourceBehaviorOptions", _ => new JsonArray())
            .Default("resourceProvisioningOptions", _ => new JsonArray(), Filters.Any)
            .Default(
                "securityEnabled",
                group => group.SecurityEnabled,
                Filters.Equal,
                (group, value) => group with { SecurityEnabled = Values.Flag(value) }
            )
            .Default("securityIdentifier", _ => null)
            .Default("theme", _ => null)
            .Default(
                "visibility",
                group => group.Visibility,
                Filters.None,
                (group, value) => group with { Visibility = Values.Text(value) }
            )
            .Default("onPremisesProvisioningErrors", _ => new JsonArray());

    public static EntityType<Device> CreateDevice() =>
        new EntityType<Device>("device", "devices")
            .Default("id", device => GraphJson.Id(device.Id), Filters.Equal)
            .Default("deletedDateTime", _ => null)
            .Default("accountEnabled", device => device.AccountEnabled, Filters.Equal)
            .Default("approximateLastSignInDateTime", _ => null)
            .Default("createdDateTime", device => GraphJson.Instant(device.CreatedDateTime))
            .Default("deviceId", device => GraphJson.Id(device.DeviceId), Filters.Equal)
            .Default("displayName", device => device.DisplayName, Filters.Name, isSearchable: true, isOrderable: true)
            .Default("operatingSystem", device => device.OperatingSystem, Filters.Name)
            .Default("operatingSystemVersion", device => device.OperatingSystemVersion, Filters.Name);
}

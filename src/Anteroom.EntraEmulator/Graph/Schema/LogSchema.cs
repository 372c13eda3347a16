using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Objects.Logs;

namespace Anteroom.EntraEmulator.Graph.Schema;

/// <summary>The resource types signIn and directoryAudit (graph.md §11).</summary>
internal static class LogSchema
{
    public static EntityType<SignIn> CreateSignIn() =>
        new EntityType<SignIn>("signIn", "auditLogs/signIns")
            .Default("id", signIn => GraphJson.Id(signIn.Id), Filters.Equal)
            .Default("createdDateTime", signIn => GraphJson.Instant(signIn.CreatedDateTime), Filters.Date, isOrderable: true)
            .Default("userDisplayName", signIn => signIn.UserDisplayName, Filters.Name)
            .Default("userPrincipalName", signIn => signIn.UserPrincipalName, Filters.Name)
            .Default("userId", signIn => signIn.UserId?.ToString(), Filters.Equal)
            .Default("appId", signIn => GraphJson.Id(signIn.AppId), Filters.Equal)
            .Default("appDisplayName", signIn => signIn.AppDisplayName, Filters.Name)
            .Default("ipAddress", signIn => signIn.IpAddress, Filters.Name)
            .Default("clientAppUsed", signIn => signIn.ClientAppUsed, Filters.Equal)
            .Default("correlationId", signIn => GraphJson.Id(signIn.CorrelationId), Filters.Equal)
            .Default("conditionalAccessStatus", signIn => signIn.ConditionalAccessStatus, Filters.Equal)
            .Default("isInteractive", signIn => signIn.IsInteractive, Filters.Equal)
            .Default("riskDetail", _ => "none")
            .Default("riskLevelAggregated", _ => "none")
            .Default("riskLevelDuringSignIn", _ => "none", Filters.Equal)
            .Default("riskState", _ => "none", Filters.Equal)
            .Default("riskEventTypes", _ => new JsonArray())
            .Default("riskEventTypes_v2", _ => new JsonArray())
            .Default("resourceDisplayName", signIn => signIn.ResourceDisplayName, Filters.Equal)
            .Default("resourceId", signIn => signIn.ResourceId?.ToString(), Filters.Equal)
            .Default(
                "status",
                signIn => new JsonObject
                {
                    ["errorCode"] = signIn.ErrorCode,
                    ["failureReason"] = signIn.FailureReason ?? "Other.",
                    ["additionalDetails"] = signIn.AdditionalDetails,
                },
                Filters.Equal | Filters.NotEqual
            )
            .Default(
                "deviceDetail",
                signIn => new JsonObject
                {
                    ["deviceId"] = "",
                    ["displayName"] = "",
                    ["operatingSystem"] = "",
                    ["browser"] = signIn.UserAgent ?? "",
                    ["isCompliant"] = false,
                    ["isManaged"] = false,
                    ["trustType"] = "",
                }
            )
            .Default(
                "location",
                _ => new JsonObject
                {
                    ["city"] = "",
                    ["state"] = "",
                    ["countryOrRegion"] = "",
                    ["geoCoordinates"] = new JsonObject(),
                }
            )
            .Default("appliedConditionalAccessPolicies", signIn => Policies(signIn))
            .OnSelect("userType", signIn => signIn.UserType)
            .OnSelect("authenticationRequirement", signIn => signIn.AuthenticationRequirement, Filters.Equal)
            .OnSelect("servicePrincipalId", signIn => signIn.ServicePrincipalId?.ToString(), Filters.Equal);

    public static EntityType<DirectoryAudit> CreateAudit() =>
        new EntityType<DirectoryAudit>("directoryAudit", "auditLogs/directoryAudits")
            .Default("id", audit => $"Directory_{audit.Id}")
            .Default("category", audit => audit.Category, Filters.Equal)
            .Default("correlationId", audit => GraphJson.Id(audit.CorrelationId), Filters.Equal)
            .Default("result", audit => audit.Result, Filters.Equal)
            .Default("resultReason", audit => audit.ResultReason)
            .Default("activityDisplayName", audit => audit.ActivityDisplayName, Filters.Name)
            .Default("activityDateTime", audit => GraphJson.Instant(audit.ActivityDateTime), Filters.Date, isOrderable: true)
            .Default("loggedByService", _ => "Core Directory", Filters.Equal)
            .Default("operationType", audit => audit.OperationType)
            .Default("initiatedBy", audit => InitiatedBy(audit.InitiatedBy), Filters.Equal)
            .Default("targetResources", audit => GraphJson.Objects(audit.TargetResources.Select(Target)), Filters.Any)
            .Default("additionalDetails", _ => new JsonArray());

    private static JsonArray Policies(SignIn signIn) =>
        GraphJson.Objects(
            signIn.AppliedConditionalAccessPolicies.Select(policy => new JsonObject
            {
                ["id"] = policy.Id.ToString(),
                ["displayName"] = policy.DisplayName,
                ["enforcedGrantControls"] = GraphJson.Strings(policy.EnforcedGrantControls),
                ["enforcedSessionControls"] = new JsonArray(),
                ["result"] = policy.Result,
            })
        );

    private static JsonObject InitiatedBy(AuditActor? actor) =>
        new()
        {
            ["user"] = actor?.UserId is { } userId
                ? new JsonObject
                {
                    ["id"] = userId.ToString(),
                    ["displayName"] = actor.UserDisplayName,
                    ["userPrincipalName"] = actor.UserPrincipalName,
                    ["ipAddress"] = actor.IpAddress ?? "",
                }
                : null,
            ["app"] = actor is { UserId: null, AppId: { } appId }
                ? new JsonObject
                {
                    ["appId"] = appId.ToString(),
                    ["displayName"] = actor.AppDisplayName,
                    ["servicePrincipalId"] = actor.ServicePrincipalId?.ToString(),
                    ["servicePrincipalName"] = null,
                }
                : null,
        };

    private static JsonObject Target(AuditTarget target) =>
        new()
        {
            ["id"] = target.Id.ToString(),
            ["displayName"] = target.DisplayName,
            ["type"] = target.Type,
            ["userPrincipalName"] = target.UserPrincipalName,
            ["groupType"] = null,
            ["modifiedProperties"] = GraphJson.Objects(
                target.ModifiedProperties.Select(property => new JsonObject
                {
                    ["displayName"] = property.DisplayName,
                    ["oldValue"] = property.OldValue,
                    ["newValue"] = property.NewValue,
                })
            ),
        };
}

using Anteroom.EntraEmulator.Graph.Schema;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Objects.ConditionalAccess;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Graph.Resources;

/// <summary>Conditional Access: policies, named locations and authentication contexts (entra-oidc.md §9). Needs P1.</summary>
internal sealed class ConditionalAccessResource(
    EntraDirectory directory,
    GraphLists lists,
    GraphViews views,
    AuditTrail audit,
    TimeProvider clock
) : IGraphResource
{
    private const string Root = "identity/conditionalAccess/";

    private static readonly Access Read = Access.Any(
        "Policy.Read.All",
        "Policy.Read.ConditionalAccess",
        "Policy.ReadWrite.ConditionalAccess"
    );

    private static readonly Access Write = Access.Any("Policy.ReadWrite.ConditionalAccess") with
    {
        Roles =
        [
            DirectoryRoleTemplate.GlobalAdministrator,
            DirectoryRoleTemplate.ConditionalAccessAdministrator,
            DirectoryRoleTemplate.SecurityAdministrator,
        ],
    };

    private readonly EntityType<ConditionalAccessPolicy> _policy = new EntityType<ConditionalAccessPolicy>(
        "conditionalAccessPolicy",
        Root + "policies"
    )
        .Default("id", policy => GraphJson.Id(policy.Id), Filters.Equal)
        .Default("templateId", _ => null)
        .Default(
            "displayName",
            policy => policy.DisplayName,
            Filters.Name,
            (policy, value) => policy with { DisplayName = Values.Required(value) }
        )
        .Default("createdDateTime", policy => GraphJson.Instant(policy.CreatedDateTime), Filters.Date)
        .Default("modifiedDateTime", policy => GraphJson.Instant(policy.ModifiedDateTime), Filters.Date)
        .Default("state", policy => policy.State, Filters.Equal, (policy, value) => policy with { State = StateOf(Values.Required(value)) })
        .Default(
            "conditions",
            policy => GraphJson.Plain(policy.Conditions),
            Filters.None,
            (policy, value) => policy with { Conditions = Values.Read<ConditionSet>(value) ?? new() }
        )
        .Default(
            "grantControls",
            policy => GraphJson.Plain(policy.GrantControls),
            Filters.None,
            (policy, value) => policy with { GrantControls = Values.Read<GrantControls>(value) }
        )
        .Default(
            "sessionControls",
            policy => GraphJson.Plain(policy.SessionControls),
            Filters.None,
            (policy, value) => policy with { SessionControls = Values.Read<SessionControls>(value) }
        );

    private readonly EntityType<NamedLocation> _location = new EntityType<NamedLocation>("ipNamedLocation", Root + "namedLocations")
        .Default("id", location => GraphJson.Id(location.Id), Filters.Equal)
        .Default("displayName", location => location.DisplayName, Filters.Name)
        .Default("createdDateTime", location => GraphJson.Instant(location.CreatedDateTime))
        .Default("isTrusted", location => location.IsTrusted)
        .Default(
            "ipRanges",
            location =>
                GraphJson.Objects(
                    location.IpRanges.Select(range => new System.Text.Json.Nodes.JsonObject
                    {
                        ["@odata.type"] = range.Contains(':', StringComparison.Ordinal)
                            ? "#microsoft.graph.iPv6CidrRange"
                            : "#microsoft.graph.iPv4CidrRange",
                        ["cidrAddress"] = range,
                    })
                )
        );

    private readonly EntityType<AuthenticationContext> _context = new EntityType<AuthenticationContext>(
        "authenticationContextClassReference",
        Root + "authenticationContextClassReferences"
    )
        .Default("id", context => context.Id, Filters.Equal)
        .Default("displayName", context => context.DisplayName, Filters.Name)
        .Default("description", context => context.Description)
        .Default("isAvailable", context => context.IsAvailable, Filters.Equal);

    public void Map(GraphRoutes routes)
    {
        routes.List(
            Root + "policies",
            Read,
            request => List(request, _policy, GraphLists.From(directory.PoliciesByTenant, request.TenantKey))
        );
        routes.Post(Root + "policies", Write, Create);
        routes.Get(Root + "policies/{id}", Read, request => views.Single(request, _policy, Find(request)));
        routes.Patch(Root + "policies/{id}", Write, Change);
        routes.Delete(Root + "policies/{id}", Write, Delete);
        routes.List(
            Root + "namedLocations",
            Read,
            request => List(request, _location, GraphLists.From(directory.LocationsByTenant, request.TenantKey))
        );
        routes.List(
            Root + "authenticationContextClassReferences",
            Read,
            request => List(request, _context, GraphLists.From(directory.ContextsByTenant, request.TenantKey))
        );
    }

    private GraphReply List(GraphRequest request, EntityType type, RowSource source)
    {
        CheckLicense(request);
        return lists.Answer(request, type, source);
    }

    private GraphReply Create(GraphRequest request)
    {
        CheckLicense(request);
        if (directory.PoliciesByTenant.Find(request.TenantKey).Count() >= ConditionalAccessPolicy.MostPerTenant)
            throw new GraphRefusal(GraphError.BadRequest("The number of policies per tenant is exceeded."));
        var fresh = new ConditionalAccessPolicy(Identifiers.NewUuid(clock), request.Tenant.Id, request.Text("displayName") ?? "")
        {
            CreatedDateTime = clock.GetUtcNow(),
        };
        var policy = Save((ConditionalAccessPolicy)_policy.Apply(fresh, request.Json));
        audit.Record(
            request,
            "Add conditional access policy",
            AuditTrail.Policies,
            new Objects.Logs.AuditTarget(policy.Id, "Policy", policy.DisplayName)
        );
        return views.Single(request, _policy, policy, status: 201);
    }

    private GraphReply Change(GraphRequest request)
    {
        Save((ConditionalAccessPolicy)_policy.Apply(Find(request), request.Json) with { ModifiedDateTime = clock.GetUtcNow() });
        return GraphReply.NoContent;
    }

    private GraphReply Delete(GraphRequest request)
    {
        var policy = Find(request);
        directory.Write(write => write.Remove(directory.ConditionalAccessPolicies, policy.Id.ToString()));
        return GraphReply.NoContent;
    }

    private ConditionalAccessPolicy Save(ConditionalAccessPolicy policy)
    {
        if (policy.DisplayName.Length == 0 || (policy.GrantControls is null && policy.SessionControls is null))
            throw new GraphRefusal(
                new GraphError(400, "BadRequest", "1032: ConditionalActionPolicy validation failed due to InvalidConditionsForPolicy.")
            );
        directory.Write(write => write.Put(directory.ConditionalAccessPolicies, policy));
        return policy;
    }

    private ConditionalAccessPolicy Find(GraphRequest request) =>
        Guid.TryParse(request["id"], out var id)
        && directory.ConditionalAccessPolicies.Find(id) is { } policy
        && policy.TenantId == request.Tenant.Id
            ? policy
            : throw new GraphRefusal(GraphError.NotFound(request["id"]));

    private static string StateOf(string state) =>
        state is ConditionalAccessPolicy.Enabled or ConditionalAccessPolicy.Disabled or ConditionalAccessPolicy.ReportOnly
            ? state
            : throw new FormatException("Unknown state.");

    private static void CheckLicense(GraphRequest request)
    {
        if (!request.Tenant.IsPremium)
            throw new GraphRefusal(
                new GraphError(403, "AccessDenied", "Your tenant is not licensed for this feature. Please contact your administrator.")
            );
    }
}

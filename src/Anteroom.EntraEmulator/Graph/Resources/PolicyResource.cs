using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Graph.Schema;
using Anteroom.EntraEmulator.Objects;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Graph.Resources;

/// <summary>Policies about tokens, and what they are put on (graph.md §10, entra-oidc.md §9.5).</summary>
internal sealed class PolicyResource(
    EntraDirectory directory,
    GraphLists lists,
    GraphViews views,
    GraphObjects objects,
    AuditTrail audit,
    TimeProvider clock
) : IGraphResource
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private static readonly Access Read = Access.Any("Policy.Read.All", "Policy.ReadWrite.ApplicationConfiguration", "Directory.Read.All");

    private static readonly Access Write = Access.Any("Policy.ReadWrite.ApplicationConfiguration") with
    {
        Roles = Access.WriteApplications.Roles,
    };

    private readonly EntityType<StsPolicy> _type = new EntityType<StsPolicy>("tokenLifetimePolicy", "policies/tokenLifetimePolicies")
        .Default("id", policy => GraphJson.Id(policy.Id), Filters.Equal)
        .Default("deletedDateTime", _ => null)
        .Default(
            "definition",
            policy => GraphJson.Strings(policy.Definition),
            Filters.None,
            (policy, value) => policy with { Definition = Values.Texts(value) }
        )
        .Default(
            "displayName",
            policy => policy.DisplayName,
            Filters.Equal,
            (policy, value) => policy with { DisplayName = Values.Required(value) }
        )
        .Default(
            "isOrganizationDefault",
            policy => policy.IsOrganizationDefault,
            Filters.Equal,
            (policy, value) => policy with { IsOrganizationDefault = Values.Flag(value) }
        );

    public void Map(GraphRoutes routes)
    {
        foreach (var kind in new[] { StsPolicy.TokenLifetime, StsPolicy.ClaimsMapping })
        {
            routes.List(
                $"policies/{kind}",
                Read,
                request => lists.Answer(request, _type, GraphLists.From(Of(request, kind)), $"policies/{kind}")
            );
            routes.Post($"policies/{kind}", Write, request => Create(request, kind));
            routes.Get($"policies/{kind}/{{policy}}", Read, request => views.Single(request, _type, Find(request, kind)));
            routes.Patch($"policies/{kind}/{{policy}}", Write, request => Change(request, kind));
            routes.Delete($"policies/{kind}/{{policy}}", Write, request => Delete(request, kind));
            MapAssignments(routes, "applications", kind, request => objects.Application(request).Id);
            MapAssignments(routes, "servicePrincipals", kind, request => objects.ServicePrincipal(request).Id);
        }
    }

    private void MapAssignments(GraphRoutes routes, string set, string kind, Func<GraphRequest, Guid> idOf)
    {
        routes.List(
            $"{set}/{{id}}/{kind}",
            Read with
            {
                Delegated = [.. Read.Delegated, "Application.Read.All", "Application.ReadWrite.All"],
                Application = [.. Read.Application, "Application.Read.All", "Application.ReadWrite.All"],
            },
            request => lists.Answer(request, _type, GraphLists.From(On(idOf(request), kind)), $"policies/{kind}")
        );
        routes.Post($"{set}/{{id}}/{kind}/$ref", Write, request => Assign(request, idOf(request), kind));
        routes.Delete($"{set}/{{id}}/{kind}/{{policy}}/$ref", Write, request => Unassign(request, idOf(request)));
    }

    private IEnumerable<StsPolicy> Of(GraphRequest request, string kind) =>
        directory.StsPoliciesByTenant.Find(request.TenantKey).Where(policy => policy.Kind == kind);

    private IEnumerable<StsPolicy> On(Guid id, string kind) =>
        directory
            .PoliciesOf.Find(id.ToString())
            .Select(assignment => directory.StsPolicies.Find(assignment.PolicyId))
            .OfType<StsPolicy>()
            .Where(policy => policy.Kind == kind);

    private GraphReply Create(GraphRequest request, string kind)
    {
        var fresh = new StsPolicy(Identifiers.NewUuid(clock), request.Tenant.Id, kind, request.Text("displayName") ?? "", []);
        var policy = (StsPolicy)_type.Apply(fresh, request.Json);
        Save(policy);
        audit.Record(request, "Add policy", AuditTrail.Policies, new Objects.Logs.AuditTarget(policy.Id, "Policy", policy.DisplayName));
        return views.Single(request, _type, policy, status: 201);
    }

    private GraphReply Change(GraphRequest request, string kind)
    {
        Save((StsPolicy)_type.Apply(Find(request, kind), request.Json));
        return GraphReply.NoContent;
    }

    private GraphReply Delete(GraphRequest request, string kind)
    {
        var policy = Find(request, kind);
        directory.Write(write =>
        {
            write.Remove(directory.StsPolicies, policy.Id.ToString());
            foreach (var assignment in directory.ObjectsUnder.Find(policy.Id.ToString()))
                write.Remove(directory.PolicyAssignments, assignment.Key);
        });
        return GraphReply.NoContent;
    }

    private void Save(StsPolicy policy)
    {
        if (policy.DisplayName.Length == 0)
            throw new GraphRefusal(GraphError.InvalidValue("displayName"));
        if (!IsDefinition(policy))
            throw new GraphRefusal(GraphError.BadRequest("Property definition has an invalid value."));
        directory.Write(write =>
        {
            // One default per kind: a new one takes its place.
            foreach (
                var other in directory
                    .StsPoliciesByTenant.Find(policy.TenantId.ToString())
                    .Where(other =>
                        policy.IsOrganizationDefault && other.Kind == policy.Kind && other.Id != policy.Id && other.IsOrganizationDefault
                    )
            )
                write.Put(directory.StsPolicies, other with { IsOrganizationDefault = false });
            write.Put(directory.StsPolicies, policy);
        });
    }

    /// <summary>JSON inside of a string; a life time is ten minutes to a day.</summary>
    private static bool IsDefinition(StsPolicy policy)
    {
        if (policy.Definition.Count != 1)
            return false;
        try
        {
            var json = JsonNode.Parse(policy.Definition[0]) as JsonObject;
            if (policy.Kind == StsPolicy.ClaimsMapping)
                return json?["ClaimsMappingPolicy"] is JsonObject;
            return json?["TokenLifetimePolicy"] is JsonObject lifetime
                && (
                    (string?)lifetime["AccessTokenLifetime"] is not { } text
                    || (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var life) && life >= Shortest && life <= Longest)
                );
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private GraphReply Assign(GraphRequest request, Guid id, string kind)
    {
        var address = request.Text("@odata.id") ?? "";
        if (
            !Guid.TryParse(address[(address.LastIndexOf('/') + 1)..], out var policyId)
            || Of(request, kind).All(policy => policy.Id != policyId)
        )
            throw new GraphRefusal(GraphError.NotFound(address));
        if (On(id, kind).Any())
            throw new GraphRefusal(
                GraphError.BadRequest($"One or more added object references already exist for the following modified properties: '{kind}'.")
            );
        directory.Write(write => write.Put(directory.PolicyAssignments, new PolicyAssignment(policyId, id)));
        return GraphReply.NoContent;
    }

    private GraphReply Unassign(GraphRequest request, Guid id)
    {
        if (
            !Guid.TryParse(request["policy"], out var policyId)
            || directory.PolicyAssignments.Find(new PolicyAssignment(policyId, id).Key) is not { } known
        )
            throw new GraphRefusal(GraphError.NotFound(request["policy"]));
        directory.Write(write => write.Remove(directory.PolicyAssignments, known.Key));
        return GraphReply.NoContent;
    }

    private StsPolicy Find(GraphRequest request, string kind) =>
        Of(request, kind).FirstOrDefault(policy => policy.Id.ToString() == request["policy"])
        ?? throw new GraphRefusal(GraphError.NotFound(request["policy"]));
}

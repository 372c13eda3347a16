using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Graph.Schema;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Graph.Resources;

/// <summary>The tenant itself: organization is a collection of one, domains do not page (graph.md §4.1); and objects of any type by id.</summary>
internal sealed class TenantResource(GraphSchema schema, GraphLists lists, GraphViews views, GraphObjects objects) : IGraphResource
{
    private const int MostIds = 1_000;

    private static readonly Access ReadDomains = Access.Any(
        "Domain.Read.All",
        "Domain.ReadWrite.All",
        "Directory.Read.All",
        "Directory.ReadWrite.All"
    );

    private static readonly Access ReadOrganization = Access.Any(
        "Organization.Read.All",
        "Organization.ReadWrite.All",
        "Directory.Read.All",
        "Directory.ReadWrite.All"
    ) with
    {
        // With User.Read one sees a few properties of one's own organisation.
        Delegated = ["User.Read", "Organization.Read.All", "Organization.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"],
    };

    public void Map(GraphRoutes routes)
    {
        routes.List(
            "organization",
            ReadOrganization,
            request => lists.Answer(request, schema.Organization, GraphLists.From([request.Tenant]), paged: false)
        );
        routes.Get(
            "organization/{id}",
            ReadOrganization,
            request =>
                request["id"].Equals(request.TenantKey, StringComparison.OrdinalIgnoreCase)
                    ? views.Single(request, schema.Organization, request.Tenant)
                    : throw new GraphRefusal(GraphError.NotFound(request["id"]))
        );
        routes.List(
            "domains",
            ReadDomains,
            request => lists.Answer(request, schema.Domain, GraphLists.From(request.Tenant.Domains), paged: false)
        );
        routes.Get("domains/{id}", ReadDomains, request => views.Single(request, schema.Domain, Domain(request)));
        routes.Get("domains/{id}/federationConfiguration", ReadDomains, Federation);
        routes.List(
            "subscribedSkus",
            ReadOrganization,
            request => lists.Answer(request, schema.Organization, GraphLists.From([]), "subscribedSkus", paged: false)
        );
        routes.Get("directoryObjects/{id}", Access.ReadDirectory, DirectoryObject);
        routes.Post("directoryObjects/getByIds", Access.ReadMemberOf, GetByIds, cost: 3);
    }

    private static Domain Domain(GraphRequest request) =>
        request.Tenant.Domains.FirstOrDefault(domain => domain.Id.Equals(request["id"], StringComparison.OrdinalIgnoreCase))
        ?? throw new GraphRefusal(GraphError.NotFound(request["id"]));

    private GraphReply Federation(GraphRequest request)
    {
        var values = new JsonArray();
        if (Domain(request).FederationConfiguration is { } federation)
        {
            var json = (JsonObject)GraphJson.Plain(federation)!;
            json.Insert(0, "@odata.type", "#microsoft.graph.internalDomainFederation");
            values.Add((JsonNode)json);
        }
        return GraphReply.Ok(
            new JsonObject
            {
                ["@odata.context"] =
                    $"{request.BaseUrl}/v1.0/$metadata#domains('{Uri.EscapeDataString(request["id"])}')/federationConfiguration",
                ["value"] = values,
            }
        );
    }

    private GraphReply DirectoryObject(GraphRequest request)
    {
        if (!Guid.TryParse(request["id"], out var id) || objects.Find(request, id) is not { } found)
            throw new GraphRefusal(GraphError.NotFound(request["id"]));
        var json = views.MemberView(request, schema.TypeOf(found), found);
        json.Insert(0, "@odata.context", $"{request.BaseUrl}/v1.0/$metadata#directoryObjects/$entity");
        return GraphReply.Ok(json);
    }

    /// <summary>Unknown ids are left out; the types that may come are named.</summary>
    private GraphReply GetByIds(GraphRequest request)
    {
        var ids = request.Value<string[]>("ids") ?? throw new GraphRefusal(GraphError.InvalidValue("ids"));
        if (ids.Length > MostIds)
            throw new GraphRefusal(GraphError.BadRequest($"Too many ids in the request: at most {MostIds} are allowed."));
        var types = request.Value<string[]>("types");
        var found = ids.Select(text =>
                Guid.TryParse(text, out var id) ? objects.Find(request, id) : throw new GraphRefusal(GraphError.InvalidValue("ids"))
            )
            .OfType<object>()
            .Where(row =>
                types is null
                || types.Contains("directoryObject")
                || types.Contains(schema.TypeOf(row).Name, StringComparer.OrdinalIgnoreCase)
            );
        return GraphReply.Ok(
            new JsonObject
            {
                ["@odata.context"] = $"{request.BaseUrl}/v1.0/$metadata#directoryObjects",
                ["value"] = GraphJson.Objects(found.Select(row => views.MemberView(request, schema.TypeOf(row), row))),
            }
        );
    }
}

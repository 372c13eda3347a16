using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Graph.Schema;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Graph.Resources;

/// <summary>The tenant itself: organization is a collection of one, domains do not page (graph.md §4.1); and objects of any type by id.</summary>
internal sealed class TenantResource(
    EntraDirectory directory,
    GraphSchema schema,
    GraphLists lists,
    GraphViews views,
    GraphObjects objects,
    AuditTrail audit
) : IGraphResource
{
    private const int MostIds = 1_000;

    private static readonly Access ReadDomains = Access.Any(
        "Domain.Read.All",
        "Domain.ReadWrite.All",
        "Directory.Read.All",
        "Directory.ReadWrite.All"
    );

    private static readonly Access WriteDomains = Access.Any("Domain.ReadWrite.All", "Directory.ReadWrite.All") with
    {
        Roles = [DirectoryRoleTemplate.GlobalAdministrator],
    };

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
        routes.Post("domains", WriteDomains, AddDomain);
        routes.Delete("domains/{id}", WriteDomains, RemoveDomain);
        routes.Get("domains/{id}/verificationDnsRecords", ReadDomains, VerificationRecords);
        routes.Post("domains/{id}/verify", WriteDomains, Verify);
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

    private GraphReply AddDomain(GraphRequest request)
    {
        var name = (request.Text("id") ?? "").ToLowerInvariant();
        if (Uri.CheckHostName(name) != UriHostNameType.Dns || !name.Contains('.', StringComparison.Ordinal))
            throw new GraphRefusal(GraphError.InvalidValue("id"));
        var domain = new Domain(name) { IsVerified = false };
        Change(
            request,
            "Add unverified domain",
            domains => domains.Any(known => known.Id == name) ? throw new GraphRefusal(GraphError.Conflict("id")) : [.. domains, domain]
        );
        return views.Single(request, schema.Domain, domain, status: 201);
    }

    /// <summary>The TXT record that proves ownership (graph.md §4.1). Nobody here asks the DNS for it.</summary>
    private static GraphReply VerificationRecords(GraphRequest request)
    {
        var domain = Domain(request);
        var proof = Convert.ToHexStringLower(
            System
                .Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{request.TenantKey}/{domain.Id}"))
                .AsSpan(0, 4)
        );
        return GraphReply.Ok(
            new JsonObject
            {
                ["@odata.context"] =
                    $"{request.BaseUrl}/v1.0/$metadata#domains('{Uri.EscapeDataString(domain.Id)}')/verificationDnsRecords",
                ["value"] = new JsonArray(
                    new JsonObject
                    {
                        ["@odata.type"] = "#microsoft.graph.domainDnsTxtRecord",
                        ["isOptional"] = false,
                        ["label"] = domain.Id,
                        ["recordType"] = "Txt",
                        ["supportedService"] = "Email",
                        ["ttl"] = 3600,
                        ["text"] = $"MS=ms{proof}",
                    }
                ),
            }
        );
    }

    /// <summary>A domain that another tenant has verified stays there.</summary>
    private GraphReply Verify(GraphRequest request)
    {
        var name = Domain(request).Id;
        if (directory.TenantsByDomain.First(name) is { } owner && owner.Id != request.Tenant.Id)
            throw new GraphRefusal(GraphError.BadRequest($"Domain '{name}' is already verified in another tenant."));
        Change(
            request,
            "Verify domain",
            domains => [.. domains.Select(domain => domain.Id == name ? domain with { IsVerified = true } : domain)]
        );
        return views.Single(request, schema.Domain, Domain(request) with { IsVerified = true });
    }

    private GraphReply RemoveDomain(GraphRequest request)
    {
        var domain = Domain(request);
        var suffix = "@" + domain.Id;
        var isUsed = directory
            .UsersByTenant.Find(request.TenantKey)
            .Any(user => user.UserPrincipalName.EndsWith(suffix, StringComparison.OrdinalIgnoreCase));
        if (domain.IsInitial || domain.IsDefault || isUsed)
            throw new GraphRefusal(GraphError.BadRequest($"Domain '{domain.Id}' is the initial or default domain, or has users."));
        Change(request, "Remove domain", domains => [.. domains.Where(known => known.Id != domain.Id)]);
        return GraphReply.NoContent;
    }

    private void Change(GraphRequest request, string activity, Func<IReadOnlyList<Domain>, IReadOnlyList<Domain>> change)
    {
        directory.Write(write =>
        {
            var tenant = directory.Tenants.Find(request.Tenant.Id)!;
            write.Put(directory.Tenants, tenant with { Domains = change(tenant.Domains) });
        });
        audit.Record(request, activity, "DirectoryManagement");
    }

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

using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Graph.Schema;
using Anteroom.EntraEmulator.Objects;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Graph.Resources;

/// <summary>Groups and devices (graph.md §4.5); names are not unique.</summary>
internal sealed class GroupResource(
    EntraDirectory directory,
    GraphSchema schema,
    GraphLists lists,
    GraphViews views,
    GraphObjects objects,
    GroupMembers members,
    RecycleBin recycleBin,
    Replication replication,
    AuditTrail audit,
    TimeProvider clock
) : IGraphResource
{
    private const string MembersBind = "members@odata.bind";
    private const string OwnersBind = "owners@odata.bind";

    private static readonly string[] RequiredMembers = ["displayName", "mailEnabled", "mailNickname", "securityEnabled"];

    public void Map(GraphRoutes routes)
    {
        routes.List("groups", Access.ReadGroups, List, cost: 2);
        routes.Post("groups", Access.CreateGroups, Create);
        routes.Get("groups/{id}", Access.ReadGroups, request => views.Single(request, schema.Group, objects.Group(request)));
        routes.Patch("groups/{id}", Access.WriteMembers, Change);
        routes.Delete("groups/{id}", Access.WriteGroups, Delete);
        routes.List(
            "devices",
            Access.Any("Device.Read.All", "Directory.Read.All", "Directory.ReadWrite.All"),
            request => lists.Answer(request, schema.Device, GraphLists.From(directory.DevicesByTenant, request.TenantKey))
        );
    }

    private GraphReply List(GraphRequest request) =>
        lists.Answer(
            request,
            schema.Group,
            after =>
                GraphLists
                    .From(directory.GroupsByTenant, request.TenantKey)(after)
                    .Where(found => replication.IsVisible(((Group)found.Row).Id))
        );

    private GraphReply Create(GraphRequest request)
    {
        foreach (var required in RequiredMembers)
        {
            if (request.Json[required] is null)
                throw new GraphRefusal(GraphError.BadRequest($"A value is required for property '{required}' of resource 'Group'."));
        }
        var fresh = new Group(Identifiers.NewUuid(clock), request.Tenant.Id, request.Text("displayName")!)
        {
            CreatedDateTime = clock.GetUtcNow(),
        };
        var group = (Group)schema.Group.Apply(fresh, request.Json, MembersBind, OwnersBind);
        var isUnified = group.GroupTypes.Contains(Group.Unified);
        if (group.MailEnabled && !isUnified)
            throw new GraphRefusal(
                GraphError.BadRequest(
                    "The service does not currently support writes of mail-enabled groups. Please ensure that the mail-enablement property is unset and the security-enablement property is set."
                )
            );
        if (isUnified)
            group = group with { Mail = $"{group.MailNickname}@{request.Tenant.DefaultDomain}", Visibility = group.Visibility ?? "Public" };

        var first = Bound(request, MembersBind);
        var owners = Bound(request, OwnersBind).Select(GraphObjects.IdOf).ToList();
        if (request.Caller.User is { } creator && owners.Count == 0)
            owners.Add(creator.Id);
        directory.Write(write =>
        {
            write.Put(directory.Groups, group);
            foreach (var member in first)
                write.Put(directory.Memberships, new Membership(group.Id, GraphObjects.IdOf(member)));
            foreach (var owner in owners)
                write.Put(directory.Ownerships, new Ownership(group.Id, owner));
        });
        replication.Created(group.Id);
        audit.Record(request, "Add group", AuditTrail.Groups, AuditTrail.Target(group));
        return views.Single(request, schema.Group, group, status: 201);
    }

    /// <summary>Properties, or up to twenty members by <c>members@odata.bind</c>.</summary>
    private GraphReply Change(GraphRequest request)
    {
        var group = objects.Group(request);
        var bound = Bound(request, MembersBind);
        if (bound.Count > 20)
            throw new GraphRefusal(GraphError.BadRequest("The number of objects in the reference list exceeds the maximum of 20."));
        members.Add(request, group, bound);

        var properties = request.Json.Where(member => !member.Key.Contains('@', StringComparison.Ordinal)).ToList();
        if (properties.Count == 0)
            return GraphReply.NoContent;
        if (!Access.WriteGroups.Allows(directory, request.Caller, isOwn: false))
            throw new GraphRefusal(GraphError.Denied);
        if (group.OnPremises?.SyncEnabled == true)
            throw new GraphRefusal(GraphError.Synced);
        var changed = (Group)schema.Group.Apply(group, request.Json, MembersBind, OwnersBind);
        directory.Write(write => write.Put(directory.Groups, changed));
        audit.Record(request, "Update group", AuditTrail.Groups, AuditTrail.Changed(AuditTrail.Target(changed), request.Json));
        return GraphReply.NoContent;
    }

    private GraphReply Delete(GraphRequest request)
    {
        var group = objects.Group(request);
        recycleBin.Delete(group);
        audit.Record(request, "Delete group", AuditTrail.Groups, AuditTrail.Target(group));
        return GraphReply.NoContent;
    }

    private List<object> Bound(GraphRequest request, string name) =>
        [.. (request.Value<JsonArray>(name) ?? []).Select(address => objects.Referenced(request, (string?)address))];
}

using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Graph.Schema;
using Anteroom.EntraEmulator.Objects;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Graph.Resources;

/// <summary>Users: list, read, create, change, delete, end sessions (graph.md §4.2, §6.5).</summary>
internal sealed class UserResource(
    EntraDirectory directory,
    GraphSchema schema,
    GraphLists lists,
    GraphViews views,
    GraphObjects objects,
    UserChanges changes,
    RecycleBin recycleBin,
    Replication replication,
    AuditTrail audit,
    TimeProvider clock
) : IGraphResource
{
    private static readonly string[] RequiredMembers =
    [
        "accountEnabled",
        "displayName",
        "mailNickname",
        "passwordProfile",
        "userPrincipalName",
    ];

    public void Map(GraphRoutes routes)
    {
        routes.List("users", Access.ListUsers, List, cost: 2);
        routes.Post("users", Access.WriteUsers, Create);
        routes.Get(
            "users/{id}",
            Access.ReadUsers with
            {
                Delegated = Access.ListUsers.Delegated,
                Application = Access.ListUsers.Application,
            },
            Get
        );
        routes.Patch("users/{id}", Access.Token, Change);
        routes.Delete("users/{id}", Access.WriteUsers, Delete);
        routes.Post(
            "users/{id}/revokeSignInSessions",
            Access.Any("User.RevokeSessions.All", "User.ReadWrite.All", "Directory.ReadWrite.All") with
            {
                Own = ["User.ReadWrite"],
            },
            Revoke
        );
        routes.Get("users/{id}/photo", Access.ReadUsers, NoPhoto);
        routes.Get("users/{id}/photo/$value", Access.ReadUsers, NoPhoto);
        routes.List(
            "users/{id}/licenseDetails",
            Access.ReadUsers,
            request => lists.Answer(request, schema.Assignment, GraphLists.From([]), "licenseDetails")
        );
        routes.Get("users/{id}/manager", Access.ReadUsers, Manager);
        routes.Put("users/{id}/manager/$ref", Access.WriteUsers, SetManager);
        routes.Delete("users/{id}/manager/$ref", Access.WriteUsers, RemoveManager);
        routes.List("users/{id}/directReports", Access.ReadUsers, Reports);
    }

    private GraphReply List(GraphRequest request) =>
        lists.Answer(
            request,
            schema.User,
            after =>
                GraphLists
                    .From(directory.UsersByTenant, request.TenantKey)(after)
                    .Where(found => replication.IsVisible(((User)found.Row).Id))
        );

    private GraphReply Get(GraphRequest request) => views.Single(request, schema.User, objects.User(request));

    private GraphReply Create(GraphRequest request)
    {
        var body = request.Json;
        foreach (var required in RequiredMembers)
        {
            if (body[required] is null)
                throw new GraphRefusal(GraphError.BadRequest($"A value is required for property '{required}' of resource 'User'."));
        }
        if (request.Value<JsonObject>("passwordProfile")?["password"] is null)
            throw new GraphRefusal(GraphError.BadRequest("A password must be specified to create a new user."));

        var name = request.Text("userPrincipalName")!;
        var fresh = new User(Identifiers.NewUuid(clock), request.Tenant.Id, name, name) { CreatedDateTime = clock.GetUtcNow() };
        var user = changes.SetPassword(
            (User)schema.User.Apply(fresh, body, "passwordProfile"),
            request.Value<JsonObject>("passwordProfile")!
        );
        Save(request, user);
        replication.Created(user.Id);
        audit.Record(request, "Add user", AuditTrail.Users, AuditTrail.Target(user));
        return views.Single(request, schema.User, user, status: 201);
    }

    private GraphReply Change(GraphRequest request)
    {
        var before = objects.User(request);
        changes.Check(request, before, request.Json);
        var user = (User)schema.User.Apply(before, request.Json, "passwordProfile");
        if (request.Value<JsonObject>("passwordProfile") is { } profile)
            user = changes.SetPassword(user, profile);
        Save(request, user);
        var isReset = request.Json.ContainsKey("passwordProfile");
        audit.Record(
            request,
            isReset ? "Reset user password" : "Update user",
            AuditTrail.Users,
            AuditTrail.Changed(AuditTrail.Target(user), request.Json)
        );
        return GraphReply.NoContent;
    }

    /// <summary>User names are unique and lie in a verified domain.</summary>
    private void Save(GraphRequest request, User user) =>
        directory.Write(write =>
        {
            var name = user.UserPrincipalName;
            if (name.Split('@') is not [{ Length: > 0 }, { Length: > 0 }])
                throw new GraphRefusal(GraphError.InvalidValue("userPrincipalName"));
            if (!request.Tenant.OwnsDomainOf(name))
                throw new GraphRefusal(
                    GraphError.BadRequest(
                        "The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain names in your organization."
                    )
                );
            if (directory.UsersByName.First(name) is { } other && other.Id != user.Id)
                throw new GraphRefusal(GraphError.Conflict("userPrincipalName"));
            write.Put(directory.Users, user);
        });

    private GraphReply Delete(GraphRequest request)
    {
        var user = objects.User(request);
        changes.CheckTarget(request.Caller, user);
        recycleBin.Delete(user);
        audit.Record(request, "Delete user", AuditTrail.Users, AuditTrail.Target(user));
        return GraphReply.NoContent;
    }

    /// <summary>Documented as 204; the service answers 200 with true (§6.5). A switch chooses.</summary>
    private GraphReply Revoke(GraphRequest request)
    {
        var user = objects.User(request);
        directory.Write(write => write.Put(directory.Users, user with { SignInSessionsValidFromDateTime = clock.GetUtcNow() }));
        audit.Record(request, "Update StsRefreshTokenValidFrom Timestamp", AuditTrail.Users, AuditTrail.Target(user));
        return directory.Settings.Graph.RevokeSessionsStatus == 204
            ? GraphReply.NoContent
            : GraphReply.Ok(new JsonObject { ["@odata.context"] = $"{request.BaseUrl}/v1.0/$metadata#Edm.Boolean", ["value"] = true });
    }

    private GraphReply NoPhoto(GraphRequest request)
    {
        _ = objects.User(request);
        throw new GraphRefusal(
            new GraphError(
                404,
                "ImageNotFound",
                "Exception of type 'Microsoft.Fast.Profile.Core.Exception.ImageNotFoundException' was thrown."
            )
        );
    }

    private GraphReply Manager(GraphRequest request)
    {
        var user = objects.User(request);
        if (user.ManagerId is not { } id || directory.Users.Find(id) is not { } manager)
            throw new GraphRefusal(GraphError.NotFound("manager"));
        var reply = views.Single(request, schema.User, manager);
        var json = (JsonObject)reply.Body!;
        json["@odata.context"] = $"{request.BaseUrl}/v1.0/$metadata#directoryObjects/$entity";
        json["@odata.type"] = "#microsoft.graph.user";
        return reply;
    }

    private GraphReply SetManager(GraphRequest request)
    {
        var user = objects.User(request);
        if (objects.Referenced(request, request.Text("@odata.id")) is not User manager || manager.Id == user.Id)
            throw new GraphRefusal(GraphError.InvalidValue("manager"));
        directory.Write(write => write.Put(directory.Users, user with { ManagerId = manager.Id }));
        return GraphReply.NoContent;
    }

    private GraphReply RemoveManager(GraphRequest request)
    {
        var user = objects.User(request);
        directory.Write(write => write.Put(directory.Users, user with { ManagerId = null }));
        return GraphReply.NoContent;
    }

    private GraphReply Reports(GraphRequest request) =>
        lists.AnswerMixed(request, GraphLists.From(directory.UsersByManager, objects.User(request).Id.ToString()));
}

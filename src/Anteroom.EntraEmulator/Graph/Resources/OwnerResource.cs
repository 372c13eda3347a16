using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Graph.Resources;

/// <summary>Owners of groups, applications and service principals, and what somebody owns.</summary>
internal sealed class OwnerResource(EntraDirectory directory, GraphLists lists, GraphObjects objects) : IGraphResource
{
    public void Map(GraphRoutes routes)
    {
        Map(routes, "groups", Access.ReadGroups, Access.WriteGroups, request => objects.Group(request).Id);
        Map(routes, "applications", Access.ReadApplications, Access.WriteApplications, request => objects.Application(request).Id);
        Map(
            routes,
            "servicePrincipals",
            Access.ReadApplications,
            Access.WriteApplications,
            request => objects.ServicePrincipal(request).Id
        );
        routes.List("users/{id}/ownedObjects", Access.ReadMemberOf, request => Owned(request, objects.User(request).Id));
        routes.List(
            "servicePrincipals/{id}/ownedObjects",
            Access.ReadApplications,
            request => Owned(request, objects.ServicePrincipal(request).Id)
        );
    }

    private void Map(GraphRoutes routes, string set, Access read, Access write, Func<GraphRequest, Guid> idOf)
    {
        routes.List(
            $"{set}/{{id}}/owners",
            read,
            request => Related(request, directory.OwnersOf.Find(idOf(request).ToString()).Select(one => one.OwnerId))
        );
        routes.Post($"{set}/{{id}}/owners/$ref", write, request => Add(request, idOf(request)));
        routes.Delete($"{set}/{{id}}/owners/{{owner}}/$ref", write, request => Remove(request, idOf(request)));
    }

    private GraphReply Owned(GraphRequest request, Guid owner) =>
        Related(request, directory.OwnedBy.Find(owner.ToString()).Select(one => one.ObjectId));

    private GraphReply Related(GraphRequest request, IEnumerable<Guid> ids) =>
        lists.AnswerMixed(request, GraphLists.From(ids.Select(id => objects.Find(request, id)).OfType<object>()));

    private GraphReply Add(GraphRequest request, Guid id)
    {
        var owner = new Ownership(id, GraphObjects.IdOf(objects.Referenced(request, request.Text("@odata.id"))));
        directory.Write(write =>
        {
            if (directory.Ownerships.Find(owner.Key) is not null)
                throw new GraphRefusal(
                    GraphError.BadRequest(
                        "One or more added object references already exist for the following modified properties: 'owners'."
                    )
                );
            write.Put(directory.Ownerships, owner);
        });
        return GraphReply.NoContent;
    }

    private GraphReply Remove(GraphRequest request, Guid id)
    {
        if (!Guid.TryParse(request["owner"], out var owner) || directory.Ownerships.Find(new Ownership(id, owner).Key) is not { } known)
            throw new GraphRefusal(GraphError.NotFound(request["owner"]));
        directory.Write(write => write.Remove(directory.Ownerships, known.Key));
        return GraphReply.NoContent;
    }
}

using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Graph.Schema;
using Anteroom.EntraEmulator.Objects;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Graph.Resources;

/// <summary>Secrets, certificates and federated credentials of an app registration (graph.md §10).</summary>
internal sealed class CredentialResource(
    EntraDirectory directory,
    GraphLists lists,
    GraphViews views,
    GraphObjects objects,
    OwnApplications own,
    DirectoryEditor editor,
    AuditTrail audit,
    TimeProvider clock
) : IGraphResource
{
    private const int LongestName = 120;
    private const int LongestValue = 600;

    private readonly EntityType<FederatedIdentityCredential> _federated = new EntityType<FederatedIdentityCredential>(
        "federatedIdentityCredential",
        "federatedIdentityCredentials"
    )
        .Default("id", credential => GraphJson.Id(credential.Id), Filters.Equal)
        .Default("name", credential => credential.Name, Filters.Equal)
        .Default("issuer", credential => credential.Issuer, Filters.Equal)
        .Default("subject", credential => credential.Subject, Filters.Equal)
        .Default("description", credential => credential.Description)
        .Default("audiences", credential => GraphJson.Strings(credential.Audiences));

    private readonly EntityType<ExtensionProperty> _extension = new EntityType<ExtensionProperty>(
        "extensionProperty",
        "extensionProperties"
    )
        .Default("id", extension => GraphJson.Id(extension.Id), Filters.Equal)
        .Default("deletedDateTime", _ => null)
        .Default("dataType", extension => extension.DataType)
        .Default("isSyncedFromOnPremises", _ => false)
        .Default("name", extension => extension.Name, Filters.Equal)
        .Default("targetObjects", extension => GraphJson.Strings(extension.TargetObjects));

    public void Map(GraphRoutes routes)
    {
        routes.Post("applications/{id}/addPassword", Access.WriteApplications, AddPassword);
        routes.Post("applications/{id}/removePassword", Access.WriteApplications, RemovePassword);
        routes.Post("applications/{id}/addKey", Access.WriteApplications, AddKey);
        routes.Post("applications/{id}/removeKey", Access.WriteApplications, RemoveKey);
        const string Federated = "applications/{id}/federatedIdentityCredentials";
        routes.List(
            Federated,
            Access.ReadApplications,
            request => lists.Answer(request, _federated, GraphLists.From(objects.Application(request).FederatedIdentityCredentials))
        );
        routes.Post(Federated, Access.WriteApplications, AddFederated);
        routes.Get(
            Federated + "/{credential}",
            Access.ReadApplications,
            request => views.Single(request, _federated, FindFederated(request))
        );
        routes.Patch(Federated + "/{credential}", Access.WriteApplications, ChangeFederated);
        routes.Delete(Federated + "/{credential}", Access.WriteApplications, RemoveFederated);
        const string Extensions = "applications/{id}/extensionProperties";
        routes.List(
            Extensions,
            Access.ReadApplications,
            request => lists.Answer(request, _extension, GraphLists.From(objects.Application(request).ExtensionProperties))
        );
        routes.Post(Extensions, Access.WriteApplications, AddExtension);
        routes.Delete(Extensions + "/{extension}", Access.WriteApplications, RemoveExtension);
    }

    private GraphReply AddPassword(GraphRequest request)
    {
        var application = Owned(request);
        var asked = request.Value<JsonObject>("passwordCredential") ?? [];
        var secret = editor.AddSecret(
            application,
            Values.Text(asked["displayName"]) ?? "",
            Values.Instant(asked["startDateTime"]),
            Values.Instant(asked["endDateTime"])
        );
        RecordChange(request, application);
        var body = ApplicationSchema.Password(secret.Credential, secret.SecretText);
        body.Insert(0, "@odata.context", $"{request.BaseUrl}/v1.0/$metadata#microsoft.graph.passwordCredential");
        return GraphReply.Ok(body); // 200, not 201
    }

    private GraphReply RemovePassword(GraphRequest request)
    {
        var application = Owned(request);
        var keyId = request.RequiredGuid("keyId");
        if (application.PasswordCredentials.All(credential => credential.KeyId != keyId))
            throw new GraphRefusal(GraphError.BadRequest($"No password credential found with keyId '{keyId}'."));
        Change(application, current => current.WithoutSecret(keyId));
        RecordChange(request, application);
        return GraphReply.NoContent;
    }

    /// <summary>A further certificate, by proof of possession of one that is there already.</summary>
    private GraphReply AddKey(GraphRequest request)
    {
        var application = Owned(request);
        CheckProof(request, application);
        var sent = request.Value<JsonObject>("keyCredential");
        var key = (string?)sent?["key"] is { } certificate
            ? KeyCredential.Read(Identifiers.NewUuid(clock), certificate, (string?)sent["displayName"])
            : null;
        if (key is null)
            throw new GraphRefusal(GraphError.InvalidValue("keyCredential"));
        Change(application, current => current with { KeyCredentials = [.. current.KeyCredentials, key] });
        RecordChange(request, application);
        var body = ApplicationSchema.Key(key);
        body.Insert(0, "@odata.context", $"{request.BaseUrl}/v1.0/$metadata#microsoft.graph.keyCredential");
        return GraphReply.Ok(body);
    }

    private GraphReply RemoveKey(GraphRequest request)
    {
        var application = Owned(request);
        CheckProof(request, application);
        var keyId = request.RequiredGuid("keyId");
        if (application.KeyCredentials.All(credential => credential.KeyId != keyId))
            throw new GraphRefusal(GraphError.BadRequest($"No key credential found with keyId '{keyId}'."));
        Change(application, current => current.WithoutCertificate(keyId));
        RecordChange(request, application);
        return GraphReply.NoContent;
    }

    private void RecordChange(GraphRequest request, Application application) =>
        audit.Record(
            request,
            "Update application – Certificates and secrets management",
            AuditTrail.Applications,
            AuditTrail.Target(application)
        );

    private void CheckProof(GraphRequest request, Application application)
    {
        if (!KeyProof.IsValid(request.Text("proof") ?? "", application, clock.GetUtcNow()))
            throw new GraphRefusal(
                GraphError.BadRequest("Proof-of-possession token is not valid, or the application has no valid certificate to prove with.")
            );
    }

    private GraphReply AddFederated(GraphRequest request)
    {
        var application = Owned(request);
        var credential = ReadFederated(
            request,
            new FederatedIdentityCredential(Identifiers.NewUuid(clock), request.Text("name") ?? "", "", "", [])
        );
        if (application.FederatedIdentityCredentials.Count >= FederatedIdentityCredential.MostPerApplication)
            throw new GraphRefusal(
                GraphError.BadRequest(
                    $"The maximum number of {FederatedIdentityCredential.MostPerApplication} federated identity credentials is reached."
                )
            );
        if (application.FederatedIdentityCredentials.Any(known => known.Name == credential.Name))
            throw new GraphRefusal(
                new GraphError(
                    409,
                    "Request_MultipleObjectsWithSameKeyValue",
                    $"FederatedIdentityCredential with name {GraphError.Short(credential.Name)} already exists."
                )
            );
        CheckUnique(application, credential);
        Change(
            application,
            current => current with { FederatedIdentityCredentials = [.. current.FederatedIdentityCredentials, credential] }
        );
        return views.Single(request, _federated, credential, status: 201);
    }

    private GraphReply ChangeFederated(GraphRequest request)
    {
        var application = Owned(request);
        var known = FindFederated(request);
        if (request.Text("name") is { } name && name != known.Name)
            throw new GraphRefusal(GraphError.ReadOnly("name"));
        var changed = ReadFederated(request, known);
        CheckUnique(application, changed);
        Change(
            application,
            current =>
                current with
                {
                    FederatedIdentityCredentials =
                    [
                        .. current.FederatedIdentityCredentials.Select(other => other.Id == known.Id ? changed : other),
                    ],
                }
        );
        return GraphReply.NoContent;
    }

    private GraphReply RemoveFederated(GraphRequest request)
    {
        var application = Owned(request);
        var known = FindFederated(request);
        Change(application, current => current.WithoutFederated(known.Id));
        return GraphReply.NoContent;
    }

    private static FederatedIdentityCredential ReadFederated(GraphRequest request, FederatedIdentityCredential before)
    {
        var read = before with
        {
            Issuer = request.Text("issuer") ?? before.Issuer,
            Subject = request.Text("subject") ?? before.Subject,
            Audiences = request.Value<string[]>("audiences") ?? before.Audiences,
            Description = request.Text("description") ?? before.Description,
        };
        if (read.Name.Length is < 3 or > LongestName)
            throw new GraphRefusal(GraphError.InvalidValue("name"));
        if (read.Issuer.Length is 0 or > LongestValue || !Uri.TryCreate(read.Issuer, UriKind.Absolute, out _))
            throw new GraphRefusal(GraphError.InvalidValue("issuer"));
        if (read.Subject.Length is 0 or > LongestValue)
            throw new GraphRefusal(GraphError.InvalidValue("subject"));
        if (read.Audiences is not [{ Length: > 0 and <= LongestValue }])
            throw new GraphRefusal(GraphError.InvalidValue("audiences"));
        return read;
    }

    private static void CheckUnique(Application application, FederatedIdentityCredential credential)
    {
        if (
            application.FederatedIdentityCredentials.Any(known =>
                known.Id != credential.Id && known.Issuer == credential.Issuer && known.Subject == credential.Subject
            )
        )
            throw new GraphRefusal(
                GraphError.BadRequest("FederatedIdentityCredential with issuer and subject already exists on the object.")
            );
    }

    private FederatedIdentityCredential FindFederated(GraphRequest request) =>
        objects
            .Application(request)
            .FederatedIdentityCredentials.FirstOrDefault(known =>
                known.Id.ToString() == request["credential"] || known.Name == request["credential"]
            )
        ?? throw new GraphRefusal(GraphError.NotFound(request["credential"]));

    private GraphReply AddExtension(GraphRequest request)
    {
        var application = Owned(request);
        if (request.Text("name") is not { Length: > 0 } name)
            throw new GraphRefusal(GraphError.InvalidValue("name"));
        var full = $"extension_{application.AppId:N}_{name}";
        if (application.ExtensionProperties.Any(known => known.Name == full))
            throw new GraphRefusal(GraphError.BadRequest("An extension property exists with the name " + GraphError.Short(full) + "."));
        var extension = new ExtensionProperty(
            Identifiers.NewUuid(clock),
            full,
            request.Text("dataType") ?? "String",
            request.Value<string[]>("targetObjects") ?? ["User"]
        );
        Change(application, current => current with { ExtensionProperties = [.. current.ExtensionProperties, extension] });
        return views.Single(request, _extension, extension, status: 201);
    }

    private GraphReply RemoveExtension(GraphRequest request)
    {
        var application = Owned(request);
        if (application.ExtensionProperties.All(known => known.Id.ToString() != request["extension"]))
            throw new GraphRefusal(GraphError.NotFound(request["extension"]));
        Change(
            application,
            current =>
                current with
                {
                    ExtensionProperties = [.. current.ExtensionProperties.Where(known => known.Id.ToString() != request["extension"])],
                }
        );
        return GraphReply.NoContent;
    }

    private Application Owned(GraphRequest request)
    {
        var application = objects.Application(request);
        own.Check(request.Caller, application.Id);
        return application;
    }

    private void Change(Application application, Func<Application, Application> change) =>
        directory.Write(write => write.Put(directory.Applications, change(directory.Applications.Find(application.Id) ?? application)));
}

using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Objects;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Control;

/// <summary>What an application proves itself by: secrets, certificates, federated credentials.</summary>
internal static class CredentialControl
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var one = routes.MapGroup("/applications/{id:guid}");
        one.MapPost("/secrets", AddSecretAsync);
        one.MapDelete("/secrets/{keyId:guid}", RemoveSecret);
        one.MapPost("/certificates", AddCertificateAsync);
        one.MapDelete("/certificates/{keyId:guid}", RemoveCertificate);
        one.MapPost("/federated-credentials", AddFederatedAsync);
        one.MapDelete("/federated-credentials/{credential:guid}", RemoveFederated);
    }

    private static async Task<IResult> AddSecretAsync(
        HttpRequest request,
        Guid id,
        EntraDirectory directory,
        DirectoryEditor editor,
        CancellationToken ct
    )
    {
        var body = ControlJson.Read<NewSecretRequest>(await ControlJson.ObjectAsync(request, ct));
        var application = ControlEndpoints.Application(directory, id);
        var secret = editor.AddSecret(application, body.DisplayName ?? "", body.StartDateTime, body.EndDateTime, body.SecretText);
        return ControlEndpoints.Created(
            new JsonObject
            {
                ["keyId"] = secret.Credential.KeyId.ToString(),
                ["displayName"] = secret.Credential.DisplayName,
                ["hint"] = secret.Credential.Hint,
                ["secretText"] = secret.SecretText,
                ["startDateTime"] = secret.Credential.StartDateTime,
                ["endDateTime"] = secret.Credential.EndDateTime,
            }
        );
    }

    private static IResult RemoveSecret(Guid id, Guid keyId, EntraDirectory directory, DirectoryEditor editor) =>
        Change(directory, editor, id, current => current.WithoutSecret(keyId));

    /// <summary>{certificate, displayName?}: PEM, or base64 of the DER.</summary>
    private static async Task<IResult> AddCertificateAsync(
        HttpRequest request,
        Guid id,
        EntraDirectory directory,
        DirectoryEditor editor,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var body = await ControlJson.ObjectAsync(request, ct);
        var text = ControlJson.Take<string>(body, "certificate") ?? throw new ControlException("'certificate' is missing.");
        var key =
            KeyCredential.Read(Identifiers.NewUuid(clock), text, ControlJson.Take<string>(body, "displayName"))
            ?? throw new ControlException("'certificate' is no certificate.");
        _ = ControlEndpoints.Value(
            editor.Change(
                ControlEndpoints.Application(directory, id).Id,
                current => current with { KeyCredentials = [.. current.KeyCredentials, key] }
            )
        );
        return ControlEndpoints.Created(ControlJson.Write(key));
    }

    private static IResult RemoveCertificate(Guid id, Guid keyId, EntraDirectory directory, DirectoryEditor editor) =>
        Change(directory, editor, id, current => current.WithoutCertificate(keyId));

    /// <summary>{issuer, subject, name, description?, audience?}.</summary>
    private static async Task<IResult> AddFederatedAsync(
        HttpRequest request,
        Guid id,
        EntraDirectory directory,
        DirectoryEditor editor,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var body = ControlJson.Read<NewFederatedCredential>(await ControlJson.ObjectAsync(request, ct));
        var credential = new FederatedIdentityCredential(
            Identifiers.NewUuid(clock),
            body.Name,
            body.Issuer,
            body.Subject,
            [body.Audience ?? FederatedIdentityCredential.DefaultAudience]
        )
        {
            Description = body.Description,
        };
        _ = ControlEndpoints.Value(editor.AddFederated(ControlEndpoints.Application(directory, id).Id, credential));
        return ControlEndpoints.Created(ControlJson.Write(credential));
    }

    private static IResult RemoveFederated(Guid id, Guid credential, EntraDirectory directory, DirectoryEditor editor) =>
        Change(directory, editor, id, current => current.WithoutFederated(credential));

    private static IResult Change(EntraDirectory directory, DirectoryEditor editor, Guid id, Func<Application, Application> change)
    {
        _ = ControlEndpoints.Value(editor.Change(ControlEndpoints.Application(directory, id).Id, change));
        return Results.NoContent();
    }

    private sealed record NewSecretRequest
    {
        public string? DisplayName { get; init; }
        public DateTimeOffset? StartDateTime { get; init; }
        public DateTimeOffset? EndDateTime { get; init; }
        public string? SecretText { get; init; }
    }

    private sealed record NewFederatedCredential(string Issuer, string Subject, string Name)
    {
        public string? Description { get; init; }
        public string? Audience { get; init; }
    }
}

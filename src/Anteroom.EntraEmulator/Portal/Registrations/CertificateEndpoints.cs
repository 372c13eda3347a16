using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Portal.Registrations;

/// <summary>Certificates &amp; secrets, tabs "Certificates" and "Federated credentials".</summary>
internal static class CertificateEndpoints
{
    private const int MostBytes = 64 * 1024;

    public static void Map(RouteGroupBuilder registration)
    {
        var certificates = registration.MapGroup("/secrets/certificates");
        certificates.MapGet("", (PortalCall call) => CertificatesAsync(call, null));
        certificates.MapPost("", UploadAsync);
        certificates.MapPost("/remove", RemoveCertificateAsync);

        var federated = registration.MapGroup("/secrets/federated");
        federated.MapGet("", (PortalCall call) => FederatedAsync(call, null));
        federated.MapPost("", AddFederatedAsync);
        federated.MapPost("/remove", RemoveFederatedAsync);
    }

    private static Task<IResult> CertificatesAsync(PortalCall call, FieldProblem? problem) =>
        call.ShowAsync<CertificatesPage>(new { View = call.View("secrets", problem), call.Now });

    /// <summary>A .cer, .pem or .crt file, or its text.</summary>
    private static async Task<IResult> UploadAsync(PortalCall call)
    {
        var content = call.Given("pem");
        if (call.Http.Request.Form.Files["file"] is { Length: > 0 } file)
        {
            if (file.Length > MostBytes)
                return await CertificatesAsync(call, PortalCall.Refusal("file", "Certificates.TooLong"));
            using var bytes = new MemoryStream();
            await file.CopyToAsync(bytes, call.Http.RequestAborted);
            content = TextOf(bytes.ToArray());
        }
        if (content is null)
            return await CertificatesAsync(call, PortalCall.Refusal("file", "Certificates.Missing"));
        if (KeyCredential.Read(call.NewId(), content, call.Given("description")) is not { } credential)
            return await CertificatesAsync(call, PortalCall.Refusal("file", "Certificates.Unreadable"));
        if (call.Application.KeyCredentials.Any(known => known.Thumbprint == credential.Thumbprint))
            return await CertificatesAsync(call, PortalCall.Refusal("file", "Certificates.Known"));
        return await call.ChangeAsync(
            known => known with { KeyCredentials = [.. known.KeyCredentials, credential] },
            "file",
            "secrets/certificates",
            CertificatesAsync
        );
    }

    private static string TextOf(byte[] bytes)
    {
        var text = System.Text.Encoding.UTF8.GetString(bytes);
        return text.Contains("-----BEGIN", StringComparison.Ordinal) ? text : Convert.ToBase64String(bytes);
    }

    private static Task<IResult> RemoveCertificateAsync(PortalCall call)
    {
        return call.ChangeAsync(known => known.WithoutCertificate(call.IdIn("keyId")), "", "secrets/certificates", CertificatesAsync);
    }

    private static Task<IResult> FederatedAsync(PortalCall call, FieldProblem? problem) =>
        call.ShowAsync<FederatedCredentialsPage>(new { View = call.View("secrets", problem) });

    private static Task<IResult> AddFederatedAsync(PortalCall call)
    {
        var credential = new FederatedIdentityCredential(
            call.NewId(),
            call.Text("name"),
            call.Text("issuer"),
            call.Text("subject"),
            [call.Given("audience") ?? FederatedIdentityCredential.DefaultAudience]
        )
        {
            Description = call.Given("description"),
        };
        return call.Editor.AddFederated(call.Application.Id, credential).TryGet(out var changed, out var problem)
            ? call.SeeAsync($"app-registrations/{changed.AppId}/secrets/federated")
            : FederatedAsync(call, PortalCall.Refusal(FieldOf(problem), problem));
    }

    private static string FieldOf(EditProblem problem) =>
        problem.Key switch
        {
            "Federated.Issuer" => "issuer",
            "Federated.Subject" or "Federated.Same" => "subject",
            "Federated.Name" or "Federated.NameTaken" => "name",
            _ => "",
        };

    private static Task<IResult> RemoveFederatedAsync(PortalCall call)
    {
        return call.ChangeAsync(known => known.WithoutFederated(call.IdIn("id")), "", "secrets/federated", FederatedAsync);
    }
}

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
        var keyId = call.Text("keyId");
        return call.ChangeAsync(
            known => known with { KeyCredentials = [.. known.KeyCredentials.Where(credential => credential.KeyId.ToString() != keyId)] },
            "",
            "secrets/certificates",
            CertificatesAsync
        );
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
        return Problem(call.Application, credential) is { } problem
            ? FederatedAsync(call, problem)
            : call.ChangeAsync(
                known => known with { FederatedIdentityCredentials = [.. known.FederatedIdentityCredentials, credential] },
                "issuer",
                "secrets/federated",
                FederatedAsync
            );
    }

    private static FieldProblem? Problem(Application application, FederatedIdentityCredential credential)
    {
        var known = application.FederatedIdentityCredentials;
        if (!Uri.TryCreate(credential.Issuer, UriKind.Absolute, out var issuer) || issuer.Scheme is not ("http" or "https"))
            return PortalCall.Refusal("issuer", "Federated.Issuer");
        if (credential.Subject.Length == 0)
            return PortalCall.Refusal("subject", "Federated.Subject");
        if (
            credential.Name.Length is < 3 or > 120
            || !credential.Name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_')
        )
            return PortalCall.Refusal("name", "Federated.Name");
        if (known.Any(other => string.Equals(other.Name, credential.Name, StringComparison.OrdinalIgnoreCase)))
            return PortalCall.Refusal("name", "Federated.NameTaken", credential.Name);
        if (known.Any(other => other.Issuer == credential.Issuer && other.Subject == credential.Subject))
            return PortalCall.Refusal("subject", "Federated.Same");
        return known.Count >= FederatedIdentityCredential.MostPerApplication ? PortalCall.Refusal("", "Federated.Full") : null;
    }

    private static Task<IResult> RemoveFederatedAsync(PortalCall call)
    {
        var id = call.Text("id");
        return call.ChangeAsync(
            known =>
                known with
                {
                    FederatedIdentityCredentials = [.. known.FederatedIdentityCredentials.Where(other => other.Id.ToString() != id)],
                },
            "",
            "secrets/federated",
            FederatedAsync
        );
    }
}

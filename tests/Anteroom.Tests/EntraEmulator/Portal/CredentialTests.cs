using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace Anteroom.Tests.EntraEmulator.Portal;

/// <summary>Certificates &amp; secrets: three tabs (entra-oidc.md §3.1, §8.2).</summary>
public sealed class CredentialTests : IAsyncLifetime
{
    private EmulatorStage _stage = null!;
    private PortalVisit _visit = null!;

    private string Path => $"{_visit.Registration}/secrets";

    public async ValueTask InitializeAsync()
    {
        _stage = await EmulatorStage.StartAsync();
        _visit = new PortalVisit(_stage);
    }

    public async ValueTask DisposeAsync()
    {
        _visit.Dispose();
        await _stage.DisposeAsync();
    }

    [Theory] // at most 24 months (§11)
    [InlineData("25", "")]
    [InlineData("custom", "")]
    [InlineData("custom", "2001-01-01")]
    [InlineData("custom", "2999-01-01")]
    public async Task A_secret_ends_within_24_months(string months, string until) =>
        await _visit.RefusesAsync(Path, "until", "at most 24 months", ("description", "kept words"), ("months", months), ("until", until));

    [Fact]
    public async Task A_removed_secret_works_no_more()
    {
        await _visit.SaveAsync($"{Path}/remove", ("keyId", _stage.SecretId));
        Assert.Equal(7000215, (await _stage.RedeemAsync(await _stage.CodeAsync())).Code);
    }

    [Fact]
    public async Task A_certificate_is_pasted_shown_by_thumbprint_and_removed()
    {
        using var rsa = RSA.Create(2048);
        var now = DateTimeOffset.UnixEpoch.AddYears(55);
        using var certificate = new CertificateRequest(
            "CN=portal",
            rsa,
            HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1
        ).CreateSelfSigned(now, now.AddYears(10));
        var page = await _visit.SaveAsync(
            $"{Path}/certificates",
            ("pem", certificate.ExportCertificatePem()),
            ("description", "For the server")
        );
        Assert.Contains(certificate.Thumbprint, page.Html, StringComparison.Ordinal);
        Assert.Contains("For the server", page.Text, StringComparison.Ordinal);
        await _visit.RefusesAsync($"{Path}/certificates", "file", "already", ("pem", Convert.ToBase64String(certificate.RawData)));

        var keyId = (string)(await _visit.ApplicationAsync())["keyCredentials"]![0]!["keyId"]!;
        await _visit.SaveAsync($"{Path}/certificates/remove", ("keyId", keyId));
        Assert.Empty((JsonArray)(await _visit.ApplicationAsync())["keyCredentials"]!);
    }

    [Theory]
    [InlineData("", "Choose a file")]
    [InlineData("not a certificate", "This is no certificate")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "This is no certificate")]
    public async Task What_is_no_certificate_is_refused(string pem, string reason) =>
        await _visit.RefusesAsync($"{Path}/certificates", "file", reason, ("pem", pem));

    [Fact]
    public async Task A_federated_credential_is_added_and_removed()
    {
        var path = $"{Path}/federated";
        (string, string)[] good = [("issuer", "https://token.example"), ("subject", "repo:x"), ("name", "ci-main")];
        await _visit.SaveAsync(path, good);
        var credential = (await _visit.ApplicationAsync())["federatedIdentityCredentials"]![0]!;
        Assert.Equal("api://AzureADTokenExchange", (string?)credential["audiences"]![0]);
        await _visit.RefusesAsync(path, "name", "There is a credential with the name", good);
        await _visit.RefusesAsync(
            path,
            "subject",
            "issuer and subject",
            ("issuer", "https://token.example"),
            ("subject", "repo:x"),
            ("name", "other")
        );
        await _visit.RefusesAsync(path, "issuer", "https", ("issuer", "token.example"), ("subject", "s"), ("name", "third"));
        await _visit.RefusesAsync(path, "name", "3 to 120", ("issuer", "https://t.example"), ("subject", "s"), ("name", "a b"));
        await _visit.SaveAsync($"{path}/remove", ("id", (string)credential["id"]!));
        Assert.Empty((JsonArray)(await _visit.ApplicationAsync())["federatedIdentityCredentials"]!);
    }

    [Fact] // the value is nowhere but in the answer to its making
    public async Task A_secret_value_is_shown_once()
    {
        var made = await _visit.PostAsync(Path, ("description", "once"), ("months", "6"));
        Assert.Equal(HttpStatusCode.OK, made.Status);
        Assert.Contains("Copy the new secret value now", made.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Copy the new secret value now", (await _visit.OpenAsync(Path)).Text, StringComparison.Ordinal);
    }
}

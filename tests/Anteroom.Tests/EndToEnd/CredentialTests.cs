using Anteroom.Harness;
using Anteroom.Server.Connections;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Tests.EndToEnd;

/// <summary>How our client proves itself without a secret: by a certificate that we made, and by a token of our own issuer.</summary>
public sealed class CredentialTests(SharedRig shared)
{
    private static ContosoOptions With(CredentialKind credential, string mode = "code") =>
        new() { Settings = settings => ConnectionModeTests.With(settings, mode) with { Credential = credential } };

    [Theory]
    [InlineData("code")]
    [InlineData("hybrid")]
    [Trait("Security", "SEC-065")]
    public async Task A_certificate_counts_once_it_is_uploaded_and_no_secret_is_ever_sent(string mode)
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, With(CredentialKind.Certificate, mode));
        var mira = await contoso.AddPersonAsync();
        Assert.Null(contoso.Connection.SecretLast4);
        await AssertRefusedAsync(rig, application, contoso, mira, ReasonCodes.CertificateUnknown);

        await UploadAsync(rig, contoso, (await CertificatesAsync(rig, contoso)).Single());
        using var browser = rig.NewBrowser();
        Assert.True((await contoso.SignInAsync(application, browser, mira)).IsSuccess);

        var sent = await TokenRequestsAsync(rig, contoso);
        Assert.Equal(2, sent.Count);
        Assert.All(sent, fields => Assert.Contains("client_assertion", fields));
        Assert.All(sent, fields => Assert.DoesNotContain("client_secret", fields));
    }

    [Fact]
    public async Task A_certificate_is_changed_without_a_moment_in_which_nobody_gets_in()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, With(CredentialKind.Certificate));
        var mira = await contoso.AddPersonAsync();
        var first = (await CertificatesAsync(rig, contoso)).Single();
        var firstId = await UploadAsync(rig, contoso, first);

        Assert.True((await AddAsync(rig, contoso)).TryGet(out var second, out var refusal), refusal?.Detail);
        await AssertSignsInAsync(rig, application, contoso, mira); // still by the first

        await UploadAsync(rig, contoso, second);
        await contoso.ChangeAsync(settings => settings with { Certificate = new(second.Thumbprint, default) });
        Assert.Equal(second.EndsAt, contoso.Connection.Settings.Certificate!.EndsAt); // as the certificate says, not the caller
        await rig.Control.SendAsync(HttpMethod.Delete, $"applications/{contoso.ClientId}/certificates/{firstId}");
        await AssertSignsInAsync(rig, application, contoso, mira); // by the second: the tenant knows no other

        var certificates = rig.Get<ConnectionCertificates>();
        Assert.Equal(
            ReasonCodes.Conflict,
            (await certificates.RemoveAsync(contoso.Connection, second.Thumbprint, AnteroomRig.Desk, default))?.Code
        );
        Assert.Null(await certificates.RemoveAsync(contoso.Connection, first.Thumbprint, AnteroomRig.Desk, default));
        Assert.Equal(
            ReasonCodes.NotFound,
            (await certificates.RemoveAsync(contoso.Connection, first.Thumbprint, AnteroomRig.Desk, default))?.Code
        );
    }

    [Fact]
    public async Task Certificates_are_few_and_only_those_of_the_connection_can_be_used()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, With(CredentialKind.Certificate));
        var other = await Contoso.CreateAsync(rig, With(CredentialKind.Certificate));
        var foreign = (await CertificatesAsync(rig, other)).Single().Thumbprint;
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            contoso.ChangeAsync(settings => settings with { Certificate = new(foreign, default) })
        );
        for (var count = 1; count < ConnectionCertificates.Most; count++)
            Assert.True((await AddAsync(rig, contoso)).TryGet(out _, out _));
        Assert.False((await AddAsync(rig, contoso)).TryGet(out _, out var full));
        Assert.Equal(ReasonCodes.Conflict, full.Code);

        // Another credential: no key is kept that nobody needs.
        await contoso.ChangeAsync(settings => settings with { Credential = CredentialKind.Federated });
        Assert.Empty(await CertificatesAsync(rig, contoso));
        Assert.Null(contoso.Connection.Settings.Certificate);
        Assert.False((await AddAsync(rig, contoso)).TryGet(out _, out var none));
        Assert.Equal(ReasonCodes.Conflict, none.Code);
    }

    [Fact]
    [Trait("Security", "SEC-280")]
    public async Task The_private_key_lies_sealed()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, With(CredentialKind.Certificate));
        var key = await contoso.Rows.FirstAsync<byte[]>(
            "SELECT private_key FROM connection_certificates WHERE organization_id = @organization"
        );
        using var rsa = System.Security.Cryptography.RSA.Create();
        Assert.ThrowsAny<System.Security.Cryptography.CryptographicException>(() => rsa.ImportPkcs8PrivateKey(key, out _));
        Assert.NotNull(await rig.Get<ConnectionCertificates>().KeyOfAsync(contoso.Connection, default));
    }

    [Fact]
    [Trait("Security", "SEC-065")]
    public async Task A_federated_credential_counts_where_issuer_subject_and_audience_are_ours()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, With(CredentialKind.Federated));
        var mira = await contoso.AddPersonAsync();
        var trust = FederatedTrust.Of(contoso.Connection, rig.Address);
        Assert.Equal((contoso.Connection.Key, "api://AzureADTokenExchange"), (trust.Subject, trust.Audience));
        await AssertRefusedAsync(rig, application, contoso, mira, ReasonCodes.FederatedCredentialMismatch);

        var made = await TrustAsync(rig, contoso, trust with { Subject = trust.Subject.ToUpperInvariant() });
        await AssertRefusedAsync(rig, application, contoso, mira, ReasonCodes.FederatedCredentialMismatch);
        await rig.Control.SendAsync(HttpMethod.Delete, $"applications/{contoso.ClientId}/federated-credentials/{made}");

        await TrustAsync(rig, contoso, trust);
        await AssertSignsInAsync(rig, application, contoso, mira);
        Assert.All(await TokenRequestsAsync(rig, contoso), fields => Assert.DoesNotContain("client_secret", fields));
        Assert.All(await StepsAsync(rig, contoso), step => Assert.NotEqual(ConnectionTestResult.Failed, step.Result));
    }

    [Fact]
    [Trait("Capability", "HEC-40")]
    public async Task The_test_names_what_the_tenant_lacks_and_what_to_compare()
    {
        var (rig, _) = await shared.GetAsync();
        var certified = await StepsAsync(rig, await Contoso.CreateAsync(rig, With(CredentialKind.Certificate)));
        Assert.Equal(ReasonCodes.CertificateUnknown, certified.Single(step => step.Name == "credential").Code);
        Assert.Equal(ConnectionTestResult.Passed, certified.Single(step => step.Name == "clientId").Result);

        var contoso = await Contoso.CreateAsync(rig, With(CredentialKind.Federated));
        var federated = (await StepsAsync(rig, contoso)).Single(step => step.Name == "credential");
        Assert.Equal(ReasonCodes.FederatedCredentialMismatch, federated.Code);
        Assert.Contains($"Subject identifier is {contoso.Connection.Key}", federated.Message, StringComparison.Ordinal);
    }

    private static async Task AssertSignsInAsync(AnteroomRig rig, RelyingParty application, Contoso contoso, Person person)
    {
        using var browser = rig.NewBrowser();
        Assert.True((await contoso.SignInAsync(application, browser, person)).IsSuccess);
    }

    private static async Task AssertRefusedAsync(AnteroomRig rig, RelyingParty application, Contoso contoso, Person person, string reason)
    {
        var before = await contoso.Rows.CountAsync();
        using var browser = rig.NewBrowser();
        var page = await Contoso.SignInAsync(browser, application.Begin(("organization", contoso.Slug)), person);
        await Refused.AssertAsync(contoso, page, before, reason);
    }

    private static Task<IReadOnlyList<ConnectionCertificate>> CertificatesAsync(AnteroomRig rig, Contoso contoso) =>
        rig.Get<ConnectionCertificates>().ListAsync(contoso.Organization.Id, contoso.Connection.Id, default);

    private static Task<Anteroom.Protocols.Primitives.Result<ConnectionCertificate, ConnectionRefusal>> AddAsync(
        AnteroomRig rig,
        Contoso contoso
    ) => rig.Get<ConnectionCertificates>().AddAsync(contoso.Connection, AnteroomRig.Desk, default);

    private static Task<IReadOnlyList<ConnectionTestStep>> StepsAsync(AnteroomRig rig, Contoso contoso) =>
        rig.Get<TestConnection>().RunAsync(contoso.Connection, default);

    /// <returns>The id under which the registration keeps it.</returns>
    private static async Task<string> UploadAsync(AnteroomRig rig, Contoso contoso, ConnectionCertificate certificate) =>
        (string)
            (
                await rig.Control.PostAsync(
                    $"applications/{contoso.ClientId}/certificates",
                    new { certificate = certificate.ToPem(), displayName = "anteroom" }
                )
            )["keyId"]!;

    private static async Task<string> TrustAsync(AnteroomRig rig, Contoso contoso, FederatedTrust trust) =>
        (string)
            (
                await rig.Control.PostAsync(
                    $"applications/{contoso.ClientId}/federated-credentials",
                    new
                    {
                        name = "anteroom",
                        issuer = trust.Issuer,
                        subject = trust.Subject,
                        audience = trust.Audience,
                    }
                )
            )["id"]!;

    /// <summary>The fields that were sent to the token endpoint, of each request.</summary>
    private static async Task<IReadOnlyList<string[]>> TokenRequestsAsync(AnteroomRig rig, Contoso contoso) =>
        [
            .. (await rig.Control.RequestsAsync($"/{contoso.TenantId}/oauth2/v2.0/token")).Select(request =>
                request["formNames"]!.AsArray().Select(name => (string)name!).ToArray()
            ),
        ];
}

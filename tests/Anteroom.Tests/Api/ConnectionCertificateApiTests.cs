using System.Security.Cryptography.X509Certificates;

namespace Anteroom.Tests.Api;

/// <summary>Certificates of a connection by programs: made, named by the connection, taken away; the key is nowhere to be had.</summary>
public sealed class ConnectionCertificateApiTests(ApiScenario scenario) : IClassFixture<ApiScenario>
{
    private const string Certified = """
        {"name":"Entra","kind":"entra","tenantId":"11111111-1111-4111-8111-111111111111","clientId":"22222222-2222-4222-8222-222222222222",
         "credential":"certificate"}
        """;

    [Fact]
    [Trait("Security", "SEC-267")]
    public async Task A_certificate_is_made_used_and_taken_away()
    {
        var connections = $"organizations/{(await scenario.OrganizationAsync()).Slug}/connections";
        var made = await scenario.SendAsync(HttpMethod.Post, connections, Certified);
        Assert.Equal(201, made.Status);
        var address = $"{connections}/{(string?)made.Json["id"]}";
        var first = (string)made.Json["certificate"]!["thumbprint"]!;

        var added = await scenario.SendAsync(HttpMethod.Post, address + "/certificates");
        Assert.Equal((201, false), (added.Status, (bool)added.Json["inUse"]!));
        var second = (string)added.Json["thumbprint"]!;
        using var read = X509Certificate2.CreateFromPem((string)added.Json["certificate"]!);
        Assert.False(read.HasPrivateKey);
        Assert.Equal(read.Thumbprint, (string?)added.Json["shownInEntra"]);

        var used = await scenario.SendAsync(
            HttpMethod.Patch,
            address,
            $$"""{"certificate":"{{second}}"}""",
            ifMatch: (await scenario.SendAsync(HttpMethod.Get, address)).ETag
        );
        Assert.Equal((200, second), (used.Status, (string?)used.Json["certificate"]!["thumbprint"]));
        Assert.Equal(409, (await scenario.SendAsync(HttpMethod.Delete, $"{address}/certificates/{second}")).Status);
        Assert.Equal(204, (await scenario.SendAsync(HttpMethod.Delete, $"{address}/certificates/{first}")).Status);
        Assert.Equal(404, (await scenario.SendAsync(HttpMethod.Delete, $"{address}/certificates/{first}")).Status);

        var listed = await scenario.SendAsync(HttpMethod.Get, address + "/certificates");
        Assert.Equal(second, (string?)listed.Json["items"]!.AsArray().Single()!["thumbprint"]);
        foreach (var answer in (Answer[])[made, added, used, listed])
            Assert.DoesNotContain("PRIVATE KEY", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"certificate":"nothing"}""")]
    [InlineData("""{"clientSecret":"a~secret-that-nobody-asked-for"}""")]
    [InlineData("""{"credential":"password"}""")]
    [InlineData("""{"credential":"federated","cloud":"global"}""")] // this server is on loopback, and the cloud is not
    [InlineData("""{"clientKind":"browser"}""")]
    public async Task Anything_else_is_refused(string patch)
    {
        var connections = $"organizations/{(await scenario.OrganizationAsync()).Slug}/connections";
        var made = await scenario.SendAsync(HttpMethod.Post, connections, Certified);
        var refused = await scenario.SendAsync(HttpMethod.Patch, $"{connections}/{(string?)made.Json["id"]}", patch, ifMatch: made.ETag);
        Assert.Equal((400, "validation_failed"), (refused.Status, refused.Code));
    }
}

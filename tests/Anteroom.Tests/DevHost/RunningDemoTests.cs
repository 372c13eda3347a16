using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Anteroom.DevHost;
using Anteroom.Harness;

namespace Anteroom.Tests.DevHost;

/// <summary>What a demo offers while it runs, and what a second one beside it is told (design.md §6, Launcher).</summary>
[Collection(SharedDemo.Collection)]
public sealed class RunningDemoTests(SharedDemo demo)
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });

    [Fact]
    public async Task The_endpoints_file_has_every_member_that_the_design_lists()
    {
        using var file = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(demo.Folder, "endpoints.json")));
        var all = file.RootElement;
        AssertMembers(
            all,
            "server issuer console api apiKey ownerLink emulator emulatorHttps emulatorPortal graph sampleApplication mailbox metrics "
                + "caCertificate clients organizations tenants"
        );
        foreach (var client in NotEmpty(all, "clients"))
        {
            AssertMembers(client, "clientId clientSecret redirectUris kind");
            NotEmpty(client, "redirectUris");
            Assert.Contains(client.GetProperty("kind").GetString(), (string[])["confidential", "public", "native"]);
        }
        foreach (var organization in NotEmpty(all, "organizations"))
        {
            AssertMembers(organization, "id slug companyCode name connections");
            foreach (var connection in NotEmpty(organization, "connections"))
                AssertMembers(connection, "id key clientKind responseMode callbackStyle state tenantId clientId redirectUri");
        }
        foreach (var tenant in NotEmpty(all, "tenants"))
        {
            AssertMembers(tenant, "tenantId domain users applications");
            foreach (var user in NotEmpty(tenant, "users"))
                AssertMembers(user, "userPrincipalName password objectId");
            foreach (var application in NotEmpty(tenant, "applications"))
                AssertMembers(application, "clientId clientSecret");
        }
    }

    [Fact]
    public async Task Every_address_in_it_answers()
    {
        var endpoints = demo.Endpoints;
        Assert.Equal(endpoints.Server, endpoints.Issuer);
        string[] addresses =
        [
            $"{endpoints.Issuer}/.well-known/openid-configuration",
            endpoints.OwnerLink,
            endpoints.EmulatorPortal,
            endpoints.SampleApplication,
            endpoints.Mailbox,
            endpoints.Metrics,
            $"{endpoints.Emulator}/{endpoints.Tenants[0].TenantId}/v2.0/.well-known/openid-configuration",
        ];
        foreach (var address in addresses)
            Assert.Equal((address, HttpStatusCode.OK), (address, await StatusAsync(address)));
        Assert.StartsWith(endpoints.Console + "/", endpoints.OwnerLink, StringComparison.Ordinal);

        using var request = new HttpRequestMessage(HttpMethod.Get, $"{endpoints.Api}/organizations?limit=10");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", endpoints.ApiKey);
        using var answer = await Http.SendAsync(request);
        var listed = await answer.Content.ReadAsStringAsync();
        Assert.All(
            endpoints.Organizations,
            organization => Assert.Contains($"\"{organization.CompanyCode}\"", listed, StringComparison.Ordinal)
        );

        using var https = DemoHttp.Client(endpoints.CaCertificate);
        using var metadata = await https.GetAsync(
            $"{endpoints.EmulatorHttps}/{endpoints.Tenants[0].TenantId}/v2.0/.well-known/openid-configuration"
        );
        Assert.Equal(HttpStatusCode.OK, metadata.StatusCode);
    }

    [Fact]
    [Trait("Capability", "HEC-17")]
    public async Task One_organization_has_registered_nothing_and_its_connection_passes_every_step()
    {
        var organization = demo.Endpoints.Organizations.Single(one => one.Slug == "tailspin");
        var connection = Assert.Single(organization.Connections);
        Assert.Equal(("central", "active"), (connection.CallbackStyle, connection.State));
        Assert.Contains(demo.Endpoints.Tenants, tenant => tenant.Applications.Any(one => one.ClientId == connection.ClientId));
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            $"{demo.Endpoints.Api}/organizations/{organization.Slug}/connections/{connection.Id}/test"
        );
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", demo.Endpoints.ApiKey);
        using var answer = await Http.SendAsync(request);
        using var tested = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        var steps = tested
            .RootElement.GetProperty("steps")
            .EnumerateArray()
            .ToDictionary(step => step.GetProperty("name").GetString()!, step => step.GetProperty("result").GetString());
        foreach (var name in (string[])["discovery", "keys", "tenant", "clientId", "credential"])
            Assert.Equal((name, "passed"), (name, steps[name]));
    }

    [Fact]
    public async Task What_the_server_sends_is_in_the_mailbox_and_nowhere_else()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{demo.Endpoints.Api}/mail-settings/test");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", demo.Endpoints.ApiKey);
        request.Content = new StringContent("""{"to":"ada@contoso.example"}""", System.Text.Encoding.UTF8, "application/json");
        using var answer = await Http.SendAsync(request);
        var told = await answer.Content.ReadAsStringAsync();
        Assert.Equal((HttpStatusCode.OK, false), (answer.StatusCode, told.Contains("failed", StringComparison.Ordinal)));
        var page = await Http.GetStringAsync(demo.Endpoints.Mailbox);
        Assert.Contains("ada@contoso.example", page, StringComparison.Ordinal);
        Assert.Contains("Test mail from Anteroom", page, StringComparison.Ordinal);
    }

    [Fact]
    public void What_holds_secrets_is_for_its_owner_alone()
    {
        if (OperatingSystem.IsWindows())
            return;
        foreach (var file in (string[])["endpoints.json", "demo.json"])
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(demo.Folder, file)));
    }

    [Fact]
    public async Task An_occupied_port_is_one_sentence_and_leaves_no_folder()
    {
        var folder = Path.Combine(demo.Parent, "never");
        var sentence = await RefusalAsync(DemoProcess.Start(demo.Port, folder));
        Assert.StartsWith($"Port {demo.Port}, meant for the server, is in use", sentence, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task A_folder_in_use_is_one_sentence_and_its_demo_goes_on()
    {
        var sentence = await RefusalAsync(DemoProcess.Start(FreePort.OfDemo(), demo.Folder, "--fresh"));
        Assert.StartsWith($"Another demo runs in {demo.Folder}", sentence, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync($"{demo.Endpoints.Server}/health/ready"));
        Assert.True(File.Exists(Path.Combine(demo.Folder, "endpoints.json")));
    }

    [Fact]
    public async Task A_folder_with_other_things_is_one_sentence()
    {
        var folder = Directory.CreateDirectory(Path.Combine(demo.Parent, "thesis")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "thesis.txt"), "years");
        var sentence = await RefusalAsync(DemoProcess.Start(FreePort.OfDemo(), folder));
        Assert.StartsWith($"The folder {folder} holds other things than a demo", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_folder_is_one_sentence_that_names_the_cure()
    {
        var folder = Directory.CreateDirectory(Path.Combine(demo.Parent, "damaged")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "demo.lock"), "");
        await File.WriteAllTextAsync(Path.Combine(folder, "demo.json"), "{");
        var sentence = await RefusalAsync(DemoProcess.Start(FreePort.OfDemo(), folder));
        Assert.Equal($"{folder}/demo.json is damaged: begin anew with --fresh.", sentence);
    }

    [Fact]
    public async Task A_folder_that_a_file_stands_for_is_one_sentence()
    {
        var file = Path.Combine(demo.Parent, "file");
        await File.WriteAllTextAsync(file, "");
        Assert.StartsWith(
            $"The folder {file} cannot be used",
            await RefusalAsync(DemoProcess.Start(FreePort.OfDemo(), file)),
            StringComparison.Ordinal
        );
    }

    private static async Task<string> RefusalAsync(DemoProcess started)
    {
        var (code, _, errors) = await started.EndAsync();
        Assert.Equal(1, code);
        return Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static async Task<HttpStatusCode> StatusAsync(string address)
    {
        using var answer = await Http.GetAsync(address);
        return answer.StatusCode;
    }

    /// <summary>Exactly these, each with a value.</summary>
    private static void AssertMembers(JsonElement thing, string names)
    {
        Assert.Equal(names.Split(' ').Order(), thing.EnumerateObject().Select(member => member.Name).Order());
        foreach (var member in thing.EnumerateObject())
            Assert.False(
                member.Value.ValueKind == JsonValueKind.String
                    ? member.Value.GetString() is ""
                    : member.Value.ValueKind == JsonValueKind.Null,
                member.Name
            );
    }

    private static IEnumerable<JsonElement> NotEmpty(JsonElement thing, string list)
    {
        Assert.NotEqual(0, thing.GetProperty(list).GetArrayLength());
        return thing.GetProperty(list).EnumerateArray();
    }
}

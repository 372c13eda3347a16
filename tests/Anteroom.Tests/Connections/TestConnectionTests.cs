using Anteroom.Harness;
using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Tests.EndToEnd;

namespace Anteroom.Tests.Connections;

/// <summary>What an administrator is told before anybody signs in: each step, its code, its cure.</summary>
[Collection(GraphDomains.Name)]
public sealed class TestConnectionTests(SharedRig shared)
{
    [Fact]
    [Trait("Capability", "HEC-26")]
    public async Task Passes_each_step_of_a_connection_that_works()
    {
        var steps = await RunAsync(new());
        Assert.Equal(
            ["discovery", "keys", "tenant", "clientId", "credential", "redirectUri", "tokenBoxes", "permissions", "consent"],
            steps.Select(step => step.Name)
        );
        Assert.All(
            steps.Where(step => step.Name is not ("redirectUri" or "permissions" or "consent")),
            step => Assert.Equal(ConnectionTestResult.Passed, step.Result)
        );
        Assert.Contains("under Web", AssertStep(steps, "redirectUri", ConnectionTestResult.Unknown).Cure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("browser", ConnectionTestResult.Passed, "under Single-page application")]
    [InlineData("idToken", ConnectionTestResult.Unknown, "under Web")]
    [InlineData("hybrid", ConnectionTestResult.Unknown, "under Web")]
    [Trait("Capability", "HEC-40")]
    [Trait("Capability", "IMP-22")]
    [Trait("Capability", "IMP-23")]
    public async Task Says_what_the_registration_needs_in_each_mode(string mode, ConnectionTestResult boxes, string platform)
    {
        var steps = await RunAsync(ConnectionModeTests.Options(mode));
        AssertStep(steps, "clientId", ConnectionTestResult.Passed);
        var credential = AssertStep(steps, "credential", ConnectionTestResult.Passed);
        Assert.Equal(mode != "hybrid", credential.Message.StartsWith("Not needed", StringComparison.Ordinal));
        Assert.Contains(platform, AssertStep(steps, "redirectUri", ConnectionTestResult.Unknown).Cure, StringComparison.Ordinal);
        Assert.Contains(
            "openid profile email",
            AssertStep(steps, "permissions", ConnectionTestResult.Unknown).Message,
            StringComparison.Ordinal
        );
        Assert.Contains("Grant admin consent", AssertStep(steps, "consent", ConnectionTestResult.Unknown).Cure, StringComparison.Ordinal);
        var box = AssertStep(steps, "tokenBoxes", boxes);
        if (boxes == ConnectionTestResult.Unknown)
            Assert.Contains("ID tokens (used for implicit and hybrid flows)", box.Cure, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Capability", "HEC-17")]
    [Trait("Capability", "HEC-40")]
    public async Task Says_of_the_shared_app_what_is_missing_and_whose_it_is()
    {
        var (rig, _) = await shared.GetAsync();
        var app = await SharedApp.CreateAsync(rig);
        var contoso = await Contoso.CreateAsync(rig, new() { Shared = app });

        var unbound = await TestAsync();
        AssertStep(unbound, "tenant", ConnectionTestResult.Unknown, "tenant_not_bound");
        await app.BindAsync(contoso.Organization.Id, contoso.TenantId);
        var strange = AssertStep(await TestAsync(), "clientId", ConnectionTestResult.Unknown);
        Assert.Contains("consent", strange.Cure, StringComparison.Ordinal);

        await app.ConsentAsync(contoso.TenantId);
        var working = await TestAsync();
        AssertStep(working, "clientId", ConnectionTestResult.Passed);
        AssertStep(working, "credential", ConnectionTestResult.Passed);
        Assert.Null(AssertStep(working, "redirectUri", ConnectionTestResult.Unknown).Cure); // not the customer's to register
        await app.BindAsync(contoso.Organization.Id, Guid.Parse("11111111-1111-4111-8111-111111111111"));
        AssertStep(await TestAsync(), "clientId", ConnectionTestResult.Unknown);

        await app.ChangeAsync(Server.Connections.SharedApp.SharedRegistrationState.Disabled);
        AssertStep(await TestAsync(), "clientId", ConnectionTestResult.Failed, "shared_app_unavailable");

        async Task<IReadOnlyList<ConnectionTestStep>> TestAsync() => await rig.Get<TestConnection>().RunAsync(contoso.Connection, default);
    }

    [Fact] // issue 6: the permissions that the settings need, and the place where they are granted
    [Trait("Capability", "HEC-40")]
    public async Task Names_the_permission_that_groups_and_domains_need_and_sees_it_granted()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(
            rig,
            new()
            {
                State = ConnectionState.Draft,
                Settings = settings =>
                    settings with
                    {
                        ResponseMode = ResponseMode.IdToken,
                        RoleMappings = [new("groups", "11111111-1111-4111-8111-111111111111", "worker")],
                    },
            }
        );
        await contoso.ChangeAsync(settings => settings, contoso.SecretValue);
        var organization = contoso.Organization.Id;
        await rig.Get<ChangeDomains>().AddAsync(organization, contoso.Domain, AnteroomRig.Desk, default);
        Assert.DoesNotContain(await TestAsync(), step => step.Name == "domains"); // no tenant proves it yet
        await GrantAsync("Domain.Read.All");
        await rig.Get<ProveByTenant>().CheckAsync(organization, contoso.Domain, AnteroomRig.Desk, default);

        var steps = await TestAsync();
        AssertStep(steps, "domains", ConnectionTestResult.Passed);
        var missing = AssertStep(steps, "groups", ConnectionTestResult.Failed, "permission_missing");
        Assert.Contains("Application permissions > GroupMember.Read.All. Then Grant admin consent", missing.Cure, StringComparison.Ordinal);
        var active = await rig.Get<ChangeConnectionState>()
            .HandleAsync(
                contoso.Organization,
                contoso.Connection.Id,
                ConnectionStep.Activate,
                isOperator: true,
                withoutTest: null,
                AnteroomRig.Desk,
                default
            );
        Assert.True(active.TryGet(out _, out var refusal), refusal?.Detail); // it lets people in without
        await GrantAsync("GroupMember.Read.All");
        AssertStep(await TestAsync(), "groups", ConnectionTestResult.Passed);
        await rig.Control.SendAsync(
            HttpMethod.Delete,
            $"tenants/{contoso.TenantId}/service-principals/{contoso.ClientId}/permissions/Domain.Read.All"
        );
        AssertStep(await TestAsync(), "domains", ConnectionTestResult.Failed, "permission_missing");

        async Task<IReadOnlyList<ConnectionTestStep>> TestAsync() => await rig.Get<TestConnection>().RunAsync(contoso.Connection, default);

        Task GrantAsync(string permission) =>
            rig.Control.PostAsync(
                $"tenants/{contoso.TenantId}/service-principals/{contoso.ClientId}/permissions",
                new { graph = new[] { permission } }
            );
    }

    [Fact] // without a secret too
    [Trait("Capability", "IMP-09")]
    public async Task Names_an_object_id_in_place_of_the_client_id()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, ConnectionModeTests.Options("browser"));
        var registered = await rig.Control.SendAsync(HttpMethod.Get, $"applications/{contoso.ClientId}");
        await contoso.ChangeAsync(settings => settings with { ClientId = (string)registered["id"]! });
        var steps = await rig.Get<TestConnection>().RunAsync(contoso.Connection, default);
        AssertStep(steps, "clientId", ConnectionTestResult.Failed, "application_not_found");
        Assert.Empty(await rig.Control.RequestsAsync($"/{contoso.TenantId}/oauth2/v2.0/token"));
    }

    [Fact]
    [Trait("Capability", "HEC-27")]
    public async Task Names_the_secret_that_is_wrong_and_where_to_make_another()
    {
        var steps = await RunAsync(new() { Secret = (right, _) => right + "x" });
        AssertStep(steps, "clientId", ConnectionTestResult.Passed);
        Assert.Contains(
            "Certificates",
            AssertStep(steps, "credential", ConnectionTestResult.Failed, "secret_invalid").Cure,
            StringComparison.Ordinal
        );
    }

    [Fact]
    [Trait("Capability", "HEC-28")]
    public async Task Names_the_secret_that_has_ended()
    {
        var (rig, _) = await shared.GetAsync();
        var steps = await RunAsync(new() { SecretEnds = rig.Clock.GetUtcNow().AddSeconds(1) }, wait: TimeSpan.FromSeconds(2));
        AssertStep(steps, "clientId", ConnectionTestResult.Passed);
        AssertStep(steps, "credential", ConnectionTestResult.Failed, "secret_expired");
    }

    [Fact]
    public async Task Names_the_application_that_the_tenant_does_not_know()
    {
        var steps = await RunAsync(new() { Settings = settings => settings with { ClientId = "22222222-2222-4222-8222-222222222222" } });
        AssertStep(steps, "tenant", ConnectionTestResult.Passed);
        AssertStep(steps, "clientId", ConnectionTestResult.Failed, "application_not_found");
        AssertStep(steps, "credential", ConnectionTestResult.Unknown);
    }

    [Theory]
    [InlineData("status", "/v2.0/.well-known/openid-configuration", "discovery", "upstream_unreachable")]
    [InlineData("truncatedBody", "/v2.0/.well-known/openid-configuration", "discovery", "upstream_unreachable")]
    public async Task Names_what_cannot_be_read(string kind, string path, string step, string code)
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        await using var fault = await rig.Control.FaultAsync(
            new
            {
                path = $"/{contoso.TenantId}{path}",
                kind,
                status = kind == "status" ? 500 : (int?)null,
            }
        );
        var steps = await rig.Get<TestConnection>().RunAsync(contoso.Connection, default);
        Assert.False(string.IsNullOrEmpty(AssertStep(steps, step, ConnectionTestResult.Failed, code).Cure));
        Assert.All(
            steps.Where(other => other.Name != step && other.Name != "tokenBoxes"), // a code needs none, whatever the provider says
            other => Assert.Equal(ConnectionTestResult.Unknown, other.Result)
        );
    }

    private async Task<IReadOnlyList<ConnectionTestStep>> RunAsync(ContosoOptions options, TimeSpan wait = default)
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, options);
        await Task.Delay(wait);
        return await rig.Get<TestConnection>().RunAsync(contoso.Connection, default);
    }

    private static ConnectionTestStep AssertStep(
        IReadOnlyList<ConnectionTestStep> steps,
        string name,
        ConnectionTestResult result,
        string? code = null
    )
    {
        var step = Assert.Single(steps, step => step.Name == name);
        Assert.Equal((result, code), (step.Result, step.Code));
        return step;
    }
}

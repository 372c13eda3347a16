using System.Text.Json.Nodes;

namespace Anteroom.DevHost;

/// <summary>Makes the demo data once: each thing is remembered as soon as it exists, so that an interrupted demo goes on where it was.</summary>
internal sealed class DemoSeed(
    DemoOptions options,
    DemoFolder folder,
    DemoMemory memory,
    EmulatorControl emulator,
    AdminCommands admin,
    HttpClient http
)
{
    private const string Cloud = "emulator";

    private static readonly (string Name, string Slug, string Domain, string[] People)[] Companies =
    [
        ("Contoso", "contoso", "contoso.example", ["Alma Reyes", "Ben Okafor", "Chloe Lindqvist"]),
        ("Fabrikam", "fabrikam", "fabrikam.example", ["Dario Conti", "Emi Tanaka"]),
    ];

    /// <summary>Signs in on a host of its own; such hosts exist over https only.</summary>
    private static readonly (string Name, string Slug, string Domain, string[] People) WithOwnHost = (
        "Northwind",
        "northwind",
        "northwind.example",
        ["Farid Nasser", "Greta Holm"]
    );

    /// <summary>Has registered nothing: its people come in by the app registration of whoever runs this installation.</summary>
    private static readonly (string Name, string Slug, string Domain, string[] People) Sharing = (
        "Tailspin",
        "tailspin",
        "tailspin.example",
        ["Hana Sato", "Ivo Petrov"]
    );

    /// <summary>Who runs this installation, and has the tenant with the shared app registration.</summary>
    private static readonly (string Name, string Domain, string[] People) Operator = ("Proseware", "proseware.example", ["Jona Weiss"]);

    private IEnumerable<(string Name, string Slug, string Domain, string[] People)> All =>
        options.Https ? Companies.Append(WithOwnHost) : Companies;

    private readonly JsonCalls _api = new(http, $"{options.Server}/api/v1", () => memory.ApiKey);

    public async Task PlantAsync(CancellationToken ct)
    {
        foreach (var (name, _, domain, people) in All)
        {
            if (memory.Tenants.All(tenant => tenant.Domain != domain))
                Remember(() => memory.Tenants, await emulator.EnsureTenantAsync(name, domain, people, ct));
        }

        if (memory.ApiKey is null || await _api.FindAsync("/organizations?limit=1", ct) is null)
        {
            memory.ApiKey = (await admin.ApiKeyAsync(ct)).Reveal();
            memory.Save();
        }

        if (!await ListHasAsync("/clouds", "key", Cloud, ct))
            await _api.PostAsync("/clouds", CloudDescription(), ct);
        foreach (var (name, slug, domain, _) in All)
            await PlantOrganizationAsync(name, slug, TenantOf(domain), ct);
        await PlantSharedAppAsync(ct);

        if (memory.Client is null)
        {
            memory.Client = await CreateClientAsync(ct);
            memory.Save();
        }
    }

    private async Task<bool> ListHasAsync(string path, string member, string value, CancellationToken ct) =>
        await FindInListAsync(path, member, value, ct) is not null;

    private async Task<JsonNode?> FindInListAsync(string path, string member, string value, CancellationToken ct) =>
        (await _api.FindAsync(path, ct))?["items"]?.AsArray().FirstOrDefault(item => item?[member]?.GetValue<string>() == value);

    private JsonObject CloudDescription()
    {
        var description = new JsonObject
        {
            ["key"] = Cloud,
            ["name"] = "Entra emulator",
            ["authority"] = options.Emulator,
            ["graph"] = $"{options.Emulator}/graph",
        };
        if (options.Https)
            description["trustedCa"] = File.ReadAllText(folder.Authority);
        return description;
    }

    private async Task PlantOrganizationAsync(string name, string slug, DemoTenant tenant, CancellationToken ct)
    {
        var organization = memory.Organizations.Find(known => known.Slug == slug);
        if (organization is null)
        {
            var made =
                await _api.FindAsync($"/organizations/{slug}", ct)
                ?? await _api.PostAsync(
                    "/organizations",
                    new JsonObject
                    {
                        ["slug"] = slug,
                        ["name"] = name,
                        ["ownHost"] = slug == WithOwnHost.Slug,
                    },
                    ct
                );
            organization = new DemoOrganization(Text(made, "id"), slug, Text(made, "companyCode"), name, []);
            Remember(() => memory.Organizations, organization);
        }

        if (tenant.Applications.Count == 0)
            Remember(() => tenant.Applications, await emulator.CreateApplicationAsync(tenant, "Anteroom", ct));
        if (organization.Connections.Count == 0)
            Remember(
                () => organization.Connections,
                slug == Sharing.Slug ? await ConnectSharedAsync(organization, tenant, ct) : await ConnectAsync(organization, tenant, ct)
            );
    }

    private DemoTenant TenantOf(string domain) => memory.Tenants.First(tenant => tenant.Domain == domain);

    /// <summary>The operator's app registration in the emulator and in the server, and an organization that uses it.</summary>
    private async Task PlantSharedAppAsync(CancellationToken ct)
    {
        foreach (var (name, domain, people) in ((string, string, string[])[])[Operator, (Sharing.Name, Sharing.Domain, Sharing.People)])
            if (memory.Tenants.All(tenant => tenant.Domain != domain))
                Remember(() => memory.Tenants, await emulator.EnsureTenantAsync(name, domain, people, ct));
        var applications = TenantOf(Operator.Domain).Applications;
        if (applications.Count == 0)
            Remember(() => applications, await emulator.CreateApplicationAsync(TenantOf(Operator.Domain), "Proseware Sign-in", ct));
        await emulator.ShareAsync(
            applications[0].ClientId,
            $"{options.Server}/sso/callback",
            $"{options.Server}/sso/admin-consent",
            $"{options.Server}/sso/logout",
            ct
        );
        if (!await ListHasAsync("/shared-registrations", "clientId", applications[0].ClientId, ct))
            await _api.PostAsync(
                "/shared-registrations",
                new JsonObject
                {
                    ["cloud"] = Cloud,
                    ["name"] = "Proseware Sign-in",
                    ["clientId"] = applications[0].ClientId,
                    ["clientSecret"] = applications[0].ClientSecret,
                },
                ct
            );
        await PlantOrganizationAsync(Sharing.Name, Sharing.Slug, TenantOf(Sharing.Domain), ct);
    }

    /// <summary>An own app registration, a confidential client, the code flow, a callback per connection; activated at once.</summary>
    private async Task<DemoConnection> ConnectAsync(DemoOrganization organization, DemoTenant tenant, CancellationToken ct)
    {
        var application = tenant.Applications[0];
        var connections = $"/organizations/{organization.Slug}/connections";
        var name = $"{organization.Name} Entra";
        var known = await FindInListAsync(connections, "name", name, ct);
        var made =
            known
            ?? await _api.PostAsync(
                connections,
                new JsonObject
                {
                    ["name"] = name,
                    ["kind"] = "entra",
                    ["cloud"] = Cloud,
                    ["registration"] = "own",
                    ["clientKind"] = "confidential",
                    ["responseMode"] = "code",
                    ["callbackStyle"] = "connection",
                    ["tenantId"] = tenant.TenantId,
                    ["clientId"] = application.ClientId,
                    ["clientSecret"] = application.ClientSecret,
                    ["authorizedDomains"] = new JsonArray(),
                    ["provisioning"] = "create",
                    ["defaultRole"] = "member",
                    ["claimMappings"] = new JsonArray(),
                    ["roleMappings"] = new JsonArray(),
                },
                ct
            );
        var (id, redirectUri) = (Text(made, "id"), Text(made, "redirectUri"));
        await emulator.RegisterAddressesAsync(application.ClientId, redirectUri, Text(made, "logoutUri"), ct);
        var active =
            Text(made, "state") == "active"
                ? made
                : await _api.PostAsync($"{connections}/{id}/activate", new JsonObject { ["withoutTest"] = "demo data" }, ct);
        return new DemoConnection(
            id,
            Text(made, "key"),
            ClientKind: "confidential",
            ResponseMode: "code",
            CallbackStyle: "connection",
            Text(active, "state"),
            tenant.TenantId,
            application.ClientId,
            redirectUri
        );
    }

    /// <summary>By the operator's app registration: no id and no secret, but a tenant that the operator has connected, and consent.</summary>
    private async Task<DemoConnection> ConnectSharedAsync(DemoOrganization organization, DemoTenant tenant, CancellationToken ct)
    {
        var shared = TenantOf(Operator.Domain).Applications[0];
        var bindings = $"/organizations/{organization.Slug}/tenant-bindings";
        if (!await ListHasAsync(bindings, "tenantId", tenant.TenantId, ct))
            await _api.PostAsync(bindings, new JsonObject { ["tenantId"] = tenant.TenantId, ["cloud"] = Cloud }, ct);
        await emulator.ConsentAsync(tenant, shared.ClientId, ct);

        var connections = $"/organizations/{organization.Slug}/connections";
        var name = $"{organization.Name} Entra";
        var made =
            await FindInListAsync(connections, "name", name, ct)
            ?? await _api.PostAsync(
                connections,
                new JsonObject
                {
                    ["name"] = name,
                    ["kind"] = "entra",
                    ["cloud"] = Cloud,
                    ["registration"] = "shared",
                    ["defaultRole"] = "member",
                },
                ct
            );
        var active =
            Text(made, "state") == "active"
                ? made
                : await _api.PostAsync($"{connections}/{Text(made, "id")}/activate", new JsonObject { ["withoutTest"] = "demo data" }, ct);
        return new DemoConnection(
            Text(made, "id"),
            Text(made, "key"),
            ClientKind: "confidential",
            ResponseMode: "code",
            CallbackStyle: "central",
            Text(active, "state"),
            tenant.TenantId,
            shared.ClientId,
            Text(made, "redirectUri")
        );
    }

    private async Task<DemoClient> CreateClientAsync(CancellationToken ct)
    {
        var redirectUri = $"{options.Sample}/signin-oidc";
        var made = await _api.PostAsync(
            "/applications",
            new JsonObject
            {
                ["name"] = "Sample application",
                ["protocol"] = "oidc",
                ["redirectUris"] = new JsonArray(redirectUri),
                ["postLogoutRedirectUris"] = new JsonArray($"{options.Sample}/signed-out"),
                ["backChannelLogoutUri"] = $"{options.Sample}/backchannel-logout",
                ["clientKind"] = "confidential",
            },
            ct
        );
        return new DemoClient(Text(made, "clientId"), Text(made, "clientSecret"), [redirectUri], Kind: "confidential");
    }

    private void Remember<T>(Func<List<T>> where, T made)
    {
        where().Add(made);
        memory.Save();
    }

    private static string Text(JsonNode answer, string member) => JsonCalls.Text(answer, member);
}

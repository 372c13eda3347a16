using System.Net;
using System.Text.Json.Nodes;

namespace Anteroom.Tests.EntraEmulator.Graph;

/// <summary>A registration made by Graph from end to end (entra-oidc.md §8.4, graph.md §10).</summary>
[Collection(GraphCollection.Name)]
public sealed class ApplicationTests(GraphStage stage)
{
    private static readonly string[] Administration =
    [
        "Application.ReadWrite.All",
        "DelegatedPermissionGrant.ReadWrite.All",
        "AppRoleAssignment.ReadWrite.All",
        "Directory.Read.All",
    ];

    [Fact]
    public async Task Registration_secret_principal_and_consent_by_API_end_in_a_token_with_the_role()
    {
        var tenant = await stage.NewTenantAsync();
        var admin = await tenant.CallerAsync(Administration);
        var made = (await admin.PostAsync("applications", new { displayName = "Anteroom", signInAudience = "AzureADMyOrg" })).Succeeds(201);
        var appId = (string)made.Json["appId"]!;
        Assert.NotEqual(appId, made.Id);

        var secret = (
            await admin.PostAsync($"applications/{made.Id}/addPassword", new { passwordCredential = new { displayName = "2026" } })
        ).Succeeds(200);
        var text = (string)secret.Json["secretText"]!;
        Assert.Equal(text[..3], (string)secret.Json["hint"]!);
        Assert.Equal(
            2,
            (int)Math.Round(((DateTimeOffset)secret.Json["endDateTime"]! - (DateTimeOffset)secret.Json["startDateTime"]!).TotalDays / 365)
        );
        var read = (await admin.GetAsync($"applications(appId='{appId}')?$select=passwordCredentials")).Succeeds();
        Assert.Null(read.Json["passwordCredentials"]![0]!["secretText"]);
        Assert.DoesNotContain(text, read.Text, StringComparison.Ordinal);

        var principal = (await admin.PostAsync("servicePrincipals", new { appId })).Succeeds(201).Id;
        (await admin.PostAsync("servicePrincipals", new { appId })).Refuses(409, "Request_MultipleObjectsWithSameKeyValue");
        var graph = (
            await admin.GetAsync("servicePrincipals(appId='00000003-0000-0000-c000-000000000000')?$select=id,appRoles")
        ).Succeeds();
        var role = ((JsonArray)graph.Json["appRoles"]!).Single(one => (string)one!["value"]! == "User.Read.All")!;
        Assert.Equal("df021288-bdef-4463-88db-98f22de89214", (string)role["id"]!);

        var before = new GraphClient(stage.Emulator, await tenant.AppTokenAsync(appId, text));
        (await before.GetAsync("users")).Refuses(403, "Authorization_RequestDenied");
        var assignment = new
        {
            principalId = principal,
            resourceId = graph.Id,
            appRoleId = (string)role["id"]!,
        };
        (await admin.PostAsync($"servicePrincipals/{principal}/appRoleAssignments", assignment)).Succeeds(201);
        (await admin.PostAsync($"servicePrincipals/{principal}/appRoleAssignments", assignment)).Refuses(
            400,
            "Request_BadRequest",
            "Permission being assigned already exists on the object"
        );
        (await before.GetAsync("users")).Refuses(403, "Authorization_RequestDenied"); // the token is older
        (await new GraphClient(stage.Emulator, await tenant.AppTokenAsync(appId, text)).GetAsync("users")).Succeeds();

        (await admin.PostAsync($"applications/{made.Id}/removePassword", new { keyId = (string)secret.Json["keyId"]! })).Succeeds(204);
        var refused = await stage.Emulator.TokenAsync(
            tenant.Id,
            null,
            ("grant_type", "client_credentials"),
            ("client_id", appId),
            ("client_secret", text),
            ("scope", "https://graph.microsoft.com/.default")
        );
        Assert.Equal(7000215, refused.Code);
    }

    [Fact] // entra-oidc.md §6.1
    public async Task A_delegated_grant_is_made_once_widened_and_withdrawn()
    {
        var tenant = await stage.NewTenantAsync();
        var admin = await tenant.CallerAsync(Administration);
        var (appId, _) = await tenant.RegisterAsync(new { grantAdminConsent = false });
        var client = (await admin.GetAsync($"servicePrincipals(appId='{appId}')")).Succeeds().Id;
        var graph = (await admin.GetAsync("servicePrincipals?$filter=appId eq '00000003-0000-0000-c000-000000000000'"))
            .Succeeds()
            .Names("id")
            .Single();
        var body = new
        {
            clientId = client,
            consentType = "AllPrincipals",
            principalId = (string?)null,
            resourceId = graph,
            scope = "openid profile",
        };
        var grant = (await admin.PostAsync("oauth2PermissionGrants", body)).Succeeds(201).Id;
        (await admin.PostAsync("oauth2PermissionGrants", body)).Refuses(
            409,
            "Request_MultipleObjectsWithSameKeyValue",
            "Permission entry already exists."
        );
        (await admin.PatchAsync($"oauth2PermissionGrants/{grant}", new { scope = "openid profile User.Read" })).Succeeds(204);
        var listed = (await admin.GetAsync($"oauth2PermissionGrants?$filter=clientId eq '{client}'")).Succeeds();
        Assert.Equal(["openid profile User.Read"], listed.Names("scope"));
        (await admin.DeleteAsync($"oauth2PermissionGrants/{grant}")).Succeeds(204);
        Assert.Empty((await admin.GetAsync($"servicePrincipals/{client}/oauth2PermissionGrants")).Values);
    }

    [Fact] // graph.md §9.4
    public async Task What_was_just_created_is_not_found_for_a_moment_where_that_is_switched_on()
    {
        await using var emulator = await EmulatorStage.StartAsync();
        await emulator.PatchAsync("/settings", new { graph = new { replicationSeconds = 30 } });
        var tenant = new GraphTenant(emulator, emulator.TenantId, "contoso.example");
        var admin = await tenant.CallerAsync(Administration);
        var made = (await admin.PostAsync("applications", new { displayName = "Fresh" })).Succeeds(201);
        (await admin.GetAsync($"applications/{made.Id}")).Refuses(404, "Request_ResourceNotFound");
        (await admin.PostAsync($"applications/{made.Id}/addPassword")).Refuses(404, "Request_ResourceNotFound");
        (await admin.PostAsync("servicePrincipals", new { appId = (string)made.Json["appId"]! })).Refuses(400, "Request_BadRequest");
        Assert.DoesNotContain("Fresh", (await admin.GetAsync("applications")).Names());
        emulator.Clock.Advance(TimeSpan.FromSeconds(30));
        (await admin.GetAsync($"applications/{made.Id}")).Succeeds();
    }

    [Fact] // entra-oidc.md §3.1: exact, one audience, issuer and subject unique
    public async Task Federated_credentials_are_kept_by_their_rules()
    {
        var tenant = await stage.NewTenantAsync();
        var admin = await tenant.CallerAsync(Administration);
        var app = (await admin.PostAsync("applications", new { displayName = "Workload" })).Succeeds(201).Id;
        var path = $"applications/{app}/federatedIdentityCredentials";
        var body = new
        {
            name = "ci-job",
            issuer = "https://idp.example/",
            subject = "job:1",
            audiences = new[] { "api://AzureADTokenExchange" },
        };
        var made = (await admin.PostAsync(path, body)).Succeeds(201).Id;
        (await admin.PostAsync(path, body)).Refuses(409, "Request_MultipleObjectsWithSameKeyValue");
        (
            await admin.PostAsync(
                path,
                new
                {
                    name = "other",
                    body.issuer,
                    body.subject,
                    body.audiences,
                }
            )
        ).Refuses(400, "Request_BadRequest");
        (
            await admin.PostAsync(
                path,
                new
                {
                    name = "two",
                    issuer = "https://a.example",
                    subject = "s",
                    audiences = new[] { "a", "b" },
                }
            )
        ).Refuses(400, "Request_BadRequest");
        (await admin.PatchAsync($"{path}/{made}", new { name = "renamed" })).Refuses(400, "Request_BadRequest");
        (await admin.PatchAsync($"{path}/{made}", new { subject = "job:2" })).Succeeds(204);
        Assert.Equal("job:2", (string)(await admin.GetAsync($"{path}/ci-job")).Succeeds().Json["subject"]!);
        (await admin.DeleteAsync($"{path}/{made}")).Succeeds(204);
        Assert.Empty((await admin.GetAsync(path)).Values);
    }

    [Fact]
    public async Task A_patch_of_one_platform_leaves_the_others_and_bad_addresses_are_refused()
    {
        var tenant = await stage.NewTenantAsync();
        var admin = await tenant.CallerAsync(Administration);
        var app = (
            await admin.PostAsync(
                "applications",
                new
                {
                    displayName = "Web",
                    web = new { redirectUris = new[] { "https://a.example/cb" }, logoutUrl = "https://a.example/out" },
                }
            )
        )
            .Succeeds(201)
            .Id;
        (
            await admin.PatchAsync(
                $"applications/{app}",
                new { web = new { implicitGrantSettings = new { enableIdTokenIssuance = true } } }
            )
        ).Succeeds(204);
        var web = (await admin.GetAsync($"applications/{app}?$select=web")).Json["web"]!;
        Assert.Equal("https://a.example/cb", (string)web["redirectUris"]![0]!);
        Assert.Equal("https://a.example/out", (string)web["logoutUrl"]!);
        Assert.True((bool)web["implicitGrantSettings"]!["enableIdTokenIssuance"]!);
        (await admin.PatchAsync($"applications/{app}", new { web = new { redirectUris = new[] { "http://a.example/cb" } } })).Refuses(
            400,
            "Request_BadRequest"
        );
        // Mapped claims are never for several tenants (entra-oidc.md §8.2).
        (await admin.PatchAsync($"applications/{app}", new { api = new { acceptMappedClaims = true } })).Refuses(400, "Request_BadRequest");
    }

    [Fact] // graph.md §2: OwnedBy is for one's own
    public async Task With_OwnedBy_an_application_changes_what_it_made()
    {
        var tenant = await stage.NewTenantAsync();
        var owner = await tenant.CallerAsync("Application.ReadWrite.OwnedBy");
        var stranger = await tenant.CallerAsync("Application.ReadWrite.OwnedBy");
        var app = (await owner.PostAsync("applications", new { displayName = "Mine", signInAudience = "AzureADMyOrg" })).Succeeds(201).Id;
        (await owner.PostAsync($"applications/{app}/addPassword")).Succeeds();
        (await stranger.PostAsync($"applications/{app}/addPassword")).Refuses(403, "Authorization_RequestDenied");
        (await stranger.DeleteAsync($"applications/{app}")).Refuses(403, "Authorization_RequestDenied");
        (await owner.DeleteAsync($"applications/{app}")).Succeeds(204);
    }

    [Fact] // graph.md §10 addKey: by proof of possession
    public async Task A_further_certificate_needs_a_proof_by_one_that_is_there()
    {
        var tenant = await stage.NewTenantAsync();
        var admin = await tenant.CallerAsync(Administration);
        using var old = TestCertificate.Make();
        using var next = TestCertificate.Make();
        var app = (await admin.PostAsync("applications", new { displayName = "Certified", keyCredentials = new[] { old.KeyCredential } }))
            .Succeeds(201)
            .Id;
        var path = $"applications/{app}/addKey";
        var now = stage.Emulator.Clock.GetUtcNow();
        (await admin.PostAsync(path, new { keyCredential = next.KeyCredential, proof = next.Proof(app, now) })).Refuses(
            400,
            "Request_BadRequest"
        );
        (await admin.PostAsync(path, new { keyCredential = next.KeyCredential, proof = old.Proof(app, now.AddHours(-1)) })).Refuses(
            400,
            "Request_BadRequest"
        );
        (await admin.PostAsync(path, new { keyCredential = next.KeyCredential, proof = old.Proof(app, now) })).Succeeds(200);
        var keys = (JsonArray)(await admin.GetAsync($"applications/{app}?$select=keyCredentials")).Json["keyCredentials"]!;
        Assert.Equal(2, keys.Count);
        Assert.Contains(next.Thumbprint, keys.Select(key => (string)key!["customKeyIdentifier"]!));
    }

    [Fact]
    public async Task The_token_endpoint_knows_nothing_of_a_deleted_application()
    {
        var tenant = await stage.NewTenantAsync();
        var admin = await tenant.CallerAsync(Administration);
        var (appId, secret) = await tenant.RegisterAsync();
        (await admin.DeleteAsync($"applications(appId='{appId}')")).Succeeds(204);
        var reply = await stage.Emulator.TokenAsync(
            tenant.Id,
            null,
            ("grant_type", "client_credentials"),
            ("client_id", appId),
            ("client_secret", secret),
            ("scope", "https://graph.microsoft.com/.default")
        );
        Assert.Equal((HttpStatusCode.BadRequest, 700016), (reply.Status, reply.Code));
        Assert.Contains(appId, (await admin.GetAsync("directory/deletedItems/microsoft.graph.application")).Names("appId"));
    }
}

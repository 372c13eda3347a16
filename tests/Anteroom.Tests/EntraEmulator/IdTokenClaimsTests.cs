using System.Text.Json.Nodes;

namespace Anteroom.Tests.EntraEmulator;

/// <summary>entra-oidc.md §4: which claims a v2.0 ID token carries, and when.</summary>
public sealed class IdTokenClaimsTests : IAsyncLifetime
{
    private EmulatorStage _stage = null!;

    public async ValueTask InitializeAsync() => _stage = await EmulatorStage.StartAsync();

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact] // §4.1, and what §4.2 says is absent: no amr, no upn, no sid, no email_verified unless asked
    public async Task Without_optional_claims_only_the_basic_ones_are_there()
    {
        var claims = await _stage.IdTokenAsync(("scope", "openid profile"));
        Assert.Equal(
            ["aio", "aud", "exp", "iat", "iss", "name", "nbf", "nonce", "oid", "preferred_username", "rh", "sub", "tid", "uti", "ver"],
            claims.Select(claim => claim.Key).Order(StringComparer.Ordinal)
        );
        Assert.Equal(_stage.AppId, (string?)claims["aud"]);
        Assert.Equal($"{_stage.Url}/{_stage.TenantId}/v2.0", (string?)claims["iss"]);
        Assert.Equal(_stage.TenantId, (string?)claims["tid"]);
        Assert.Equal(_stage.UserId, (string?)claims["oid"]);
        Assert.Equal("mira@contoso.example", (string?)claims["preferred_username"]);
        Assert.Equal("nonce-1", (string?)claims["nonce"]);
        Assert.Equal("2.0", (string?)claims["ver"]);
        Assert.Equal(43, ((string)claims["sub"]!).Length);
    }

    [Fact] // §4.2 tid and oid: with profile
    public async Task Without_the_profile_scope_nobody_is_named()
    {
        var claims = await _stage.IdTokenAsync(("scope", "openid"));
        Assert.DoesNotContain(claims, claim => claim.Key is "oid" or "tid" or "name" or "preferred_username" or "email");
    }

    [Fact] // §4.1 timing: back-dated five minutes, exp - iat = 3900
    public async Task Times_are_dated_five_minutes_back()
    {
        var claims = await _stage.IdTokenAsync();
        var now = _stage.Clock.GetUtcNow().ToUnixTimeSeconds();
        Assert.Equal(now - 300, (long)claims["iat"]!);
        Assert.Equal(now - 300, (long)claims["nbf"]!);
        Assert.Equal(3900, (long)claims["exp"]! - (long)claims["iat"]!);
    }

    [Fact] // §4.2: the optional claims
    public async Task Optional_claims_come_when_they_are_configured()
    {
        await OptionalAsync(
            "sid",
            "upn",
            "auth_time",
            "login_hint",
            "acct",
            "given_name",
            "family_name",
            "xms_edov",
            "tenant_ctry",
            "ctry",
            "amr"
        );
        var claims = await _stage.IdTokenAsync();
        Assert.True(Guid.TryParse((string?)claims["sid"], out _));
        Assert.Equal("mira@contoso.example", (string?)claims["upn"]);
        Assert.Equal(_stage.Clock.GetUtcNow().ToUnixTimeSeconds(), (long)claims["auth_time"]!);
        Assert.StartsWith("O.", (string?)claims["login_hint"], StringComparison.Ordinal);
        Assert.Equal(0, (int)claims["acct"]!);
        Assert.Equal("Mira", (string?)claims["given_name"]);
        Assert.Equal("Koch", (string?)claims["family_name"]);
        Assert.True((bool)claims["xms_edov"]!);
        Assert.Equal("DE", (string?)claims["tenant_ctry"]);
        Assert.False(claims.ContainsKey("ctry")); // no value: left out, not null
        Assert.False(claims.ContainsKey("amr")); // not in v2, asked or not
    }

    [Fact] // §2.1: the opaque hint signs in again without a name
    public async Task The_login_hint_claim_works_as_login_hint()
    {
        await OptionalAsync("login_hint");
        var hint = (string)(await _stage.IdTokenAsync())["login_hint"]!;
        var page = await _stage.NewBrowser().OpenAsync(_stage.AuthorizeUrl(null, ("login_hint", hint)));
        Assert.Equal("Enter password", page.Heading);
        Assert.Contains("mira@contoso.example", page.Text, StringComparison.Ordinal);
    }

    [Theory] // §4.2 email: the mail attribute, whatever it holds, by scope or optional claim
    [InlineData("someone@else.example", "someone@else.example")]
    [InlineData("not an address", "not an address")]
    [InlineData(null, null)]
    public async Task Email_is_the_mail_attribute_or_absent(string? mail, string? expected)
    {
        await _stage.PatchAsync($"/tenants/{_stage.TenantId}/users/{_stage.UserId}", new { mail });
        await OptionalAsync("xms_edov");
        var claims = await _stage.IdTokenAsync();
        Assert.Equal(expected, (string?)claims["email"]);
        Assert.Equal(expected is not null, claims.ContainsKey("xms_edov"));
        if (expected is not null)
            Assert.False((bool)claims["xms_edov"]!);
        Assert.False(claims.ContainsKey("email_verified"));
    }

    [Fact] // §5: multi-tenant applications get no unverified address, unless they were told to
    public async Task An_unverified_address_is_kept_from_multi_tenant_applications()
    {
        await _stage.PatchAsync($"/tenants/{_stage.TenantId}/users/{_stage.UserId}", new { mail = "victim@else.example" });
        await _stage.PatchAsync($"/applications/{_stage.AppId}", new { signInAudience = "AzureADMultipleOrgs" });
        Assert.False((await _stage.IdTokenAsync()).ContainsKey("email"));
        await _stage.PatchAsync(
            $"/applications/{_stage.AppId}",
            new { authenticationBehaviors = new { removeUnverifiedEmailClaim = false } }
        );
        Assert.Equal("victim@else.example", (string?)(await _stage.IdTokenAsync())["email"]);
    }

    [Fact] // §4.1 sub: pairwise, stable for one application
    public async Task The_subject_is_the_same_for_one_application_and_another_for_the_next()
    {
        var first = (string)(await _stage.IdTokenAsync())["sub"]!;
        Assert.Equal(first, (string)(await _stage.IdTokenAsync())["sub"]!);

        var other = await _stage.PostAsync(
            $"/tenants/{_stage.TenantId}/applications",
            new { displayName = "Other", web = new { redirectUris = new[] { EmulatorStage.RedirectUri } } }
        );
        var secret = await _stage.PostAsync($"/applications/{(string)other["appId"]!}/secrets", new { });
        var tokens = await _stage.RedeemAsync(
            await _stage.CodeAsync(("client_id", (string)other["appId"]!)),
            ("client_id", (string)other["appId"]!),
            ("client_secret", (string)secret["secretText"]!)
        );
        Assert.NotEqual(first, (string)Jwt.Payload((string)tokens.Body["id_token"]!)["sub"]!);
    }

    [Fact] // §5: a guest has its own oid, idp names the home, upn only by modifier, acct 1, e-mail by default
    public async Task A_guest_is_another_object_with_an_identity_provider()
    {
        var fabrikam = (string)(await _stage.PostAsync("/tenants", new { displayName = "Fabrikam" }))["id"]!;
        var home = await _stage.PostAsync(
            $"/tenants/{fabrikam}/users",
            new
            {
                userPrincipalName = "dana@fabrikam.onmicrosoft.com",
                displayName = "Dana Reyes",
                mail = "dana@fabrikam.onmicrosoft.com",
                password = EmulatorStage.Password,
            }
        );
        var guest = await _stage.PostAsync($"/tenants/{_stage.TenantId}/users", new { homeUser = "dana@fabrikam.onmicrosoft.com" });
        Assert.Equal("dana_fabrikam.onmicrosoft.com#EXT#@contoso.onmicrosoft.com", (string?)guest["userPrincipalName"]);
        await OptionalAsync("acct", "upn");

        var claims = await GuestTokenAsync();
        Assert.Equal((string?)guest["id"], (string?)claims["oid"]);
        Assert.NotEqual((string?)home["id"], (string?)claims["oid"]);
        Assert.Equal(_stage.TenantId, (string?)claims["tid"]);
        Assert.Equal($"https://sts.windows.net/{fabrikam}/", (string?)claims["idp"]);
        Assert.Equal(1, (int)claims["acct"]!);
        Assert.Equal("dana@fabrikam.onmicrosoft.com", (string?)claims["email"]);
        Assert.Equal("dana@fabrikam.onmicrosoft.com", (string?)claims["preferred_username"]);
        Assert.False(claims.ContainsKey("upn"));

        await _stage.PatchAsync(
            $"/applications/{_stage.AppId}",
            new
            {
                optionalClaims = new
                {
                    idToken = new[] { new { name = "upn", additionalProperties = new[] { "include_externally_authenticated_upn" } } },
                },
            }
        );
        Assert.Equal("dana_fabrikam.onmicrosoft.com#EXT#@contoso.onmicrosoft.com", (string?)(await GuestTokenAsync())["upn"]);

        async Task<JsonObject> GuestTokenAsync()
        {
            var reply = await _stage
                .NewBrowser()
                .SignInAsync(
                    _stage.AuthorizeUrl(null, ("scope", "openid profile")),
                    "dana@fabrikam.onmicrosoft.com",
                    EmulatorStage.Password
                );
            return Jwt.Payload((string)(await _stage.RedeemAsync(reply["code"])).Body["id_token"]!);
        }
    }

    [Fact] // §4.4: nested memberships count for SecurityGroup, only assigned direct ones for ApplicationGroup
    public async Task Groups_follow_the_configured_kind()
    {
        var inner = (string)
            (
                await _stage.PostAsync(
                    $"/tenants/{_stage.TenantId}/groups",
                    new { displayName = "Inner", members = new[] { _stage.UserId } }
                )
            )["id"]!;
        var outer = (string)
            (await _stage.PostAsync($"/tenants/{_stage.TenantId}/groups", new { displayName = "Outer", members = new[] { inner } }))["id"]!;
        Assert.False((await _stage.IdTokenAsync()).ContainsKey("groups"));

        await _stage.PatchAsync($"/applications/{_stage.AppId}", new { groupMembershipClaims = "SecurityGroup" });
        Assert.Equal(new[] { inner, outer }.Order(), Groups(await _stage.IdTokenAsync()));

        await _stage.PatchAsync($"/applications/{_stage.AppId}", new { groupMembershipClaims = "ApplicationGroup" });
        await _stage.PostAsync($"/tenants/{_stage.TenantId}/service-principals/{_stage.AppId}/assignments", new { principalId = outer });
        Assert.False((await _stage.IdTokenAsync()).ContainsKey("groups"));
        await _stage.PostAsync($"/tenants/{_stage.TenantId}/service-principals/{_stage.AppId}/assignments", new { principalId = inner });
        Assert.Equal([inner], Groups(await _stage.IdTokenAsync()));
    }

    [Fact] // §4.4 overage: 200 are in the token, 201 are not
    public async Task More_than_200_groups_become_a_pointer()
    {
        await _stage.PatchAsync($"/applications/{_stage.AppId}", new { groupMembershipClaims = "SecurityGroup" });
        for (var i = 0; i < 200; i++)
            await _stage.PostAsync(
                $"/tenants/{_stage.TenantId}/groups",
                new { displayName = $"Group {i}", members = new[] { _stage.UserId } }
            );
        Assert.Equal(200, Groups(await _stage.IdTokenAsync()).Count());

        await _stage.PostAsync(
            $"/tenants/{_stage.TenantId}/groups",
            new { displayName = "One too many", members = new[] { _stage.UserId } }
        );
        var claims = await _stage.IdTokenAsync();
        Assert.False(claims.ContainsKey("groups"));
        Assert.Equal("src1", (string?)claims["_claim_names"]!["groups"]);
        Assert.Equal(
            $"https://graph.windows.net/{_stage.TenantId}/users/{_stage.UserId}/getMemberObjects",
            (string?)claims["_claim_sources"]!["src1"]!["endpoint"]
        );
    }

    [Fact] // §4.2 roles: values of assigned app roles
    public async Task Roles_are_the_values_of_assigned_roles()
    {
        var role = Guid.Parse("5ce770ea-0000-4000-8000-b3cd509cd400");
        await _stage.PatchAsync(
            $"/applications/{_stage.AppId}",
            new
            {
                appRoles = new[]
                {
                    new
                    {
                        id = role,
                        displayName = "Editors",
                        value = "Editor",
                        isEnabled = true,
                    },
                },
            }
        );
        Assert.False((await _stage.IdTokenAsync()).ContainsKey("roles"));
        await _stage.PostAsync(
            $"/tenants/{_stage.TenantId}/service-principals/{_stage.AppId}/assignments",
            new { principalId = _stage.UserId, appRoleId = role }
        );
        Assert.Equal("Editor", (string?)(await _stage.IdTokenAsync())["roles"]![0]);
    }

    [Fact] // §2.3: with the box, hybrid works and carries c_hash
    public async Task Hybrid_carries_a_code_hash()
    {
        await _stage.PatchAsync(
            $"/applications/{_stage.AppId}",
            new { web = new { implicitGrantSettings = new { enableIdTokenIssuance = true } } }
        );
        var reply = await _stage
            .NewBrowser()
            .SignInAsync(_stage.AuthorizeUrl(null, ("response_type", "code id_token")), "mira@contoso.example", EmulatorStage.Password);
        var half = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(reply["code"])).AsSpan(0, 16);
        Assert.Equal(System.Buffers.Text.Base64Url.EncodeToString(half), (string?)Jwt.Payload(reply["id_token"])["c_hash"]);
    }

    private Task<JsonObject> OptionalAsync(params string[] names) =>
        _stage.PatchAsync(
            $"/applications/{_stage.AppId}",
            new { optionalClaims = new { idToken = names.Select(name => new { name }).ToArray() } }
        );

    private static IEnumerable<string> Groups(JsonObject claims) => ((JsonArray)claims["groups"]!).Select(group => (string)group!);
}

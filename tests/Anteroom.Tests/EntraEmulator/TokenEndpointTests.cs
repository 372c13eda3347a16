using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Anteroom.Tests.EntraEmulator;

/// <summary>entra-oidc.md §3 (token endpoint) and the rows of §2.6 that belong to it.</summary>
public sealed partial class TokenEndpointTests : IAsyncLifetime
{
    private const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    private EmulatorStage _stage = null!;

    private static string S256 => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    public async ValueTask InitializeAsync() => _stage = await EmulatorStage.StartAsync();

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact] // §3.2
    [Trait("Capability", "HEL-04")]
    public async Task A_code_buys_the_documented_answer()
    {
        var reply = await _stage.RedeemAsync(await _stage.CodeAsync());
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Equal(
            ["token_type", "scope", "expires_in", "ext_expires_in", "access_token", "id_token"],
            reply.Body.Select(member => member.Key)
        );
        Assert.Equal("Bearer", (string?)reply.Body["token_type"]);
        Assert.Equal("email openid profile", (string?)reply.Body["scope"]);
        Assert.InRange((int)reply.Body["expires_in"]!, 3600, 5400);
        Assert.Equal((int)reply.Body["expires_in"]!, (int)reply.Body["ext_expires_in"]!);
        Assert.Equal("no-store, no-cache", reply.Headers["Cache-Control"]);
        Assert.Equal("no-cache", reply.Headers["Pragma"]);
        Assert.Contains("x-ms-request-id", reply.Headers.Keys);
    }

    [Fact] // §3: HTTP Basic works as well
    public async Task A_secret_may_come_by_basic_authentication()
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{_stage.Url}/{_stage.TenantId}/oauth2/v2.0/token");
        var pair = $"{Uri.EscapeDataString(_stage.AppId)}:{Uri.EscapeDataString(_stage.Secret)}";
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(pair)));
        request.Content = new FormUrlEncodedContent([
            new("grant_type", "client_credentials"),
            new("scope", "https://graph.microsoft.com/.default"),
        ]);
        using var response = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact] // §2.6 row 54005
    public async Task A_code_is_redeemed_once()
    {
        var code = await _stage.CodeAsync();
        await _stage.RedeemAsync(code);
        AssertRefused(
            await _stage.RedeemAsync(code),
            54005,
            "invalid_grant",
            HttpStatusCode.BadRequest,
            "OAuth2 Authorization code was already redeemed"
        );
    }

    [Fact] // §2.6 row 54005, raced
    public async Task Of_many_redemptions_at_once_one_wins()
    {
        var code = await _stage.CodeAsync();
        var replies = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => _stage.RedeemAsync(code)));
        Assert.Single(replies, reply => reply.Status == HttpStatusCode.OK);
        Assert.All(replies.Where(reply => reply.Status != HttpStatusCode.OK), reply => Assert.Equal(54005, reply.Code));
    }

    [Fact] // §2.6 row 70008, §11: ten minutes
    public async Task A_code_lives_ten_minutes()
    {
        var code = await _stage.CodeAsync();
        _stage.Clock.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await _stage.RedeemAsync(code)).Status);

        code = await _stage.CodeAsync();
        _stage.Clock.Advance(TimeSpan.FromMinutes(10));
        AssertRefused(await _stage.RedeemAsync(code), 70008, "invalid_grant", HttpStatusCode.BadRequest, "has expired due to inactivity");
    }

    [Theory] // §2.6 row 501481
    [InlineData("S256")]
    [InlineData("plain")]
    public async Task A_wrong_verifier_is_501481(string method)
    {
        var challenge = method == "S256" ? S256 : Verifier;
        var code = await _stage.CodeAsync(("code_challenge", challenge), ("code_challenge_method", method));
        AssertRefused(
            await _stage.RedeemAsync(code, ("code_verifier", new string('x', 43))),
            501481,
            "invalid_grant",
            HttpStatusCode.BadRequest,
            "The Code_Verifier does not match"
        );
        AssertRefused(
            await _stage.RedeemAsync(code),
            501481,
            "invalid_grant",
            HttpStatusCode.BadRequest,
            "The Code_Verifier does not match"
        );

        // A failed try does not use the code up.
        Assert.Equal(HttpStatusCode.OK, (await _stage.RedeemAsync(code, ("code_verifier", Verifier))).Status);
    }

    [Fact] // §2.1: an absent method means plain
    public async Task A_challenge_without_a_method_is_plain()
    {
        var code = await _stage.CodeAsync(("code_challenge", Verifier));
        Assert.Equal(HttpStatusCode.OK, (await _stage.RedeemAsync(code, ("code_verifier", Verifier))).Status);
    }

    [Fact] // §2.6 row 7000215, recorded answer token-error-invalid-client: what people paste by mistake
    [Trait("Capability", "HEC-27")]
    [Trait("Capability", "HEL-05")]
    public async Task The_secret_id_in_place_of_the_value_is_7000215()
    {
        var reply = await _stage.RedeemAsync(await _stage.CodeAsync(), ("client_secret", _stage.SecretId));
        AssertRefused(
            reply,
            7000215,
            "invalid_client",
            HttpStatusCode.Unauthorized,
            $"Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{_stage.AppId}'."
        );
        Assert.Equal(
            ["error", "error_description", "error_codes", "timestamp", "trace_id", "correlation_id", "error_uri"],
            reply.Body.Select(member => member.Key)
        );
        Assert.EndsWith("/error?code=7000215", (string?)reply.Body["error_uri"], StringComparison.Ordinal);
    }

    [Fact] // §2.6 row 7000222
    public async Task An_expired_secret_is_7000222()
    {
        var old = await _stage.PostAsync(
            $"/applications/{_stage.AppId}/secrets",
            new { displayName = "old", endDateTime = _stage.Clock.GetUtcNow().AddDays(1) }
        );
        var code = await _stage.CodeAsync();
        _stage.Clock.Advance(TimeSpan.FromDays(1));
        code = await _stage.CodeAsync();
        AssertRefused(
            await _stage.RedeemAsync(code, ("client_secret", (string)old["secretText"]!)),
            7000222,
            "invalid_client",
            HttpStatusCode.Unauthorized,
            $"The provided client secret keys for app '{_stage.AppId}' are expired."
        );
    }

    [Fact] // §2.6 row 7000218
    public async Task A_web_application_without_a_secret_is_7000218()
    {
        AssertRefused(
            await _stage.RedeemAsync(await _stage.CodeAsync(), ("client_secret", null)),
            7000218,
            "invalid_client",
            HttpStatusCode.Unauthorized,
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."
        );
    }

    [Fact] // §3.4 web with Origin, §2.6 row 9002326
    public async Task A_web_code_with_an_origin_is_9002326()
    {
        var reply = await _stage.TokenAsync(null, "https://rp.example", CodeForm(await _stage.CodeAsync()));
        AssertRefused(
            reply,
            9002326,
            "invalid_request",
            HttpStatusCode.BadRequest,
            "permitted only for the 'Single-Page Application' client-type. Request origin: 'https://rp.example'."
        );
    }

    [Fact] // §3.4 spa without Origin, §2.6 row 9002327: a server whose address was registered as SPA
    public async Task A_spa_code_without_an_origin_is_9002327()
    {
        var code = await SpaCodeAsync();
        AssertRefused(
            await _stage.RedeemAsync(code, ("redirect_uri", EmulatorStage.SpaRedirectUri), ("code_verifier", Verifier)),
            9002327,
            "invalid_request",
            HttpStatusCode.BadRequest,
            "may only be redeemed via cross-origin requests."
        );
    }

    [Fact] // §3.4 spa
    public async Task A_spa_redeems_cross_origin_with_pkce_and_without_a_secret()
    {
        var code = await SpaCodeAsync();
        (string, string?)[] form = [.. CodeForm(code, EmulatorStage.SpaRedirectUri, secret: null), ("code_verifier", Verifier)];
        var withoutVerifier = await _stage.TokenAsync(
            null,
            "https://spa.example",
            CodeForm(code, EmulatorStage.SpaRedirectUri, secret: null)
        );
        AssertRefused(withoutVerifier, 9002325, "invalid_request", HttpStatusCode.BadRequest, "Proof Key for Code Exchange is required");

        var reply = await _stage.TokenAsync(null, "https://spa.example", form);
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Equal("*", reply.Headers["Access-Control-Allow-Origin"]);
    }

    [Fact] // §3.4 publicClient
    public async Task A_public_client_must_not_send_a_secret()
    {
        var code = await _stage.CodeAsync(("redirect_uri", EmulatorStage.NativeRedirectUri), ("code_challenge", Verifier));
        (string, string?)[] form = [.. CodeForm(code, EmulatorStage.NativeRedirectUri), ("code_verifier", Verifier)];
        AssertRefused(await _stage.TokenAsync(null, null, form), 700025, "invalid_client", HttpStatusCode.Unauthorized, "Client is public");

        form = [.. CodeForm(code, EmulatorStage.NativeRedirectUri, secret: null), ("code_verifier", Verifier)];
        Assert.Equal(HttpStatusCode.OK, (await _stage.TokenAsync(null, null, form)).Status);
    }

    [Theory] // §2.6 rows 500112, 700005, 70003, 900144, 9002313
    [InlineData("redirect_uri", "https://rp.example/other", 500112, "invalid_grant")]
    [InlineData("grant_type", "no_such_grant", 70003, "unsupported_grant_type")]
    [InlineData("grant_type", null, 900144, "invalid_request")]
    [InlineData("client_id", null, 900144, "invalid_request")]
    [InlineData("code", "0.AXnonsense", 9002313, "invalid_request")]
    public async Task A_malformed_redemption_is_refused(string name, string? value, int code, string error)
    {
        AssertRefused(await _stage.RedeemAsync(await _stage.CodeAsync(), (name, value)), code, error, HttpStatusCode.BadRequest, "");
    }

    [Fact] // §2.6 row 700005
    public async Task A_code_is_redeemed_at_the_path_it_was_issued_at()
    {
        await _stage.PatchAsync($"/applications/{_stage.AppId}", new { signInAudience = "AzureADMultipleOrgs" });
        var reply = await _stage.TokenAsync("organizations", null, CodeForm(await _stage.CodeAsync()));
        AssertRefused(reply, 700005, "invalid_grant", HttpStatusCode.BadRequest, "");
    }

    [Theory] // recorded answers token-error-unknown-client and token-error-unsupported-grant-type: no error_uri
    [InlineData(
        "00000000-0000-0000-0000-000000000000",
        "client_credentials",
        700038,
        "unauthorized_client",
        "00000000-0000-0000-0000-000000000000 is not a valid application identifier."
    )]
    [InlineData(
        "6f0c2b1e-1111-4000-8000-1a2b3c4d5e6f",
        "no_such_grant",
        70003,
        "unsupported_grant_type",
        "The app requested an unsupported grant type 'no_such_grant'."
    )]
    public async Task Some_refusals_carry_no_error_uri(string clientId, string grantType, int code, string error, string message)
    {
        var reply = await _stage.TokenAsync(
            null,
            null,
            ("client_id", clientId),
            ("grant_type", grantType),
            ("client_secret", "x"),
            ("scope", "https://graph.microsoft.com/.default")
        );
        AssertRefused(reply, code, error, HttpStatusCode.BadRequest, message);
        Assert.False(reply.Body.ContainsKey("error_uri"));
    }

    [Fact] // §2.6 row 90002 at the token endpoint: invalid_request
    public async Task An_unknown_tenant_is_90002()
    {
        AssertRefused(
            await _stage.TokenAsync("nobody.example", null, ("grant_type", "client_credentials")),
            90002,
            "invalid_request",
            HttpStatusCode.BadRequest,
            "Tenant 'nobody.example' not found."
        );
    }

    [Fact] // §2.6 row 700016 at the token endpoint
    public async Task An_unknown_client_is_700016()
    {
        var reply = await _stage.TokenAsync(
            null,
            null,
            ("client_id", "6f0c2b1e-1111-4000-8000-1a2b3c4d5e6f"),
            ("grant_type", "client_credentials")
        );
        AssertRefused(
            reply,
            700016,
            "unauthorized_client",
            HttpStatusCode.BadRequest,
            "Application with identifier '6f0c2b1e-1111-4000-8000-1a2b3c4d5e6f' was not found in the directory 'Contoso'."
        );
    }

    [Fact] // recorded answer token-client-credentials, and the Graph token of §3.2
    public async Task Client_credentials_buy_an_app_only_token()
    {
        var reply = await ClientCredentialsAsync("https://graph.microsoft.com/.default");
        Assert.Equal(["token_type", "expires_in", "ext_expires_in", "access_token"], reply.Body.Select(member => member.Key));
        Assert.Equal(3599, (int)reply.Body["expires_in"]!);
        var claims = Jwt.Payload((string)reply.Body["access_token"]!);
        Assert.Equal("app", (string?)claims["idtyp"]);
        Assert.Equal(_stage.AppId, (string?)claims["appid"]);
        Assert.Equal((string?)claims["oid"], (string?)claims["sub"]);
    }

    [Fact] // recorded claims token-claims-client-credentials: an own resource with version 2 tokens
    public async Task An_app_only_token_for_an_own_resource_has_the_recorded_claims()
    {
        await _stage.PatchAsync(
            $"/applications/{_stage.AppId}",
            new { api = new { requestedAccessTokenVersion = 2 }, identifierUris = new[] { $"api://{_stage.AppId}" } }
        );
        var reply = await ClientCredentialsAsync($"api://{_stage.AppId}/.default");
        var claims = Jwt.Payload((string)reply.Body["access_token"]!);
        Assert.Equal(
            ["aio", "aud", "azp", "azpacr", "exp", "iat", "iss", "nbf", "oid", "rh", "sub", "tid", "uti", "ver", "xms_ftd"],
            claims.Select(claim => claim.Key).Order(StringComparer.Ordinal)
        );
        Assert.Equal("2.0", (string?)claims["ver"]);
        Assert.Equal(_stage.AppId, (string?)claims["aud"]);
        Assert.Equal($"{_stage.Url}/{_stage.TenantId}/v2.0", (string?)claims["iss"]);
    }

    [Theory] // recorded answer token-error-invalid-scope; §3.1
    [InlineData("api://not-a-registered-resource/.default", 500011, "invalid_resource")]
    [InlineData("https://graph.microsoft.com/User.Read", 1002012, "invalid_scope")]
    public async Task Client_credentials_need_a_resource_and_its_default_scope(string scope, int code, string error)
    {
        AssertRefused(await ClientCredentialsAsync(scope), code, error, HttpStatusCode.BadRequest, "");
    }

    [Fact] // §3.1: the tenant must be in the path
    public async Task Client_credentials_need_a_tenant()
    {
        await _stage.PatchAsync($"/applications/{_stage.AppId}", new { signInAudience = "AzureADMultipleOrgs" });
        var reply = await _stage.TokenAsync(
            "common",
            null,
            ("grant_type", "client_credentials"),
            ("client_id", _stage.AppId),
            ("client_secret", _stage.Secret),
            ("scope", "https://graph.microsoft.com/.default")
        );
        AssertRefused(reply, 9001023, "invalid_request", HttpStatusCode.BadRequest, "");
    }

    [Fact] // §3.2: rotates, and the old one is not revoked; §9.4: revocation shows here
    public async Task Refresh_tokens_rotate_stay_good_and_end_with_the_person()
    {
        var first = await _stage.RedeemAsync(await _stage.CodeAsync(("scope", "openid profile offline_access")));
        var token = (string)first.Body["refresh_token"]!;
        var second = await RefreshAsync(token);
        Assert.Equal(HttpStatusCode.OK, second.Status);
        Assert.NotEqual(token, (string)second.Body["refresh_token"]!);
        Assert.Equal(HttpStatusCode.OK, (await RefreshAsync(token)).Status);

        _stage.Clock.Advance(TimeSpan.FromSeconds(1));
        await _stage.PatchAsync($"/tenants/{_stage.TenantId}/users/{_stage.UserId}", new { password = "another password" });
        AssertRefused(await RefreshAsync(token), 50173, "invalid_grant", HttpStatusCode.BadRequest, "");
        await _stage.PatchAsync($"/tenants/{_stage.TenantId}/users/{_stage.UserId}", new { accountEnabled = false });
        AssertRefused(await RefreshAsync(token), 50057, "invalid_grant", HttpStatusCode.BadRequest, "The user account is disabled.");
    }

    [Fact] // §11: 90 days of inactivity
    public async Task An_unused_refresh_token_ends_after_90_days()
    {
        var reply = await _stage.RedeemAsync(await _stage.CodeAsync(("scope", "openid offline_access")));
        _stage.Clock.Advance(TimeSpan.FromDays(90));
        AssertRefused(await RefreshAsync((string)reply.Body["refresh_token"]!), 700082, "invalid_grant", HttpStatusCode.BadRequest, "");
    }

    [Fact] // §3.4: a SPA's refresh tokens end 24 hours after the sign-in, successors too
    public async Task A_spa_refresh_token_and_its_successors_end_after_a_day()
    {
        var code = await _stage.CodeAsync(
            ("redirect_uri", EmulatorStage.SpaRedirectUri),
            ("code_challenge", Verifier),
            ("scope", "openid offline_access")
        );
        var first = await _stage.TokenAsync(
            null,
            "https://spa.example",
            [.. CodeForm(code, EmulatorStage.SpaRedirectUri, null), ("code_verifier", Verifier)]
        );
        _stage.Clock.Advance(TimeSpan.FromHours(23));
        var second = await SpaRefreshAsync((string)first.Body["refresh_token"]!);
        Assert.Equal(HttpStatusCode.OK, second.Status);
        _stage.Clock.Advance(TimeSpan.FromHours(1));
        AssertRefused(await SpaRefreshAsync((string)second.Body["refresh_token"]!), 700084, "invalid_grant", HttpStatusCode.BadRequest, "");
    }

    [Fact] // §3.2, §12.4: nobody but Graph can validate it
    public async Task The_access_token_is_graphs_and_verifies_for_nobody_else()
    {
        var reply = await _stage.RedeemAsync(await _stage.CodeAsync());
        var token = (string)reply.Body["access_token"]!;
        Assert.True(Jwt.Header(token).ContainsKey("nonce"));
        var claims = Jwt.Payload(token);
        Assert.Equal("00000003-0000-0000-c000-000000000000", (string?)claims["aud"]);
        Assert.Equal($"https://sts.windows.net/{_stage.TenantId}/", (string?)claims["iss"]);
        Assert.Equal("1.0", (string?)claims["ver"]);
        Assert.False(Jwt.Verifies(token, await _stage.JsonAsync($"/{_stage.TenantId}/discovery/v2.0/keys")));

        // §4.5: Graph takes it, and the subject is the ID token's.
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        var info = JsonNode.Parse(await client.GetStringAsync(new Uri($"{_stage.Url}/graph/oidc/userinfo")))!;
        Assert.Equal((string?)Jwt.Payload((string)reply.Body["id_token"]!)["sub"], (string?)info["sub"]);
        Assert.Equal("Mira Koch", (string?)info["name"]);
        Assert.Null(info["oid"]);
    }

    [Fact] // §2.6: GET gives 900561
    public async Task The_endpoint_takes_posts_only()
    {
        using var response = await _stage.GetAsync($"/{_stage.TenantId}/oauth2/v2.0/token");
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.Equal(900561, (int)body["error_codes"]![0]!);
    }

    private async Task<string> SpaCodeAsync() =>
        await _stage.CodeAsync(("redirect_uri", EmulatorStage.SpaRedirectUri), ("code_challenge", S256), ("code_challenge_method", "S256"));

    private (string, string?)[] CodeForm(string code, string redirectUri = EmulatorStage.RedirectUri, string? secret = "stage") =>
        [
            ("grant_type", "authorization_code"),
            ("client_id", _stage.AppId),
            ("client_secret", secret is null ? null : _stage.Secret),
            ("code", code),
            ("redirect_uri", redirectUri),
        ];

    private Task<TokenReply> RefreshAsync(string token) =>
        _stage.TokenAsync(
            null,
            null,
            ("grant_type", "refresh_token"),
            ("client_id", _stage.AppId),
            ("client_secret", _stage.Secret),
            ("refresh_token", token)
        );

    private Task<TokenReply> SpaRefreshAsync(string token) =>
        _stage.TokenAsync(
            null,
            "https://spa.example",
            ("grant_type", "refresh_token"),
            ("client_id", _stage.AppId),
            ("refresh_token", token)
        );

    private Task<TokenReply> ClientCredentialsAsync(string scope) =>
        _stage.TokenAsync(
            null,
            null,
            ("grant_type", "client_credentials"),
            ("client_id", _stage.AppId),
            ("client_secret", _stage.Secret),
            ("scope", scope)
        );

    private static void AssertRefused(TokenReply reply, int code, string error, HttpStatusCode status, string message)
    {
        Assert.Equal(code, reply.Code);
        Assert.Equal(error, reply.Error);
        Assert.Equal(status, reply.Status);
        Assert.StartsWith($"AADSTS{code}: ", reply.Description, StringComparison.Ordinal);
        Assert.Contains(message, reply.Description, StringComparison.Ordinal);

        // §2.6, newer form: three parts, each separated by one space; the members repeat them (§3.3).
        Assert.Matches(Ending(), reply.Description);
        Assert.EndsWith(
            $"Trace ID: {(string)reply.Body["trace_id"]!} Correlation ID: {(string)reply.Body["correlation_id"]!} Timestamp: {(string)reply.Body["timestamp"]!}",
            reply.Description,
            StringComparison.Ordinal
        );
    }

    [GeneratedRegex(" Trace ID: [0-9a-f-]{36} Correlation ID: [0-9a-f-]{36} Timestamp: \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\dZ$")]
    private static partial Regex Ending();
}

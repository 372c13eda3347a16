using System.Net;
using System.Text.Json;
using Anteroom.Protocols.Jose;
using Anteroom.Protocols.OAuth;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Federation.Oidc.Device;
using Anteroom.Server.Federation.Oidc.Token;
using Anteroom.Server.Keys.Signing;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;
using Npgsql;

namespace Anteroom.Tests.Federation.Oidc.Device;

/// <summary>The device's side of RFC 8628: asking for codes, asking for tokens. Who says yes or no does it without pages; EndToEnd tests have those.</summary>
public sealed class DeviceGrantTests(FederationFixture fixture) : IClassFixture<FederationFixture>
{
    private const string Scope = "openid profile offline_access";

    private static ApplicationDraft Draft() =>
        new()
        {
            Name = "Television",
            ClientKind = "confidential",
            GrantTypes = [GrantType.DeviceCode, GrantType.RefreshToken],
        };

    private async Task<OidcHttp> StartAsync(ApplicationDraft? draft = null)
    {
        var http = await OidcHttp.StartAsync(await OidcScenario.CreateAsync(fixture, draft ?? Draft()));
        // The first who asks makes the keys of the class, at the time when every test begins.
        await http.Scenario.Node.Get<SigningKeys>().CurrentAsync(SignatureAlgorithm.ES256, default);
        return http;
    }

    private sealed record Codes(string DeviceCode, string UserCode);

    private static Task<(HttpResponseMessage Response, JsonElement Body)> AskAsync(
        OidcHttp http,
        params (string Name, string? Value)[] changes
    )
    {
        var fields = new Dictionary<string, string> { ["scope"] = Scope };
        foreach (var (name, value) in changes)
            if (value is null)
                fields.Remove(name);
            else
                fields[name] = value;
        return http.PostAsync("/connect/device", http.Basic(), fields);
    }

    private static async Task<Codes> BeginAsync(OidcHttp http, params (string Name, string? Value)[] changes)
    {
        var (response, body) = await AskAsync(http, changes);
        Assert.True(response.StatusCode == HttpStatusCode.OK, body.ToString());
        return new(body.GetProperty("device_code").GetString()!, body.GetProperty("user_code").GetString()!);
    }

    /// <summary>The device's question; the error, or null with the tokens in the scenario.</summary>
    private static async Task<string?> PollAsync(
        OidcHttp http,
        string deviceCode,
        Application? client = null,
        FederationNode? node = null,
        string? resource = null
    )
    {
        List<KeyValuePair<string, string>> form = [new("grant_type", GrantType.DeviceCode), new("device_code", deviceCode)];
        if (resource is not null)
            form.Add(new("resource", resource));
        return (await http.Scenario.GrantAsync(form, client, node))?.Code;
    }

    private static void Wait(OidcHttp http, double seconds) => http.Scenario.Clock.Advance(TimeSpan.FromSeconds(seconds));

    [Fact] // RFC 8628 §3.2
    [Trait("Security", "SEC-007")]
    [Trait("Security", "SEC-092")]
    public async Task Gives_a_code_for_the_device_and_one_for_the_person_and_keeps_neither()
    {
        await using var http = await StartAsync();
        var (response, body) = await AskAsync(http);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(response.Headers.CacheControl!.NoStore);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(
            ["device_code", "user_code", "verification_uri", "verification_uri_complete", "expires_in", "interval"],
            body.EnumerateObject().Select(member => member.Name)
        );
        var userCode = body.GetProperty("user_code").GetString()!;
        Assert.Matches("^[B-Z]{4}-[B-Z]{4}$", userCode);
        Assert.Equal(OidcScenario.Issuer + "/device", body.GetProperty("verification_uri").GetString());
        Assert.Equal($"{OidcScenario.Issuer}/device?user_code={userCode}", body.GetProperty("verification_uri_complete").GetString());
        Assert.Equal(600, body.GetProperty("expires_in").GetInt32());
        Assert.Equal(5, body.GetProperty("interval").GetInt32());

        var rows = await PlatformAsync<string>(
            "SELECT row_to_json(d)::text FROM device_authorizations d WHERE client_id = @client",
            new { client = http.Scenario.Application.ClientId }
        );
        Assert.Contains(http.Scenario.Application.ClientId, rows, StringComparison.Ordinal);
        Assert.DoesNotContain(body.GetProperty("device_code").GetString()!, rows, StringComparison.Ordinal);
        Assert.DoesNotContain(userCode, rows, StringComparison.Ordinal);
        Assert.DoesNotContain(userCode.Replace("-", "", StringComparison.Ordinal), rows, StringComparison.Ordinal);
    }

    [Theory] // the rules of the authorization endpoint
    [InlineData("scope", "profile", "invalid_scope")]
    [InlineData("scope", null, "invalid_scope")]
    [InlineData("scope", "openid admin", "invalid_scope")]
    [InlineData("scope", "openid  profile", "invalid_scope")]
    [InlineData("resource", "https://other.example", "invalid_target")]
    [Trait("Security", "SEC-102")]
    public async Task Refuses_what_the_authorization_endpoint_would_refuse(string name, string? value, string error)
    {
        await using var http = await StartAsync();
        var (response, body) = await AskAsync(http, (name, value));
        Assert.Equal((HttpStatusCode.BadRequest, error), (response.StatusCode, body.GetProperty("error").GetString()));
    }

    [Fact] // RFC 8628 §3.1: the client authenticates as at the token endpoint
    [Trait("Security", "SEC-096")]
    [Trait("Security", "SEC-015")]
    public async Task Refuses_a_client_that_proves_nothing_a_parameter_given_twice_and_one_in_the_address()
    {
        await using var http = await StartAsync();
        var bare = await http.PostAsync("/connect/device", null, [new("scope", Scope)]);
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (bare.Response.StatusCode, Error(bare.Body)));
        var claimed = await http.PostAsync(
            "/connect/device",
            null,
            [new("client_id", http.Scenario.Application.ClientId), new("scope", Scope)]
        );
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (claimed.Response.StatusCode, Error(claimed.Body)));
        var twice = await http.PostAsync("/connect/device", http.Basic(), [new("scope", Scope), new("scope", Scope)]);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (twice.Response.StatusCode, Error(twice.Body)));
        var address = await http.PostAsync("/connect/device?scope=openid", http.Basic(), []);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (address.Response.StatusCode, Error(address.Body)));
        using var get = await http.Client.GetAsync("/connect/device");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, get.StatusCode);

        static string? Error(JsonElement body) => body.GetProperty("error").GetString();
    }

    [Fact] // opt-in, at both endpoints
    [Trait("Security", "SEC-094")]
    public async Task Only_an_application_that_was_registered_for_it_may()
    {
        await using var http = await StartAsync(OidcScenario.Draft());
        var (response, body) = await AskAsync(http);
        Assert.Equal((HttpStatusCode.BadRequest, "unauthorized_client"), (response.StatusCode, body.GetProperty("error").GetString()));
        Assert.Equal("unauthorized_client", await PollAsync(http, "dc_x"));
    }

    [Fact] // a device seldom keeps a secret
    public async Task A_native_client_without_a_secret_and_without_redirect_uris_gets_tokens()
    {
        await using var http = await StartAsync(Draft() with { ClientKind = "native" });
        var client = http.Scenario.Application.ClientId;
        var (response, body) = await http.PostAsync("/connect/device", null, [new("client_id", client), new("scope", Scope)]);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Null(await http.Scenario.ApproveAsync(body.GetProperty("user_code").GetString()!));
        (response, body) = await http.PostAsync(
            "/connect/token",
            null,
            [
                new("client_id", client),
                new("grant_type", GrantType.DeviceCode),
                new("device_code", body.GetProperty("device_code").GetString()!),
            ]
        );
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(
            ["access_token", "token_type", "expires_in", "scope", "refresh_token", "id_token"],
            body.EnumerateObject().Select(member => member.Name)
        );
    }

    [Fact] // RFC 8628 §3.5: five seconds more, for this and all later questions
    public async Task A_device_that_does_not_wait_waits_longer_from_then_on()
    {
        await using var http = await StartAsync();
        var code = (await BeginAsync(http)).DeviceCode;
        (double Wait, string Answer)[] story =
        [
            (0, "authorization_pending"),
            (5, "authorization_pending"),
            (1, "slow_down"), // ten from here
            (5, "slow_down"), // fifteen
            (15, "authorization_pending"),
            (10, "slow_down"), // twenty
            (20, "authorization_pending"),
            (19.5, "authorization_pending"), // a second for the network
        ];
        foreach (var (wait, answer) in story)
        {
            Wait(http, wait);
            Assert.Equal(answer, await PollAsync(http, code));
        }
        // The interval is the request's and not the node's.
        await using var other = await http.Scenario.OtherNodeAsync();
        Wait(http, 10);
        Assert.Equal("slow_down", await PollAsync(http, code, node: other));
    }

    [Fact] // RFC 8628 §3.5: as an error of the token endpoint
    public async Task The_answers_to_a_waiting_device_are_errors_of_the_token_endpoint()
    {
        await using var http = await StartAsync();
        var code = (await BeginAsync(http)).DeviceCode;
        foreach (var error in (string[])["authorization_pending", "slow_down"])
        {
            var (response, body) = await http.PostAsync(
                "/connect/token",
                http.Basic(),
                [new("grant_type", GrantType.DeviceCode), new("device_code", code)]
            );
            Assert.Equal((HttpStatusCode.BadRequest, error), (response.StatusCode, body.GetProperty("error").GetString()));
            Assert.True(response.Headers.CacheControl!.NoStore);
        }
        Assert.Equal("invalid_request", (await http.Scenario.GrantAsync([new("grant_type", GrantType.DeviceCode)]))?.Code);
    }

    [Fact]
    [Trait("Security", "SEC-098")]
    public async Task Gives_tokens_of_a_session_of_the_devices_own()
    {
        await using var http = await StartAsync();
        var scenario = http.Scenario;
        var codes = await BeginAsync(http);
        Assert.Equal("authorization_pending", await PollAsync(http, codes.DeviceCode));
        Assert.Null(await scenario.ApproveAsync(codes.UserCode.ToLowerInvariant().Replace('-', ' ')));
        Wait(http, 1); // it need not wait for what is there
        Assert.Null(await PollAsync(http, codes.DeviceCode));

        Assert.Equal(scenario.Subject, scenario.IdToken.GetProperty("sub").GetString());
        Assert.Equal("Ada Lovelace", scenario.IdToken.GetProperty("name").GetString());
        Assert.Equal(scenario.Session.AuthenticatedAt.ToUnixTimeSeconds(), scenario.IdToken.GetProperty("auth_time").GetInt64());
        Assert.Equal(["pwd", "mfa"], scenario.IdToken.GetProperty("amr").EnumerateArray().Select(item => item.GetString()));
        Assert.False(scenario.IdToken.TryGetProperty("nonce", out _));
        var sid = scenario.IdToken.GetProperty("sid").GetString();
        Assert.NotEqual(scenario.Session.Id.ToString(), sid);
        Assert.Equal(sid, scenario.AccessToken.GetProperty("sid").GetString());
        Assert.Equal(2, await scenario.CountAsync("sessions"));
        Assert.Equal(
            scenario.Application.ClientId,
            await scenario.FirstAsync<string>(
                "SELECT device_client_id FROM sessions WHERE organization_id = @organization AND device_client_id IS NOT NULL"
            )
        );
        // Whom to tell when it ends (SEC-109).
        Assert.Equal(1, await scenario.CountAsync("session_applications"));
        Assert.Null(await scenario.RefreshAsync(scenario.Tokens!.RefreshToken));
        Assert.Equal(sid, scenario.IdToken.GetProperty("sid").GetString());
    }

    [Fact]
    public async Task Without_offline_access_or_the_refresh_grant_there_is_no_refresh_token()
    {
        await using var http = await StartAsync(Draft() with { GrantTypes = [GrantType.DeviceCode] });
        foreach (var scope in (string[])["openid", Scope])
        {
            var codes = await BeginAsync(http, ("scope", scope));
            Assert.Null(await http.Scenario.ApproveAsync(codes.UserCode));
            Assert.Null(await PollAsync(http, codes.DeviceCode));
            Assert.Null(http.Scenario.Tokens!.RefreshToken);
        }
    }

    [Fact] // RFC 8707 §2
    public async Task Its_token_is_for_one_of_the_resources_that_it_asked_for()
    {
        await using var http = await StartAsync();
        var scenario = http.Scenario;
        string[] apis = [$"https://orders.{scenario.Slug}.example", $"https://stock.{scenario.Slug}.example"];
        await scenario.RegisterAsync(Draft() with { Resources = apis }, scenario.Organization);
        var (_, body) = await http.PostAsync(
            "/connect/device",
            http.Basic(),
            [new("scope", Scope), new("resource", apis[1]), new("resource", apis[0])]
        );
        var code = body.GetProperty("device_code").GetString()!;
        Assert.Null(await scenario.ApproveAsync(body.GetProperty("user_code").GetString()!));
        // A mistake does not use the code up.
        Assert.Equal("invalid_target", await PollAsync(http, code, resource: "https://other.example"));
        Assert.Equal("invalid_target", await PollAsync(http, code, resource: scenario.Application.Audience));
        Assert.Null(await PollAsync(http, code, resource: apis[0]));
        Assert.Equal(apis[0], scenario.AccessToken.GetProperty("aud").GetString());
    }

    [Fact]
    public async Task A_code_that_nobody_answered_in_time_is_expired_and_nobody_can_answer_it_any_more()
    {
        await using var http = await StartAsync();
        var codes = await BeginAsync(http);
        Wait(http, 599);
        Assert.Equal("authorization_pending", await PollAsync(http, codes.DeviceCode));
        Wait(http, 1);
        Assert.Equal("expired_token", await PollAsync(http, codes.DeviceCode));
        Assert.Equal(ReasonCodes.UserCodeUnknown, await http.Scenario.ApproveAsync(codes.UserCode));
        Assert.Equal(ReasonCodes.UserCodeUnknown, await http.Scenario.DenyAsync(codes.UserCode));
        Assert.Equal("expired_token", await PollAsync(http, codes.DeviceCode));
        Assert.Equal(0, await http.Scenario.CountAsync("grants")); // what was refused left nothing
        Assert.Equal(1, await http.Scenario.CountAsync("sessions"));
    }

    [Fact]
    public async Task A_no_is_final_and_writes_nothing_but_the_no()
    {
        await using var http = await StartAsync();
        var codes = await BeginAsync(http);
        Assert.Null(await http.Scenario.DenyAsync(codes.UserCode));
        Assert.Equal(ReasonCodes.UserCodeUnknown, await http.Scenario.ApproveAsync(codes.UserCode));
        Assert.Equal("access_denied", await PollAsync(http, codes.DeviceCode));
        Assert.Equal("access_denied", await PollAsync(http, codes.DeviceCode));
        Assert.Equal((0, 1), (await http.Scenario.CountAsync("grants"), await http.Scenario.CountAsync("sessions")));
        Assert.Equal(1, await AuditAsync(http, "device.denied"));
        Assert.Equal(0, await AuditAsync(http, "device.approved"));
    }

    [Fact]
    [Trait("Security", "SEC-092")]
    public async Task Another_clients_code_is_unknown_and_stays_good_for_its_own()
    {
        await using var http = await StartAsync();
        var scenario = http.Scenario;
        var (own, codes) = (scenario.Application, await BeginAsync(http));
        await scenario.RegisterAsync(Draft(), OrganizationId.Platform);
        Assert.Equal("invalid_grant", await PollAsync(http, codes.DeviceCode));
        Assert.Null(await scenario.ApproveAsync(codes.UserCode));
        Assert.Equal("invalid_grant", await PollAsync(http, codes.DeviceCode));
        Assert.Null(await PollAsync(http, codes.DeviceCode, own));
    }

    [Theory]
    [InlineData("dc_")]
    [InlineData("ac_aaaaaaaaaaaaaaaaaaaaaaaaaaAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("dc_aaaaaaaaaaaaaaaaaaaaaaaaaaAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("WDJB-MJHT")]
    [Trait("Security", "SEC-092")]
    public async Task What_is_no_code_of_ours_is_an_invalid_grant(string code)
    {
        await using var http = await StartAsync();
        Assert.Equal("invalid_grant", await PollAsync(http, code));
    }

    [Fact] // RFC 6749 §4.1.2, for device codes: two hold it
    [Trait("Security", "SEC-092")]
    public async Task A_code_that_comes_again_ends_what_it_gave()
    {
        await using var http = await StartAsync();
        var scenario = http.Scenario;
        var codes = await BeginAsync(http);
        Assert.Null(await scenario.ApproveAsync(codes.UserCode));
        Assert.Null(await PollAsync(http, codes.DeviceCode));
        var refresh = scenario.Tokens!.RefreshToken;
        Wait(http, 3600); // long after its end
        Assert.Equal("invalid_grant", await PollAsync(http, codes.DeviceCode));
        Assert.Equal(GrantRevocation.DeviceCodeReplayed, await scenario.RevokedForAsync());
        Assert.Equal("invalid_grant", (await scenario.RefreshAsync(refresh))?.Code);
        Assert.Equal(1, await AuditAsync(http, "grant.revoked"));
    }

    [Fact] // SEC-341
    [Trait("Security", "SEC-092")]
    public async Task Of_many_questions_at_once_on_two_nodes_one_gets_tokens()
    {
        await using var http = await StartAsync();
        var scenario = http.Scenario;
        await using var other = await scenario.OtherNodeAsync();
        var codes = await BeginAsync(http);
        Assert.Null(await scenario.ApproveAsync(codes.UserCode));
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(i => Task.Run(() => PollAsync(http, codes.DeviceCode, node: i % 2 == 0 ? scenario.Node : other)))
        );
        Assert.Single(answers, answer => answer is null);
        Assert.All(answers, answer => Assert.True(answer is null or "invalid_grant", answer));
        // Who came second ended the grant, perhaps before its first refresh token was made.
        Assert.Equal(GrantRevocation.DeviceCodeReplayed, await scenario.RevokedForAsync());
        Assert.InRange(await scenario.CountAsync("refresh_tokens"), 0, 1);
    }

    [Fact] // a yes and a no, on two nodes, at the same moment
    [Trait("Security", "SEC-111")]
    public async Task Of_many_answers_at_once_on_two_nodes_one_counts()
    {
        await using var http = await StartAsync();
        var scenario = http.Scenario;
        await using var other = await scenario.OtherNodeAsync();
        var codes = await BeginAsync(http);
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(i =>
                    Task.Run(() =>
                        i % 4 < 2
                            ? scenario.ApproveAsync(codes.UserCode, i % 2 == 0 ? scenario.Node : other)
                            : scenario.DenyAsync(codes.UserCode, i % 2 == 0 ? scenario.Node : other)
                    )
                )
        );
        Assert.Single(answers, answer => answer is null);
        Assert.All(answers, answer => Assert.True(answer is null or ReasonCodes.UserCodeUnknown, answer));
        var approved = await AuditAsync(http, "device.approved");
        Assert.Equal(1, approved + await AuditAsync(http, "device.denied"));
        Assert.Equal((approved, 1 + approved), (await scenario.CountAsync("grants"), await scenario.CountAsync("sessions")));
        Assert.Equal(approved == 1 ? null : "access_denied", await PollAsync(http, codes.DeviceCode));
    }

    [Theory] // SEC-036, SEC-039: whatever ends access between the yes and the device's question
    [InlineData("UPDATE users SET deleted_at = @now WHERE organization_id = @organization")]
    [InlineData("UPDATE grants SET revoked_at = @now, revoked_for = 'test' WHERE organization_id = @organization")]
    [InlineData("DELETE FROM sessions WHERE organization_id = @organization AND device_client_id IS NOT NULL")]
    [InlineData("UPDATE roles SET channels = '{native,unlock}' WHERE organization_id = @organization AND created_at <= @now")]
    [InlineData(
        "INSERT INTO user_blocks SELECT organization_id, user_id, 'administrator', '{web}', NULL, @now FROM users WHERE organization_id = @organization"
    )]
    [Trait("Security", "SEC-036")]
    [Trait("Security", "SEC-039")]
    public async Task What_ended_meanwhile_gives_no_tokens(string sql)
    {
        await using var http = await StartAsync();
        var scenario = http.Scenario;
        var codes = await BeginAsync(http);
        Assert.Null(await scenario.ApproveAsync(codes.UserCode));
        await scenario.ExecuteAsync(sql, new { now = scenario.Clock.GetUtcNow() });
        Assert.Equal("invalid_grant", await PollAsync(http, codes.DeviceCode));
        Assert.Equal(0, await scenario.CountAsync("refresh_tokens"));
    }

    [Fact] // the browser's sign-out is the browser's
    [Trait("Security", "SEC-035")]
    public async Task The_device_stays_when_the_browser_that_let_it_in_leaves()
    {
        await using var http = await StartAsync();
        var scenario = http.Scenario;
        var codes = await BeginAsync(http);
        Assert.Null(await scenario.ApproveAsync(codes.UserCode));
        await scenario.ExecuteAsync(
            "DELETE FROM sessions WHERE organization_id = @organization AND session_id = @id",
            new { id = scenario.Session.Id.Value }
        );
        Assert.Null(await PollAsync(http, codes.DeviceCode));
        Assert.Null(await scenario.RefreshAsync(scenario.Tokens!.RefreshToken));
        // But nobody says yes in a session that has ended.
        Assert.Equal(ReasonCodes.SessionEnded, await scenario.ApproveAsync((await BeginAsync(http)).UserCode));
    }

    [Fact] // asked again in the statement that makes the grant
    [Trait("Security", "SEC-094")]
    public async Task An_application_that_was_switched_off_or_held_to_other_grants_gets_nothing()
    {
        await using var http = await StartAsync();
        var scenario = http.Scenario;
        foreach (
            var change in (string[])
                ["disabled_at = created_at", """disabled_at = NULL, settings = jsonb_set(settings, '{grantTypes}', '["refresh_token"]')"""]
        )
        {
            var codes = await BeginAsync(http); // this node remembers the application for ten seconds
            await PlatformAsync<int>(
                $"WITH changed AS (UPDATE applications SET {change} WHERE client_id = @client RETURNING 1) SELECT count(*)::int FROM changed",
                new { client = scenario.Application.ClientId }
            );
            Assert.Equal(ReasonCodes.UserCodeUnknown, await scenario.ApproveAsync(codes.UserCode));
            Assert.Equal("authorization_pending", await PollAsync(http, codes.DeviceCode));
        }
        Assert.Equal((0, 1), (await scenario.CountAsync("grants"), await scenario.CountAsync("sessions")));
    }

    [Fact] // an application of one organization is nothing to another's people
    [Trait("Security", "SEC-260")]
    public async Task Nobody_of_another_organization_can_say_yes()
    {
        await using var http = await StartAsync();
        await http.Scenario.RegisterAsync(Draft(), http.Scenario.Organization);
        var codes = await BeginAsync(http);
        await using var elsewhere = await OidcScenario.CreateAsync(fixture);
        Assert.Equal(ReasonCodes.UserCodeUnknown, await elsewhere.ApproveAsync(codes.UserCode));
        Assert.Equal(0, await elsewhere.CountAsync("grants"));
        Assert.Null(await http.Scenario.ApproveAsync(codes.UserCode));
    }

    [Fact] // SEC-260: the rows are the platform's, and no organization sees or changes one
    [Trait("Security", "SEC-260")]
    public async Task No_organization_reaches_the_rows()
    {
        await using var http = await StartAsync();
        await BeginAsync(http);
        Assert.Equal(0, await http.Scenario.FirstAsync<long>("SELECT count(*) FROM device_authorizations"));
        Assert.Equal(
            0,
            await http.Scenario.FirstAsync<long>(
                "WITH changed AS (UPDATE device_authorizations SET denied_at = created_at RETURNING 1) SELECT count(*) FROM changed"
            )
        );
        var failed = await Assert.ThrowsAsync<PostgresException>(() =>
            http.Scenario.ExecuteAsync(
                """
                INSERT INTO device_authorizations (organization_id, device_code_sha256, user_code_sha256, client_id, scope, network,
                                                   interval_seconds, expires_at, created_at)
                VALUES (platform_organization(), '\x01', '\x01', 'x', 'openid', 'x', 5, '2030-01-01Z', '2026-01-01Z')
                """
            )
        );
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, failed.SqlState);
    }

    [Fact] // SEC-362: public clients ask without a proof
    [Trait("Security", "SEC-362")]
    public async Task A_network_has_its_share_of_each_minute_and_a_user_code_one_device()
    {
        await using var http = await StartAsync();
        var devices = new DeviceAuthorizations(http.Scenario.Node.Get<Database>(), new AnteroomOptions { StoredRequestsPerMinute = 2 });
        var network = "198.51.100.0/24";
        var taken = UserCode.New();
        Assert.Equal(BegunDevice.Written, await StoreAsync(taken));
        Assert.Equal(BegunDevice.CodeTaken, await StoreAsync(taken));
        Assert.Equal(BegunDevice.Written, await StoreAsync(UserCode.New()));
        Assert.Equal(BegunDevice.TooMany, await StoreAsync(UserCode.New()));
        network = "203.0.113.0/24";
        Assert.Equal(BegunDevice.Written, await StoreAsync(UserCode.New()));
        network = "198.51.100.0/24";
        Wait(http, 61);
        Assert.Equal(BegunDevice.Written, await StoreAsync(UserCode.New()));

        Task<BegunDevice> StoreAsync(UserCode userCode) =>
            devices.BeginAsync(
                Handle.New(DeviceAuthorizations.Prefix, OrganizationId.Platform),
                userCode,
                http.Scenario.Application,
                ScopeSet.Empty,
                RequestedResources.None,
                network,
                http.Scenario.Clock.GetUtcNow(),
                default
            );
    }

    [Fact] // whoever blocks holds the person's row: the yes waits, and then sees the block
    [Trait("Security", "SEC-036")]
    public async Task A_yes_in_the_moment_of_a_block_leaves_nothing_behind_it()
    {
        await using var http = await StartAsync();
        var scenario = http.Scenario;
        var codes = await BeginAsync(http);
        Task<string?> yes;
        await using (var tx = await fixture.Test.Database.BeginAsync(scenario.Organization, default))
        {
            await tx.ExecuteAsync("SELECT FROM users WHERE organization_id = @organization FOR UPDATE", null, default);
            await tx.ExecuteAsync(
                """
                INSERT INTO user_blocks SELECT organization_id, user_id, 'administrator', '{web}', NULL, @now
                  FROM users WHERE organization_id = @organization
                """,
                new { now = scenario.Clock.GetUtcNow() },
                default
            );
            yes = scenario.ApproveAsync(codes.UserCode);
            await Harness.Poll.UntilAsync(
                "the yes waits for the person's row",
                TimeSpan.FromSeconds(20),
                async () =>
                    yes.IsCompleted
                    || await fixture.Test.Database.OutsideOrganizations.FirstAsync<long>(
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
                        null,
                        default
                    ) > 0
            );
            Assert.False(yes.IsCompleted);
            await tx.CommitAsync(default);
        }
        Assert.NotNull(await yes);
        Assert.Equal((0, 1), (await scenario.CountAsync("grants"), await scenario.CountAsync("sessions")));
    }

    private Task<T?> PlatformAsync<T>(string sql, object args) =>
        fixture.Test.Database.In(OrganizationId.Platform).FirstAsync<T>(sql, args, default);

    private static Task<long> AuditAsync(OidcHttp http, string action) =>
        http.Scenario.FirstAsync<long>(
            "SELECT count(*) FROM audit_events WHERE organization_id = @organization AND action = @action",
            new { action }
        );
}

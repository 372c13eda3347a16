using Anteroom.Entra.Providers;
using Anteroom.Protocols.Jose;
using Anteroom.Tests.Entra.IdTokens;

namespace Anteroom.Tests.Entra.Providers;

public sealed class ProviderMetadataCacheTests : IAsyncDisposable
{
    private readonly ProviderScenario _scenario = new();

    public ValueTask DisposeAsync() => _scenario.DisposeAsync();

    [Fact]
    public async Task A_document_is_fetched_once_and_shared()
    {
        var documents = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => _scenario.DocumentAsync()));
        Assert.Single(documents.Distinct());
        Assert.Equal((1, 1), (_scenario.MetadataFetches, _scenario.KeyFetches));
        Assert.EndsWith("/oauth2/v2.0/token", documents[0].Metadata.TokenEndpoint.AbsoluteUri, StringComparison.Ordinal);
        Assert.Equal(["client_secret_post"], documents[0].Metadata.TokenEndpointAuthenticationMethods);
        Assert.Empty(_scenario.Alerts);
    }

    [Fact]
    public async Task The_shared_authority_has_the_template_as_its_issuer()
    {
        _scenario.Provider = new EntraProvider(_scenario.Cloud, TenantId: null);
        Assert.Equal(_scenario.Cloud.IssuerTemplate, (await _scenario.DocumentAsync()).Metadata.Issuer);
    }

    [Fact]
    public async Task An_application_with_its_own_keys_asks_for_its_own_metadata()
    {
        _scenario.Provider = new EntraProvider(_scenario.Cloud, IdTokenScenario.Contoso, new Guid(IdTokenScenario.ClientId));
        await _scenario.DocumentAsync();
        Assert.EndsWith(
            $"openid-configuration?appid={IdTokenScenario.ClientId}",
            _scenario.Server.Requests.First().Path,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [Trait("Security", "SEC-070")]
    [InlineData("https://login.microsoftonline.com/6f0c2b1e-0000-4000-8000-1a2b3c4d5e6f/v2.0")]
    [InlineData("{origin}/7a1d3c2f-0000-4000-8000-2b3c4d5e6f70/v2.0")]
    [InlineData("{origin}/{tenantid}/v2.0")] // the template is no tenant
    [InlineData("{origin}/6f0c2b1e-0000-4000-8000-1a2b3c4d5e6f/v2.0/")]
    [InlineData("{origin}/6F0C2B1E-0000-4000-8000-1A2B3C4D5E6F/v2.0")]
    public async Task A_document_with_another_issuer_is_refused(string issuer)
    {
        _scenario.Metadata = members => members["issuer"] = issuer.Replace("{origin}", _scenario.Server.Origin, StringComparison.Ordinal);
        Assert.Equal("provider_issuer_mismatch", (await _scenario.FaultAsync())?.Code);
        Assert.Equal(0, _scenario.KeyFetches);
        Assert.Equal(
            ("provider_issuer_mismatch", false),
            (_scenario.Alerts.Single().Fault.Code, _scenario.Alerts.Single().OldDocumentInUse)
        );
    }

    [Theory]
    [Trait("Security", "SEC-070")]
    [InlineData("authorization_endpoint", "https://evil.example/authorize")]
    [InlineData("token_endpoint", "https://evil.example/token")]
    [InlineData("jwks_uri", "https://evil.example/keys")]
    [InlineData("end_session_endpoint", "https://evil.example/logout")]
    [InlineData("userinfo_endpoint", "https://evil.example/userinfo")]
    [InlineData("token_endpoint", "http://localhost:1/token")] // another port is another origin
    [InlineData("token_endpoint", "http://localhost.evil.example/token")]
    public async Task A_document_that_leads_elsewhere_is_refused(string member, string address)
    {
        _scenario.Metadata = members => members[member] = address;
        Assert.Equal("provider_endpoint_refused", (await _scenario.FaultAsync())?.Code);
    }

    [Theory]
    [Trait("Security", "SEC-070")]
    [InlineData("issuer", 7)]
    [InlineData("token_endpoint", null)]
    [InlineData("jwks_uri", "/keys")]
    [InlineData("token_endpoint", "javascript:alert(1)")]
    public async Task A_document_of_another_shape_is_refused(string member, object? value)
    {
        _scenario.Metadata = members => members[member] = value;
        Assert.Equal("provider_metadata_malformed", (await _scenario.FaultAsync())?.Code);
    }

    [Theory]
    [Trait("Security", "SEC-304")]
    [InlineData("""{"keys":[]}""", "provider_no_keys")]
    [InlineData("""{"keys":[{"kty":"oct","k":"AAAA"}]}""", "provider_no_keys")]
    [InlineData("""{}""", "provider_keys_malformed")]
    [InlineData("""[]""", "provider_keys_malformed")]
    [InlineData("<html>", "provider_unavailable")]
    public async Task Metadata_without_usable_keys_is_refused_as_a_whole(string keys, string code)
    {
        _scenario.InsteadOfKeys = Reply.Json(keys);
        Assert.Equal(code, (await _scenario.FaultAsync())?.Code);
    }

    [Fact]
    public async Task An_unknown_tenant_is_told_by_entras_own_code()
    {
        _scenario.Instead = Reply.Json("""{"error":"invalid_tenant","error_description":"AADSTS90002: Tenant 'x' not found."}""", 400);
        var fault = await _scenario.FaultAsync();
        Assert.Equal(("provider_refused", "AADSTS90002"), (fault?.Code, fault?.Aadsts?.ToString()));
    }

    [Fact]
    public async Task After_a_first_failure_the_next_attempt_comes_two_seconds_later()
    {
        _scenario.Instead = Reply.Json("{}", 500);
        Assert.Equal("outbound_status", (await _scenario.FaultAsync())?.Outbound?.Code);
        _scenario.Instead = null;
        Assert.NotNull(await _scenario.FaultAsync());
        _scenario.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(await _scenario.FaultAsync());
    }

    [Fact]
    [Trait("Security", "SEC-071")]
    public async Task After_an_hour_a_request_refreshes_in_passing_without_waiting()
    {
        var first = await _scenario.DocumentAsync();
        _scenario.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Same(first, await _scenario.DocumentAsync());
        Assert.Equal(1, _scenario.MetadataFetches);

        _scenario.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Same(first, await _scenario.DocumentAsync());
        await ProviderScenario.UntilAsync(async () => !ReferenceEquals(first, await _scenario.DocumentAsync()));
        Assert.Equal(2, _scenario.MetadataFetches);
    }

    [Fact]
    [Trait("Security", "SEC-071")]
    public async Task After_a_day_a_request_waits_for_fresh_keys()
    {
        await _scenario.DocumentAsync();
        _scenario.Clock.Advance(TimeSpan.FromHours(24));
        Assert.Equal(_scenario.Clock.GetUtcNow(), (await _scenario.DocumentAsync()).FetchedAt);
    }

    [Fact]
    [Trait("Security", "SEC-071")]
    public async Task While_the_provider_is_down_old_keys_serve_for_another_day_and_no_longer()
    {
        var old = await _scenario.DocumentAsync();
        _scenario.Instead = Reply.Json("{}", 503);
        _scenario.Clock.Advance(TimeSpan.FromHours(48) - TimeSpan.FromSeconds(1));
        Assert.Same(old, await _scenario.DocumentAsync());
        Assert.True(_scenario.Alerts.Last().OldDocumentInUse);

        _scenario.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("provider_unavailable", (await _scenario.FaultAsync())?.Code);

        _scenario.Instead = null;
        _scenario.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.NotSame(old, await _scenario.DocumentAsync());
    }

    [Fact]
    [Trait("Security", "SEC-070")]
    public async Task A_bad_document_leaves_the_old_one_in_use_and_raises_an_alert()
    {
        var old = await _scenario.DocumentAsync();
        _scenario.Metadata = members => members["issuer"] = "https://evil.example";
        _scenario.Clock.Advance(TimeSpan.FromHours(25));
        Assert.Same(old, await _scenario.DocumentAsync());
        var alert = Assert.Single(_scenario.Alerts);
        Assert.Equal(("provider_issuer_mismatch", true), (alert.Fault.Code, alert.OldDocumentInUse));
    }

    [Fact]
    [Trait("Security", "SEC-304")]
    public async Task Half_a_key_set_is_never_taken()
    {
        var old = await _scenario.DocumentAsync();
        _scenario.InsteadOfKeys = Reply.Json("""{"keys":[{"kty":"RSA","use":"sig","kid":"new","n":"AQAB""");
        _scenario.Clock.Advance(TimeSpan.FromHours(25));
        Assert.Same(old, await _scenario.DocumentAsync());
        Assert.Null(await _scenario.SignInAsync(IdTokenScenario.Key));
    }

    [Fact]
    [Trait("Security", "SEC-071")]
    public async Task A_new_key_is_found_by_the_first_token_that_names_it()
    {
        Assert.Null(await _scenario.SignInAsync(IdTokenScenario.Key));
        var next = SigningKey.Generate(SignatureAlgorithm.RS256, kid: "next");
        _scenario.Published = [IdTokenScenario.OtherKey, next];
        _scenario.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Null(await _scenario.SignInAsync(next));
        Assert.Equal("id_token_unknown_key", await _scenario.SignInAsync(IdTokenScenario.Key)); // withdrawn
        Assert.Equal((1, 2), (_scenario.MetadataFetches, _scenario.KeyFetches));
    }

    [Fact]
    [Trait("Security", "SEC-071")]
    public async Task A_new_key_under_an_old_name_is_found_as_well()
    {
        Assert.Null(await _scenario.SignInAsync(IdTokenScenario.Key));
        var next = SigningKey.Generate(SignatureAlgorithm.RS256, kid: IdTokenScenario.Key.Kid);
        _scenario.Published = [next];
        _scenario.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Null(await _scenario.SignInAsync(next));
    }

    [Fact]
    [Trait("Security", "SEC-071")]
    public async Task In_an_emergency_one_more_refresh_comes_after_60_seconds()
    {
        Assert.Null(await _scenario.SignInAsync(IdTokenScenario.Key));
        var second = SigningKey.Generate(SignatureAlgorithm.RS256, kid: "second");
        _scenario.Published = [second];
        _scenario.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal("id_token_unknown_key", await _scenario.SignInAsync(second));
        Assert.Equal(1, _scenario.KeyFetches);
        _scenario.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await _scenario.SignInAsync(second));

        var third = SigningKey.Generate(SignatureAlgorithm.RS256, kid: "third"); // the emergency is used up
        _scenario.Published = [third];
        _scenario.Clock.Advance(TimeSpan.FromMinutes(4) - TimeSpan.FromSeconds(1));
        Assert.Equal("id_token_unknown_key", await _scenario.SignInAsync(third));
        _scenario.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await _scenario.SignInAsync(third));
        Assert.Equal(3, _scenario.KeyFetches);
    }

    [Fact]
    [Trait("Security", "SEC-071")]
    public async Task A_flood_of_invented_keys_makes_two_requests_in_five_minutes()
    {
        Assert.Null(await _scenario.SignInAsync(IdTokenScenario.Key));
        _scenario.Clock.Advance(TimeSpan.FromMinutes(5));
        var invented = Enumerable.Range(0, 20).Select(i => SigningKey.Generate(SignatureAlgorithm.RS256, kid: $"invented{i}")).ToList();
        for (var minute = 0; minute < 5; minute++)
        {
            var refusals = await Task.WhenAll(invented.Select(_scenario.SignInAsync));
            Assert.All(refusals, refusal => Assert.Equal("id_token_unknown_key", refusal));
            _scenario.Clock.Advance(TimeSpan.FromSeconds(59));
        }
        Assert.Equal(1 + 2, _scenario.KeyFetches);
        Assert.Equal(1, _scenario.MetadataFetches);
        Assert.Null(await _scenario.SignInAsync(IdTokenScenario.Key));
    }

    [Fact]
    [Trait("Security", "SEC-062")]
    public async Task A_key_of_another_tenants_document_does_not_verify()
    {
        await _scenario.DocumentAsync();
        _scenario.Provider = new EntraProvider(_scenario.Cloud, IdTokenScenario.Fabrikam);
        _scenario.Published = [SigningKey.Generate(SignatureAlgorithm.RS256, kid: "fabrikam")];
        await _scenario.DocumentAsync();
        Assert.Equal("id_token_unknown_key", await _scenario.SignInAsync(IdTokenScenario.Key));
    }

    [Fact]
    public async Task Whoever_gives_up_leaves_the_fetch_to_the_others()
    {
        using var givingUp = new CancellationTokenSource();
        var first = _scenario.Cache.GetAsync(_scenario.Provider, givingUp.Token);
        var second = _scenario.DocumentAsync();
        await givingUp.CancelAsync();
        await second;
        await first.ContinueWith(_ => { }, TaskScheduler.Default); // cancelled or done, whichever came first
        Assert.Equal(1, _scenario.MetadataFetches);
    }

    [Fact]
    public async Task The_cache_is_bounded_and_forgets_the_least_used()
    {
        await using var small = new ProviderScenario(capacity: 3);
        var tenants = Enumerable.Range(1, 5).Select(i => new Guid(i, 0, 0, new byte[8])).ToList();
        foreach (var tenant in tenants)
        {
            small.Provider = new EntraProvider(small.Cloud, tenant);
            await small.DocumentAsync();
            small.Clock.Advance(TimeSpan.FromSeconds(1));
            Assert.True(small.Cache.Count <= 3);
        }
        Assert.Equal(5, small.MetadataFetches);
        small.Provider = new EntraProvider(small.Cloud, tenants[^1]);
        await small.DocumentAsync();
        Assert.Equal(5, small.MetadataFetches);
        small.Provider = new EntraProvider(small.Cloud, tenants[0]);
        await small.DocumentAsync();
        Assert.Equal(6, small.MetadataFetches);
    }

    [Fact]
    [Trait("Security", "SEC-070")]
    public async Task A_standard_provider_is_read_from_its_issuer_and_keeps_to_its_hosts()
    {
        Assert.True(
            OidcProvider.TryCreate($"{_scenario.Server.Origin}/{IdTokenScenario.Contoso:D}/v2.0", ["login.other.example"], out var provider)
        );
        _scenario.Provider = provider;
        _scenario.Metadata = members =>
        {
            members["end_session_endpoint"] = "https://login.other.example/logout";
            members["authorization_response_iss_parameter_supported"] = true;
            members.Remove("token_endpoint_auth_methods_supported");
            members["id_token_signing_alg_values_supported"] = new[] { "ES256", "EdDSA", "RS256", "none" };
        };
        var metadata = (await _scenario.DocumentAsync()).Metadata;
        Assert.True(metadata.AnnouncesResponseIssuer);
        Assert.Null(metadata.TokenEndpointAuthenticationMethods);
        Assert.Equal([SignatureAlgorithm.ES256, SignatureAlgorithm.RS256], metadata.IdTokenAlgorithms);
    }
}

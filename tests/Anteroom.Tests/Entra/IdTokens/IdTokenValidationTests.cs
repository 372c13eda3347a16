using System.Text;
using Anteroom.Entra.IdTokens;
using Anteroom.Entra.Providers;
using Anteroom.Protocols.Jose;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Tests.Entra.IdTokens;

/// <summary>OIDC Core §3.1.3.7 rule by rule; SEC-060 to SEC-064.</summary>
public sealed class IdTokenValidationTests
{
    private readonly IdTokenScenario _entra = new();
    private readonly IdTokenScenario _oidc = IdTokenScenario.AtStandardProvider();

    [Fact]
    public void A_token_of_entra_is_accepted() => Assert.Null(_entra.Refusal());

    [Fact]
    public void A_token_of_a_standard_provider_is_accepted() => Assert.Null(_oidc.Refusal());

    [Theory]
    [Trait("Security", "SEC-064")]
    [InlineData("iss", "id_token_missing_claim iss")]
    [InlineData("sub", "id_token_missing_claim sub")]
    [InlineData("aud", "id_token_missing_claim aud")]
    [InlineData("exp", "id_token_missing_claim exp")]
    [InlineData("iat", "id_token_missing_claim iat")]
    [InlineData("nonce", "id_token_missing_claim nonce")]
    [InlineData("tid", "id_token_missing_claim tid")]
    [InlineData("oid", "id_token_missing_claim oid")]
    [InlineData("ver", "id_token_missing_claim ver")]
    [InlineData("nbf", null)] // optional
    [InlineData("preferred_username", null)] // a label
    [InlineData("name", null)]
    public void A_claim_that_must_be_there_is_asked_for(string claim, string? refusal)
    {
        _entra.Claims.Remove(claim);
        Assert.Equal(refusal, _entra.Refusal());
    }

    [Theory]
    [Trait("Security", "SEC-064")]
    [InlineData("iss", 7, "id_token_malformed_claim iss")]
    [InlineData("sub", 7, "id_token_malformed_claim sub")]
    [InlineData("sub", "", "id_token_missing_claim sub")]
    [InlineData("sub", null, "id_token_malformed_claim sub")]
    [InlineData("aud", 7, "id_token_malformed_claim aud")]
    [InlineData("exp", "1900000000", "id_token_malformed_claim exp")]
    [InlineData("iat", true, "id_token_malformed_claim iat")]
    [InlineData("nbf", "now", "id_token_malformed_claim nbf")]
    [InlineData("nonce", 7, "id_token_malformed_claim nonce")]
    [InlineData("azp", 7, "id_token_malformed_claim azp")]
    [InlineData("tid", "contoso.example", "id_token_malformed_claim tid")]
    [InlineData("tid", "{6f0c2b1e-0000-4000-8000-1a2b3c4d5e6f}", "id_token_malformed_claim tid")]
    [InlineData("oid", "00000000-0000-0000-0000-000000000000", "id_token_malformed_claim oid")]
    [InlineData("oid", "mira", "id_token_malformed_claim oid")]
    [InlineData("ver", 2, "id_token_malformed_claim ver")]
    [InlineData("acct", "guest", "id_token_malformed_claim acct")]
    [InlineData("acct", 2, "id_token_malformed_claim acct")]
    [InlineData("idp", 7, "id_token_malformed_claim idp")]
    [InlineData("upn", 7, "id_token_malformed_claim upn")]
    [InlineData("auth_time", "noon", "id_token_malformed_claim auth_time")]
    [InlineData("groups", 7, "id_token_malformed_claim groups")]
    [InlineData("roles", 7, "id_token_malformed_claim roles")]
    [InlineData("_claim_names", "groups", "id_token_malformed_claim _claim_names")]
    [InlineData("at_hash", 7, "id_token_malformed_claim at_hash")]
    [InlineData("c_hash", 7, "id_token_malformed_claim c_hash")]
    [InlineData("amr", 7, "id_token_malformed_claim amr")]
    [InlineData("acrs", 7, "id_token_malformed_claim acrs")]
    [InlineData("nonce", "", "id_token_missing_claim nonce")]
    [InlineData("tid", "00000000-0000-0000-0000-000000000000", "id_token_malformed_claim tid")]
    [InlineData("tid", "6f0c2b1e0000400080001a2b3c4d5e6f", "id_token_malformed_claim tid")]
    [InlineData("oid", 7, "id_token_malformed_claim oid")]
    [InlineData("_claim_names", null, "id_token_malformed_claim _claim_names")]
    public void A_claim_of_another_shape_is_refused_rather_than_taken_for_absent(string claim, object? value, string refusal)
    {
        _entra.Claims[claim] = value;
        Assert.Equal(refusal, _entra.Refusal());
    }

    [Theory]
    [Trait("Security", "SEC-061")]
    [InlineData("https://login.microsoftonline.com/7a1d3c2f-0000-4000-8000-2b3c4d5e6f70/v2.0")] // another tenant than tid
    [InlineData("https://login.microsoftonline.com/common/v2.0")]
    [InlineData("https://login.microsoftonline.com/organizations/v2.0")]
    [InlineData("https://login.microsoftonline.com/{tenantid}/v2.0")]
    [InlineData("https://sts.windows.net/6f0c2b1e-0000-4000-8000-1a2b3c4d5e6f/")] // v1
    [InlineData("https://login.microsoftonline.com/6f0c2b1e-0000-4000-8000-1a2b3c4d5e6f/v2.0/")]
    [InlineData("https://login.microsoftonline.com/6F0C2B1E-0000-4000-8000-1A2B3C4D5E6F/v2.0")]
    [InlineData("http://login.microsoftonline.com/6f0c2b1e-0000-4000-8000-1a2b3c4d5e6f/v2.0")]
    [InlineData("https://login.microsoftonline.us/6f0c2b1e-0000-4000-8000-1a2b3c4d5e6f/v2.0")] // another cloud
    [InlineData("https://login.windows.net/6f0c2b1e-0000-4000-8000-1a2b3c4d5e6f/v2.0")] // an alias is no issuer
    public void The_issuer_is_exactly_the_clouds_template_with_the_tokens_tenant(string issuer)
    {
        _entra.Claims["iss"] = issuer;
        Assert.Equal("id_token_issuer iss", _entra.Refusal());
    }

    [Theory]
    [Trait("Security", "SEC-064")]
    [InlineData("https://idp.example/")]
    [InlineData("https://IDP.example")]
    [InlineData("http://idp.example")]
    [InlineData("https://idp.example.evil.example")]
    public void The_issuer_of_a_standard_provider_is_compared_whole(string issuer)
    {
        _oidc.Claims["iss"] = issuer;
        Assert.Equal("id_token_issuer iss", _oidc.Refusal());
    }

    [Fact, Trait("Security", "SEC-061")]
    public void A_tenant_that_is_not_listed_is_refused()
    {
        _entra.Claims["tid"] = IdTokenScenario.Fabrikam.ToString("D");
        _entra.Claims["iss"] = Cloud.Global.IssuerOf(IdTokenScenario.Fabrikam);
        Assert.Equal("id_token_tenant tid", _entra.Refusal());
        _entra.Expected = ((EntraExpectations)_entra.Expected) with { Tenants = [IdTokenScenario.Contoso, IdTokenScenario.Fabrikam] };
        Assert.Null(_entra.Refusal());
    }

    [Fact, Trait("Security", "SEC-061")]
    public void No_listed_tenant_means_no_tenant()
    {
        _entra.Expected = ((EntraExpectations)_entra.Expected) with { Tenants = [] };
        Assert.Equal("id_token_tenant tid", _entra.Refusal());
    }

    [Fact, Trait("Security", "SEC-061")]
    public void The_consumer_tenant_is_refused_unless_listed()
    {
        _entra.Claims["tid"] = Cloud.ConsumerTenant.ToString("D");
        _entra.Claims["iss"] = Cloud.Global.IssuerOf(Cloud.ConsumerTenant);
        Assert.Equal("id_token_tenant tid", _entra.Refusal());
        _entra.Expected = ((EntraExpectations)_entra.Expected) with { Tenants = [Cloud.ConsumerTenant] };
        Assert.Null(_entra.Refusal());
    }

    [Theory, Trait("Security", "SEC-061")]
    [InlineData("1.0")]
    [InlineData("2")]
    [InlineData("3.0")]
    public void Only_version_2_tokens_are_accepted(string version)
    {
        _entra.Claims["ver"] = version;
        Assert.Equal("id_token_version ver", _entra.Refusal());
    }

    [Theory, Trait("Security", "SEC-061")]
    [InlineData("ISS", "iss")]
    [InlineData("Sub", "sub")]
    [InlineData("AUD", "aud")]
    [InlineData("azP", "azp")]
    [InlineData("Exp", "exp")]
    [InlineData("IAT", "iat")]
    [InlineData("Nbf", "nbf")]
    [InlineData("Nonce", "nonce")]
    [InlineData("TID", "tid")]
    [InlineData("Oid", "oid")]
    [InlineData("Ver", "ver")]
    [InlineData("Acct", "acct")]
    [InlineData("IDP", "idp")]
    [InlineData("Upn", "upn")]
    public void A_deciding_claim_in_another_letter_case_is_refused(string twin, string claim)
    {
        _entra.Claims[twin] = IdTokenScenario.Fabrikam.ToString("D");
        Assert.Equal($"id_token_malformed_claim {claim}", _entra.Refusal());
    }

    [Fact] // what decides nothing may be written twice
    public void A_label_in_another_letter_case_is_left_alone()
    {
        _entra.Claims["Name"] = "Somebody else";
        Assert.Equal("Mira Koch", _entra.Accept().Name);
    }

    [Fact, Trait("Security", "SEC-061")]
    public void The_same_claim_twice_is_refused()
    {
        var twice = $$"""{"tid":"{{IdTokenScenario.Contoso:D}}","tid":"{{IdTokenScenario.Fabrikam:D}}"}""";
        Assert.Equal("id_token_malformed", _entra.Refusal(JsonWebToken.Sign(IdTokenScenario.Key, "JWT", Encoding.UTF8.GetBytes(twice))));
    }

    [Theory]
    [Trait("Security", "SEC-064")]
    [InlineData(new[] { IdTokenScenario.ClientId }, null, null)] // a list of one
    [InlineData(new[] { IdTokenScenario.ClientId, "other" }, null, "id_token_authorized_party azp")]
    [InlineData(new[] { IdTokenScenario.ClientId, "other" }, "other", "id_token_authorized_party azp")]
    [InlineData(new[] { IdTokenScenario.ClientId, "other" }, IdTokenScenario.ClientId, null)]
    [InlineData(new[] { IdTokenScenario.ClientId }, "other", "id_token_authorized_party azp")]
    [InlineData(new[] { "other" }, IdTokenScenario.ClientId, "id_token_audience aud")]
    [InlineData(new[] { "E082CE32-0000-4000-8000-04885D78CA30" }, null, "id_token_audience aud")]
    [InlineData(new string[0], null, "id_token_audience aud")]
    public void The_token_is_for_us_alone_or_names_us_as_the_party(string[] audiences, string? authorizedParty, string? refusal)
    {
        _entra.Claims["aud"] = audiences;
        if (authorizedParty is not null)
            _entra.Claims["azp"] = authorizedParty;
        Assert.Equal(refusal, _entra.Refusal());
    }

    [Theory]
    [Trait("Security", "SEC-064")]
    [InlineData("exp", -59, null)]
    [InlineData("exp", -60, "id_token_expired exp")]
    [InlineData("nbf", 60, null)]
    [InlineData("nbf", 61, "id_token_not_yet_valid nbf")]
    [InlineData("iat", 60, null)]
    [InlineData("iat", 61, "id_token_issued_in_future iat")]
    [InlineData("iat", -(15 * 60) - 60, null)] // ten minutes, five of back-dating, one of skew
    [InlineData("iat", -(15 * 60) - 61, "id_token_too_old iat")]
    public void Times_of_entra_are_kept_to_the_second(string claim, int seconds, string? refusal)
    {
        _entra.Claims[claim] = _entra.At(TimeSpan.FromSeconds(seconds));
        Assert.Equal(refusal, _entra.Refusal());
    }

    [Theory] // the clocks of other people may say anything, and no sum of ours may leave the calendar
    [Trait("Security", "SEC-064")]
    [InlineData("exp", 253_402_300_799, null)] // the last second of the year 9999
    [InlineData("exp", 253_402_300_800, "id_token_malformed_claim exp")]
    [InlineData("exp", 0, "id_token_expired exp")]
    [InlineData("nbf", 253_402_300_799, "id_token_not_yet_valid nbf")]
    [InlineData("nbf", 0, null)]
    [InlineData("iat", 253_402_300_799, "id_token_issued_in_future iat")]
    [InlineData("iat", 0, "id_token_too_old iat")]
    public void Any_time_is_answered(string claim, long seconds, string? refusal)
    {
        _entra.Claims[claim] = seconds;
        Assert.Equal(refusal, _entra.Refusal());
    }

    [Theory]
    [Trait("Security", "SEC-064")]
    [InlineData(-660, null)]
    [InlineData(-661, "id_token_too_old iat")] // nobody else dates back
    public void Times_of_a_standard_provider_are_kept_to_the_second(int seconds, string? refusal)
    {
        _oidc.Claims["iat"] = _oidc.At(TimeSpan.FromSeconds(seconds));
        Assert.Equal(refusal, _oidc.Refusal());
    }

    [Theory]
    [Trait("Security", "SEC-064")]
    [InlineData(null, "id_token_missing_claim auth_time")]
    [InlineData(-360, null)]
    [InlineData(-361, "id_token_auth_time auth_time")]
    public void Fresh_authentication_is_proven_when_it_was_asked_for(int? authenticated, string? refusal)
    {
        _entra.Expected = _entra.Expected with { MaxAge = TimeSpan.FromMinutes(5) };
        if (authenticated is { } seconds)
            _entra.Claims["auth_time"] = _entra.At(TimeSpan.FromSeconds(seconds));
        Assert.Equal(refusal, _entra.Refusal());
    }

    [Theory]
    [Trait("Security", "SEC-064")]
    [InlineData("q5Zl1vJ0m8dXr3uW7yBn2C")]
    [InlineData("q5Zl1vJ0m8dXr3uW7yBn2")]
    [InlineData("another")]
    public void The_nonce_is_that_of_our_transaction(string nonce)
    {
        _entra.Claims["nonce"] = nonce;
        Assert.Equal("id_token_nonce nonce", _entra.Refusal());
    }

    [Fact, Trait("Security", "SEC-064")]
    public void A_subject_longer_than_255_characters_is_refused()
    {
        _oidc.Claims["sub"] = new string('x', 255);
        Assert.Null(_oidc.Refusal());
        _oidc.Claims["sub"] = new string('x', 256);
        Assert.Equal("id_token_malformed_claim sub", _oidc.Refusal());
    }

    [Fact, Trait("Security", "SEC-064")]
    public void The_access_token_that_came_along_fits_its_hash()
    {
        _oidc.Expected = _oidc.Expected with { AccessToken = new Secret("an access token") };
        Assert.Null(_oidc.Refusal()); // optional from the token endpoint
        _oidc.Claims["at_hash"] = IdTokenScenario.HalfHash("an access token");
        Assert.Null(_oidc.Refusal());
        _oidc.Claims["at_hash"] = IdTokenScenario.HalfHash("another access token");
        Assert.Equal("id_token_at_hash at_hash", _oidc.Refusal());
    }

    [Fact, Trait("Security", "SEC-064")]
    public void The_code_that_came_along_through_the_browser_fits_its_hash()
    {
        _entra.Expected = _entra.Expected with { FrontChannelCode = "a code" };
        Assert.Equal("id_token_missing_claim c_hash", _entra.Refusal());
        _entra.Claims["c_hash"] = IdTokenScenario.HalfHash("another code");
        Assert.Equal("id_token_c_hash c_hash", _entra.Refusal());
        _entra.Claims["c_hash"] = IdTokenScenario.HalfHash("a code");
        Assert.Null(_entra.Refusal());
    }

    [Fact, Trait("Security", "SEC-064")]
    public void A_signature_by_a_key_that_the_provider_does_not_publish_is_refused()
    {
        _entra.SigningKey = SigningKey.Generate(SignatureAlgorithm.RS256, kid: "unknown");
        Assert.Equal("id_token_unknown_key", _entra.Refusal());
        _entra.SigningKey = SigningKey.Generate(SignatureAlgorithm.RS256, kid: IdTokenScenario.Key.Kid); // a stolen name
        Assert.Equal("id_token_signature", _entra.Refusal());
    }

    [Fact, Trait("Security", "SEC-064")]
    public void A_changed_token_is_refused()
    {
        var parts = _entra.Token().Split('.');
        _entra.Claims["oid"] = Guid.Empty.ToString("D");
        var forged = _entra.Token().Split('.');
        Assert.Equal("id_token_signature", _entra.Refusal($"{parts[0]}.{forged[1]}.{parts[2]}"));
    }

    [Theory, Trait("Security", "SEC-064")]
    [InlineData("""{"alg":"none"}""", "id_token_algorithm")]
    [InlineData("""{"alg":"HS256","kid":"q1W2e3R4t5Y6u7I8o9P0a1S2d3F"}""", "id_token_algorithm")]
    [InlineData("""{"alg":"PS256","kid":"q1W2e3R4t5Y6u7I8o9P0a1S2d3F"}""", "id_token_algorithm")] // the key is published for RS256
    [InlineData("""{"alg":"RS256","kid":"q1W2e3R4t5Y6u7I8o9P0a1S2d3F","crit":["b64"]}""", "id_token_algorithm")]
    [InlineData("""{"alg":"RS256","kid":"q1W2e3R4t5Y6u7I8o9P0a1S2d3F","b64":false}""", "id_token_algorithm")]
    [InlineData("""{"alg":"RS256","kid":"q1W2e3R4t5Y6u7I8o9P0a1S2d3F","jwk":{}}""", "id_token_signature")]
    [InlineData("""{"alg":"RS256"}""", "id_token_signature")]
    [InlineData("""not json""", "id_token_malformed")]
    public void The_header_chooses_nothing(string header, string refusal)
    {
        var parts = _entra.Token().Split('.');
        Assert.Equal(refusal, _entra.Refusal($"{Base64Url.Encode(Encoding.UTF8.GetBytes(header))}.{parts[1]}.{parts[2]}"));
    }

    [Theory, Trait("Security", "SEC-064")]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("a.b.c.d.e")] // a JWE
    [InlineData("é.é.é")]
    public void What_is_no_token_is_refused(string token) => Assert.Equal("id_token_malformed", _entra.Refusal(token));

    [Fact, Trait("Security", "SEC-064")]
    public void A_token_over_16_KB_is_refused()
    {
        _entra.Claims["filler"] = new string('x', 16 * 1024);
        Assert.Equal("id_token_malformed", _entra.Refusal());
    }

    [Fact]
    public void Elliptic_keys_serve_where_the_metadata_announces_them()
    {
        (_oidc.SigningKey, _oidc.Published) = (IdTokenScenario.EllipticKey, IdTokenScenario.KeySet(null, IdTokenScenario.EllipticKey));
        Assert.Equal("id_token_unknown_key", _oidc.Refusal()); // only RS256 announced
        _oidc.Algorithms = [SignatureAlgorithm.RS256, SignatureAlgorithm.ES256];
        Assert.Null(_oidc.Refusal());
    }

    [Theory, Trait("Security", "SEC-062")]
    [InlineData("https://login.microsoftonline.com/{tenantid}/v2.0", null)]
    [InlineData("https://login.microsoftonline.com/6f0c2b1e-0000-4000-8000-1a2b3c4d5e6f/v2.0", null)]
    [InlineData(null, null)]
    [InlineData("https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0", "id_token_key_issuer")] // the key of personal accounts
    [InlineData("https://login.microsoftonline.us/{tenantid}/v2.0", "id_token_key_issuer")]
    [InlineData("", "id_token_key_issuer")]
    public void A_key_is_used_only_for_the_issuer_it_was_published_for(string? keyIssuer, string? refusal)
    {
        _entra.Published = IdTokenScenario.KeySet(keyIssuer, IdTokenScenario.Key);
        Assert.Equal(refusal, _entra.Refusal());
    }
}

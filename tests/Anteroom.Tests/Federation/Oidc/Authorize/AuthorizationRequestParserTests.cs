using Anteroom.Protocols.Jose;
using Anteroom.Protocols.OAuth;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Federation.Oidc.Authorize;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.SignIn;
using ApplicationId = Anteroom.Server.Federation.ApplicationId;

namespace Anteroom.Tests.Federation.Oidc.Authorize;

public sealed class AuthorizationRequestParserTests
{
    private const string Challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"; // RFC 7636 appendix B

    private readonly Dictionary<string, string> _parameters = new()
    {
        ["client_id"] = "app_x",
        ["redirect_uri"] = "https://rp.example/cb",
        ["response_type"] = "code",
        ["scope"] = "openid profile",
        ["state"] = "xyz",
        ["code_challenge"] = Challenge,
        ["code_challenge_method"] = "S256",
    };

    private Application _application = new(
        ApplicationId.New(TimeProvider.System),
        OrganizationId.Platform,
        "app_x",
        "Portal",
        ClientKind.Confidential,
        ClientAuthentication.ClientSecretBasic,
        ["https://rp.example/cb", "https://rp.example/cb2?fixed=1"],
        [],
        "https://api.example",
        SignatureAlgorithm.ES256,
        ApplicationSettings.Default,
        null,
        1,
        ManualClock.Start,
        []
    );

    private Result<AuthorizationRequest, AuthorizationRefusal> Parse(Application? application)
    {
        Assert.True(OAuthParameters.Read(_parameters).TryGet(out var parameters, out var malformed), malformed?.Description);
        return AuthorizationRequestParser.Parse(parameters, application);
    }

    private AuthorizationRequest Accepted()
    {
        Assert.True(Parse(_application).TryGet(out var request, out var refused), refused?.Page ?? refused?.Answer?.Error.Description);
        return request;
    }

    private string Refused()
    {
        Assert.False(Parse(_application).TryGet(out _, out var refused));
        Assert.Null(refused!.Page);
        Assert.Equal("xyz", refused.Answer!.Value.Target.State);
        return refused.Answer.Value.Error.Code;
    }

    private string? Page(Application? application)
    {
        Assert.False(Parse(application).TryGet(out _, out var refused));
        Assert.Null(refused!.Answer);
        return refused.Page;
    }

    [Fact]
    public void Accepts_an_ordinary_request()
    {
        var request = Accepted();
        Assert.Equal("https://rp.example/cb", request.Target.RedirectUri);
        Assert.Equal(ResponseMode.Query, request.Target.Mode);
        Assert.Equal(Interaction.AsNeeded, request.Interaction);
        Assert.Null(request.MaxAge);
    }

    [Fact]
    [Trait("Security", "SEC-091")]
    public void An_unknown_client_ends_on_a_page() => Assert.Equal(ReasonCodes.ClientUnknown, Page(null));

    [Theory] // SEC-090: exact, nothing else
    [InlineData(null)]
    [InlineData("")]
    [InlineData("https://rp.example/cb/")]
    [InlineData("https://rp.example/CB")]
    [InlineData("https://rp.example/cb?x")]
    [InlineData("https://rp.example/cb2")]
    [InlineData("https://rp.example:443/cb")]
    [InlineData("https://rp.example/cb#f")]
    [InlineData("http://rp.example/cb")]
    [InlineData("https://evil.example/cb")]
    [InlineData("https://rp.example/./cb")]
    [Trait("Security", "SEC-090")]
    [Trait("Security", "SEC-091")]
    public void Another_redirect_uri_ends_on_a_page(string? redirectUri)
    {
        if (redirectUri is null)
            _parameters.Remove("redirect_uri");
        else
            _parameters["redirect_uri"] = redirectUri;
        Assert.Equal(ReasonCodes.RedirectUriUnregistered, Page(_application));
    }

    [Fact] // RFC 8252 §7.3
    [Trait("Security", "SEC-090")]
    public void A_native_client_may_choose_its_loopback_port()
    {
        _application = _application with { Kind = ClientKind.Native, RedirectUris = ["http://127.0.0.1/cb"] };
        _parameters["redirect_uri"] = "http://127.0.0.1:51004/cb";
        var target = Accepted().Target;
        Assert.Equal("http://127.0.0.1:51004/cb", target.RedirectUri);
        Assert.Equal("http://127.0.0.1/cb", target.Registered);

        _application = _application with { Kind = ClientKind.Confidential };
        Assert.Equal(ReasonCodes.RedirectUriUnregistered, Page(_application));
    }

    [Theory]
    [InlineData("response_type", null, "invalid_request")]
    [InlineData("response_type", "token", "unsupported_response_type")]
    [InlineData("response_type", "code id_token", "unsupported_response_type")]
    [InlineData("response_mode", "web_message", "invalid_request")]
    [InlineData("request", "eyJ", "request_not_supported")]
    [InlineData("request_uri", "https://rp.example/r", "request_uri_not_supported")]
    [InlineData("registration", "{}", "registration_not_supported")]
    [InlineData("scope", null, "invalid_scope")]
    [InlineData("scope", "profile", "invalid_scope")]
    [InlineData("scope", "openid admin", "invalid_scope")]
    [InlineData("code_challenge", null, "invalid_request")]
    [InlineData("code_challenge", "short", "invalid_request")]
    [InlineData("code_challenge_method", null, "invalid_request")]
    [InlineData("code_challenge_method", "plain", "invalid_request")]
    [InlineData("resource", "https://other.example", "invalid_target")]
    [InlineData("prompt", "create", "invalid_request")]
    [InlineData("prompt", "none login", "invalid_request")]
    [InlineData("prompt", "Login", "invalid_request")]
    [InlineData("max_age", "-1", "invalid_request")]
    [InlineData("max_age", "soon", "invalid_request")]
    [InlineData("max_age", "1e3", "invalid_request")]
    [InlineData("organization", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "invalid_request")]
    [Trait("Security", "SEC-093")]
    [Trait("Security", "SEC-094")]
    [Trait("Security", "SEC-102")]
    [Trait("Security", "SEC-105")]
    public void A_later_mistake_is_told_to_the_client(string name, string? value, string error)
    {
        if (value is null)
            _parameters.Remove(name);
        else
            _parameters[name] = value;
        Assert.Equal(error, Refused());
    }

    [Fact]
    [Trait("Security", "SEC-094")]
    public void A_disabled_application_gets_nobody()
    {
        _application = _application with { DisabledAt = ManualClock.Start };
        Assert.Equal("unauthorized_client", Refused());
    }

    [Theory]
    [InlineData("none", Interaction.None)]
    [InlineData("login", Interaction.Reauthenticate)]
    [InlineData("login select_account", Interaction.Reauthenticate)]
    [InlineData("select_account", Interaction.SelectAccount)]
    [InlineData("consent", Interaction.AsNeeded)]
    [InlineData("consent select_account", Interaction.SelectAccount)]
    public void Reads_the_prompt(string prompt, Interaction interaction)
    {
        _parameters["prompt"] = prompt;
        Assert.Equal(interaction, Accepted().Interaction);
    }

    [Theory] // OIDC Core §3.1.2.1
    [InlineData("0", null, Interaction.Reauthenticate, 0)]
    [InlineData("0", "none", Interaction.None, 0)]
    [InlineData("3600", null, Interaction.AsNeeded, 3600)]
    [InlineData("99999999999999", null, Interaction.AsNeeded, 315360000)]
    [Trait("Security", "SEC-107")]
    public void Reads_the_greatest_age(string maxAge, string? prompt, Interaction interaction, double seconds)
    {
        _parameters["max_age"] = maxAge;
        if (prompt is not null)
            _parameters["prompt"] = prompt;
        var request = Accepted();
        Assert.Equal(interaction, request.Interaction);
        Assert.Equal(seconds, request.MaxAge?.TotalSeconds);
    }

    [Fact] // OIDC Core §11
    public void Offline_access_is_ignored_where_it_cannot_be_had()
    {
        _parameters["scope"] = "openid offline_access";
        Assert.Equal("openid offline_access", Accepted().Scope.ToString());
        _application = _application with { Settings = new([GrantType.AuthorizationCode]) };
        Assert.Equal("openid", Accepted().Scope.ToString());
    }

    [Fact] // OIDC Core §5.5, §3.1.2.1: allowed to be ignored
    public void Wishes_that_we_do_not_follow_are_left_alone()
    {
        _parameters["claims"] = """{"id_token":{"acr":{"essential":true}}}""";
        _parameters["display"] = "wap";
        _parameters["ui_locales"] = "fr-CA fr en";
        _parameters["unheard_of"] = "x";
        Accepted();
    }

    [Fact] // a broken response_mode cannot be used to answer that it is broken
    public void A_wrong_response_mode_is_answered_in_the_usual_one()
    {
        _parameters["response_mode"] = "carrier_pigeon";
        Assert.False(Parse(_application).TryGet(out _, out var refused));
        Assert.Equal(ResponseMode.Query, refused!.Answer!.Value.Target.Mode);
    }
}

using Anteroom.Protocols.Jose;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Platform;
using ApplicationId = Anteroom.Server.Federation.ApplicationId;

namespace Anteroom.Tests.Federation.Applications;

public sealed class ApplicationRulesTests
{
    private const string Issuer = "https://signin.example";

    private static readonly ApplicationId Id = ApplicationId.New(TimeProvider.System);

    private static Application Blank(ClientKind kind = ClientKind.Confidential) =>
        new(
            Id,
            OrganizationId.Platform,
            Id.ToString(),
            "",
            kind,
            kind == ClientKind.Confidential ? ClientAuthentication.ClientSecretBasic : ClientAuthentication.None,
            [],
            [],
            Id.ToString(),
            SignatureAlgorithm.ES256,
            ApplicationSettings.Default,
            null,
            1,
            ManualClock.Start,
            []
        );

    private static ApplicationDraft Draft() => new() { Name = "Portal", RedirectUris = ["https://rp.example/cb"] };

    private static string[] Errors(ApplicationDraft draft, ClientKind kind = ClientKind.Confidential) =>
        ApplicationRules.Apply(Blank(kind), draft, Issuer).TryGet(out _, out var refused) ? [] : [.. refused.Errors.Keys];

    [Fact]
    public void Accepts_an_ordinary_application() => Assert.Empty(Errors(Draft()));

    [Fact]
    public void Names_every_mistake_at_once() =>
        Assert.Equal(
            ["audience", "clientAuthentication", "grantTypes", "name", "redirectUris[0]", "refreshGraceSeconds", "signingAlgorithm"],
            Errors(
                    new()
                    {
                        Name = " ",
                        RedirectUris = ["http://rp.example/cb"],
                        Audience = Issuer,
                        ClientAuthentication = "none",
                        SigningAlgorithm = "PS256",
                        GrantTypes = ["refresh_token"],
                        RefreshGraceSeconds = 11,
                    }
                )
                .Order(StringComparer.Ordinal)
        );

    [Theory] // SEC-090
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData("https://rp.example/cb#f")]
    [InlineData("https://user@rp.example/cb")]
    [InlineData("https://*.example/cb")]
    [InlineData("http://192.168.0.1/cb")]
    [InlineData("com.example.app:/cb")]
    [InlineData("/cb")]
    [Trait("Security", "SEC-090")]
    public void Refuses_what_must_never_be_redirected_to(string address)
    {
        Assert.Equal(["redirectUris[0]"], Errors(Draft() with { RedirectUris = [address] }));
        Assert.Equal(["postLogoutRedirectUris[0]"], Errors(Draft() with { PostLogoutRedirectUris = [address] }));
    }

    [Fact] // RFC 8252 §7.1
    [Trait("Security", "SEC-090")]
    public void A_native_application_may_use_a_scheme_of_its_own() =>
        Assert.Empty(Errors(Draft() with { RedirectUris = ["com.example.app:/cb", "http://127.0.0.1/cb"] }, ClientKind.Native));

    [Theory]
    [InlineData("has space")]
    [InlineData("")]
    [InlineData("app_aaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("api://AzureADTokenExchange")] // a token for it would be our word to a cloud
    [InlineData("API://azureadtokenexchangeusgov")]
    public void Refuses_an_audience_that_is_not_a_name(string audience) =>
        Assert.Equal(["audience"], Errors(Draft() with { Audience = audience }));

    [Theory]
    [InlineData(ClientKind.Confidential, "client_secret_post", true)]
    [InlineData(ClientKind.Public, "private_key_jwt", false)]
    [InlineData(ClientKind.Native, "private_key_jwt", false)]
    [InlineData(ClientKind.Public, "none", true)]
    [InlineData(ClientKind.Public, "client_secret_basic", false)]
    [InlineData(ClientKind.Native, "client_secret_post", false)]
    [Trait("Security", "SEC-096")]
    public void The_way_to_authenticate_fits_the_kind(ClientKind kind, string method, bool fits) =>
        Assert.Equal(fits ? [] : ["clientAuthentication"], Errors(Draft() with { ClientAuthentication = method }, kind));

    [Fact]
    public void Needs_a_redirect_uri_and_takes_fifty_at_most()
    {
        Assert.Equal(["redirectUris"], Errors(Draft() with { RedirectUris = [] }));
        Assert.Equal(
            ["redirectUris"],
            Errors(Draft() with { RedirectUris = [.. Enumerable.Range(0, 51).Select(i => $"https://rp.example/{i}")] })
        );
    }

    [Fact]
    public void An_empty_front_channel_address_takes_it_away()
    {
        var with = Blank() with { Settings = ApplicationSettings.Default with { FrontChannelLogoutUri = "https://rp.example/out" } };
        Assert.True(ApplicationRules.Apply(with, Draft() with { FrontChannelLogoutUri = "" }, Issuer).TryGet(out var changed, out _));
        Assert.Null(changed.Settings.FrontChannelLogoutUri);
    }

    [Theory] // OIDC Front-Channel Logout §2: scheme, host and port of a redirect URI
    [InlineData("https://rp.example/out?tenant=a", true)]
    [InlineData("https://rp.example:8443/out", false)]
    [InlineData("https://other.example/out", false)]
    [InlineData("http://localhost/out", false)]
    [InlineData("https://rp.example/out#fragment", false)]
    [Trait("Security", "SEC-005")]
    public void A_front_channel_address_lies_where_the_application_does(string address, bool fits) =>
        Assert.Equal(
            fits ? [] : ["frontChannelLogoutUri"],
            Errors(Draft() with { RedirectUris = ["https://rp.example/callback"], FrontChannelLogoutUri = address })
        );

    [Theory] // OIDC Back-Channel Logout §2.2
    [InlineData("https://rp.example/logout?tenant=a", true)]
    [InlineData("http://127.0.0.1:8080/logout", true)] // the operator's AllowedTargets decide whether it is called
    [InlineData("http://rp.example/logout", false)]
    [InlineData("https://rp.example/logout#fragment", false)]
    [InlineData("https://user@rp.example/logout", false)]
    [InlineData("/logout", false)]
    [Trait("Security", "SEC-109")]
    public void A_back_channel_address_is_absolute_https_without_a_fragment(string address, bool fits)
    {
        Assert.Equal(fits ? [] : ["backChannelLogoutUri"], Errors(Draft() with { BackChannelLogoutUri = address }));
        if (!fits)
            return;
        Assert.True(ApplicationRules.Apply(Blank(), Draft() with { BackChannelLogoutUri = address }, Issuer).TryGet(out var made, out _));
        Assert.Equal(address, made.Settings.BackChannelLogoutUri);
        Assert.True(ApplicationRules.Apply(made, new() { BackChannelLogoutUri = "" }, Issuer).TryGet(out var changed, out _));
        Assert.Null(changed.Settings.BackChannelLogoutUri);
    }
}

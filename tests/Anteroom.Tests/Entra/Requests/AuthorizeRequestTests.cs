using System.Web;
using Anteroom.Entra.Providers;
using Anteroom.Entra.Requests;

namespace Anteroom.Tests.Entra.Requests;

public sealed class AuthorizeRequestTests
{
    private static readonly EntraProvider Entra = new(Cloud.Global, new Guid("6f0c2b1e-0000-4000-8000-1a2b3c4d5e6f"));
    private static readonly UpstreamProvider Standard = OidcProvider.TryCreate("https://idp.example", [], out var provider)
        ? provider
        : throw new InvalidOperationException();

    private static readonly AuthorizeRequest Request = new(
        new Uri("https://login.example/authorize"),
        "client",
        "https://sso.example/sso/k/callback?x=1&y=ü",
        State: "s-123456789012345678901",
        Nonce: "n-123456789012345678901"
    )
    {
        CodeChallenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", // RFC 7636 appendix B
        LoginHint = "mira+1@contoso.example",
        DomainHint = "contoso.example",
        MaxAge = TimeSpan.FromMinutes(5),
        AcrValues = "mfa",
        Claims = """{"id_token":{"acrs":{"essential":true,"value":"c1"}}}""",
    };

    private static Dictionary<string, string> Parameters(Uri uri)
    {
        var query = HttpUtility.ParseQueryString(uri.Query);
        return query.AllKeys.ToDictionary(name => name!, name => query[name]!);
    }

    [Fact, Trait("Security", "SEC-065")]
    public void A_request_to_entra_carries_what_entra_knows()
    {
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["client_id"] = "client",
                ["response_type"] = "code",
                ["redirect_uri"] = "https://sso.example/sso/k/callback?x=1&y=ü",
                ["response_mode"] = "query",
                ["scope"] = "openid profile email",
                ["state"] = "s-123456789012345678901",
                ["nonce"] = "n-123456789012345678901",
                ["code_challenge"] = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
                ["code_challenge_method"] = "S256",
                ["login_hint"] = "mira+1@contoso.example",
                ["claims"] = """{"id_token":{"acrs":{"essential":true,"value":"c1"}}}""",
                ["domain_hint"] = "contoso.example",
            },
            Parameters(Request.ToUri(Entra))
        );
    }

    [Fact]
    public void A_request_to_a_standard_provider_carries_what_the_standard_knows()
    {
        var parameters = Parameters(Request.ToUri(Standard));
        Assert.Equal(("300", "mfa"), (parameters["max_age"], parameters["acr_values"]));
        Assert.DoesNotContain("domain_hint", parameters.Keys);
    }

    [Fact]
    public void A_choice_of_account_is_not_combined_with_a_hint()
    {
        var parameters = Parameters((Request with { Prompt = "select_account" }).ToUri(Entra));
        Assert.Equal("select_account", parameters["prompt"]);
        Assert.DoesNotContain("login_hint", parameters.Keys);
    }

    [Fact]
    public void An_endpoint_keeps_its_own_query() =>
        Assert.StartsWith(
            "https://login.example/authorize?p=b2c&client_id=client&",
            (Request with { Endpoint = new Uri("https://login.example/authorize?p=b2c") }).ToUri(Entra).AbsoluteUri,
            StringComparison.Ordinal
        );

    [Fact, Trait("Security", "SEC-067")]
    public void An_id_token_comes_by_form_post_and_needs_no_challenge()
    {
        var request = Request with
        {
            ResponseType = UpstreamResponseType.IdToken,
            ResponseMode = UpstreamResponseMode.FormPost,
            CodeChallenge = null,
        };
        var parameters = Parameters(request.ToUri(Entra));
        Assert.Equal(("id_token", "form_post"), (parameters["response_type"], parameters["response_mode"]));
        Assert.DoesNotContain("code_challenge", parameters.Keys);
        Assert.Throws<InvalidOperationException>(() => (request with { ResponseMode = UpstreamResponseMode.Query }).ToUri(Entra));
    }

    [Theory, Trait("Security", "SEC-065")]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(false, false, true)]
    public void A_request_that_anybody_could_finish_is_not_made(bool weakState, bool weakNonce, bool noChallenge)
    {
        var request = Request with
        {
            State = weakState ? "short" : Request.State,
            Nonce = weakNonce ? "short" : Request.Nonce,
            CodeChallenge = noChallenge ? null : Request.CodeChallenge,
        };
        Assert.Throws<InvalidOperationException>(() => request.ToUri(Entra));
        if (noChallenge)
            Assert.Throws<InvalidOperationException>(() =>
                (request with { ResponseType = UpstreamResponseType.CodeIdToken, ResponseMode = UpstreamResponseMode.FormPost }).ToUri(
                    Entra
                )
            );
    }

    [Fact]
    public void An_end_session_request_carries_what_is_known()
    {
        var request = new EndSessionRequest(new Uri("https://login.example/logout"))
        {
            LogoutHint = "O.CiQ=&x",
            PostLogoutRedirectUri = "https://sso.example/sso/k/callback",
            State = "abc",
        };
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["logout_hint"] = "O.CiQ=&x",
                ["post_logout_redirect_uri"] = "https://sso.example/sso/k/callback",
                ["state"] = "abc",
            },
            Parameters(request.ToUri())
        );
        Assert.Equal("https://login.example/logout", new EndSessionRequest(new Uri("https://login.example/logout")).ToUri().AbsoluteUri);
    }
}

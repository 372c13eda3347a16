using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Federation.Oidc.Authorize;
using Anteroom.Server.Platform;
using Anteroom.Server.SignIn;
using Microsoft.AspNetCore.WebUtilities;

namespace Anteroom.Tests.Federation.Oidc.Authorize;

public sealed class OidcProtocolTests(FederationFixture fixture) : IClassFixture<FederationFixture>
{
    [Fact] // RFC 6749 §4.1.2, RFC 9207 §2
    [Trait("Security", "SEC-095")]
    [Trait("Security", "SEC-092")]
    public async Task Answers_with_code_state_and_issuer_and_keeps_only_the_hash()
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture);
        scenario.State = "a b&c=ü";
        var response = await scenario.AuthorizeAsync();
        Assert.Equal(302, response.StatusCode);
        Assert.Equal("no-store", response.Headers.CacheControl);
        var location = new Uri(response.Headers.Location.ToString());
        Assert.Equal(OidcScenario.RedirectUri, location.GetLeftPart(UriPartial.Path));
        var query = QueryHelpers.ParseQuery(location.Query);
        Assert.Equal(scenario.State, query["state"]);
        Assert.Equal(OidcScenario.Issuer, query["iss"]);
        Assert.True(Handle.TryParse("ac", query["code"], out var code));
        Assert.Equal(code.Sha256(), await scenario.FirstAsync<byte[]>("SELECT code_sha256 FROM authorization_codes"));
        Assert.Equal(1, await scenario.CountAsync("session_applications"));
    }

    [Fact] // OAuth 2.0 Multiple Response Types §2.1
    public async Task Answers_in_the_fragment_where_asked()
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture);
        scenario.ResponseModeName = "fragment";
        var location = new Uri((await scenario.AuthorizeAsync()).Headers.Location.ToString());
        Assert.Equal("", location.Query);
        Assert.StartsWith("#code=ac_", location.Fragment, StringComparison.Ordinal);
    }

    [Fact] // the same application twice in one session is one entry for its sign-out
    public async Task A_second_answer_in_the_session_is_fine()
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture);
        await scenario.CodeAsync();
        await scenario.CodeAsync();
        Assert.Equal(1, await scenario.CountAsync("session_applications"));
        Assert.Equal(2, await scenario.CountAsync("grants"));
    }

    [Theory]
    [InlineData(SignInRefusal.LoginRequired, "login_required")]
    [InlineData(SignInRefusal.AccountSelectionRequired, "account_selection_required")]
    [InlineData(SignInRefusal.InteractionRequired, "interaction_required")]
    [InlineData(SignInRefusal.Cancelled, "access_denied")]
    [Trait("Security", "SEC-095")]
    public async Task Says_why_nobody_came(SignInRefusal refusal, string error)
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture);
        var protocol = scenario.Node.Services.GetServices<IApplicationProtocol>().OfType<OidcProtocol>().Single();
        var response = await OidcScenario.ExecuteAsync(protocol.Refuse(scenario.Request(), refusal)!, scenario.Node.Services);
        var query = QueryHelpers.ParseQuery(new Uri(response.Headers.Location.ToString()).Query);
        Assert.Equal(error, query["error"]);
        Assert.Equal(scenario.State, query["state"]);
        Assert.Equal(OidcScenario.Issuer, query["iss"]);
        Assert.False(query.ContainsKey("code"));
    }

    [Fact] // RFC 8252 §7.3: registered without its port, answered at the port of the request
    [Trait("Security", "SEC-090")]
    public async Task A_native_application_is_answered_at_its_own_port_and_redeems_there()
    {
        await using var scenario = await OidcScenario.CreateAsync(
            fixture,
            new()
            {
                Name = "Desk",
                ClientKind = "native",
                RedirectUris = ["http://127.0.0.1/cb"],
            }
        );
        var response = await scenario.AuthorizeAsync("http://127.0.0.1:51004/cb");
        var location = new Uri(response.Headers.Location.ToString());
        Assert.Equal(51004, location.Port);
        Assert.True(Handle.TryParse("ac", QueryHelpers.ParseQuery(location.Query)["code"], out var code));
        Assert.Null(await scenario.RedeemAsync(code, redirectUri: "http://127.0.0.1:51004/cb"));
    }

    public static TheoryData<string> Changes => new("disabled", "redirect_uri", "other organization");

    [Theory] // checked again in the transaction, whatever memory says
    [MemberData(nameof(Changes))]
    [Trait("Security", "SEC-091")]
    [Trait("Security", "SEC-094")]
    public async Task Writes_and_redirects_nothing_when_the_application_changed_meanwhile(string change)
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture);
        var registry = scenario.Node.Get<ApplicationRegistry>();
        var request = scenario.Request();
        switch (change)
        {
            case "disabled":
                await registry.SetDisabledAsync(OrganizationId.Platform, scenario.Application.Id, true, OidcScenario.Context, default);
                break;
            case "redirect_uri":
                var draft = new ApplicationDraft { RedirectUris = ["https://elsewhere.example/cb"] };
                await registry.ChangeAsync(OrganizationId.Platform, scenario.Application.Id, 1, draft, OidcScenario.Context, default);
                break;
            default:
                await using (var stranger = await OidcScenario.CreateAsync(fixture))
                {
                    await stranger.RegisterAsync(OidcScenario.Draft(), stranger.Organization);
                    request = stranger.Request();
                }
                break;
        }

        var protocol = scenario.Node.Services.GetServices<IApplicationProtocol>().OfType<OidcProtocol>().Single();
        await using (var tx = await fixture.Test.Database.BeginAsync(scenario.Organization, default))
        {
            var answer = await protocol.CompleteAsync(tx, request, scenario.Session, scenario.Clock.GetUtcNow(), default);
            Assert.IsNotType<AuthorizationResponse>(answer);
            await tx.CommitAsync(default);
        }
        Assert.Equal(0, await scenario.CountAsync("grants"));
        Assert.Equal(0, await scenario.CountAsync("authorization_codes"));
    }
}

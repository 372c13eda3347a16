using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.Tests.EntraEmulator;

/// <summary>entra-oidc.md §2.1, §2.3: hybrid and implicit answers, the two boxes, and what may carry them.</summary>
public sealed class ImplicitFlowTests : IAsyncLifetime
{
    private const string Mira = "mira@contoso.example";

    private EmulatorStage _stage = null!;

    public async ValueTask InitializeAsync()
    {
        _stage = await EmulatorStage.StartAsync();
        SetBoxes(idTokens: true, accessTokens: true);
    }

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Theory] // §2.1: which parameters each type brings; order of the words is free
    [InlineData("id_token", "id_token,state,session_state")]
    [InlineData("token", "access_token,token_type,expires_in,scope,state,session_state")]
    [InlineData("id_token token", "access_token,token_type,expires_in,scope,id_token,state,session_state")]
    [InlineData("token id_token", "access_token,token_type,expires_in,scope,id_token,state,session_state")]
    [InlineData("code id_token", "code,id_token,state,session_state")]
    [InlineData("id_token code", "code,id_token,state,session_state")]
    public async Task Each_type_brings_its_parameters_in_the_fragment(string type, string expected)
    {
        var page = await EnterAsync(("response_type", type));
        Assert.StartsWith(EmulatorStage.RedirectUri + "#", page.Location, StringComparison.Ordinal);
        Assert.Equal(expected.Split(','), page.Reply().Keys);
    }

    [Fact] // §2.3: c_hash with a code, at_hash with an access token, and both verify
    public async Task The_id_token_is_bound_to_what_comes_with_it()
    {
        var hybrid = (await EnterAsync(("response_type", "code id_token"))).Reply();
        Assert.Equal(HalfHash(hybrid["code"]), (string?)Jwt.Payload(hybrid["id_token"])["c_hash"]);
        Assert.False(Jwt.Payload(hybrid["id_token"]).ContainsKey("at_hash"));

        var both = (await EnterAsync(("response_type", "id_token token"))).Reply();
        Assert.Equal(HalfHash(both["access_token"]), (string?)Jwt.Payload(both["id_token"])["at_hash"]);
        Assert.True(Jwt.Verifies(both["id_token"], await _stage.JsonAsync($"/{_stage.TenantId}/discovery/v2.0/keys")));

        // Tokens of the token endpoint carry neither.
        var tokens = await _stage.RedeemAsync(hybrid["code"]);
        Assert.DoesNotContain(Jwt.Payload((string)tokens.Body["id_token"]!), claim => claim.Key is "c_hash" or "at_hash");
    }

    [Fact] // §2.1: form_post carries everything
    public async Task Form_post_carries_tokens_too()
    {
        var page = await EnterAsync(("response_type", "code id_token"), ("response_mode", "form_post"));
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("name=\"code\"", page.Html, StringComparison.Ordinal);
        Assert.Contains("name=\"id_token\"", page.Html, StringComparison.Ordinal);
    }

    [Theory] // §2.3, §2.6 rows 700054, 700051, 70005, 70007, 900144
    [InlineData(false, true, "id_token", null, "unsupported_response_type", 700054)]
    [InlineData(true, false, "token", null, "unsupported_response_type", 700051)]
    [InlineData(true, false, "id_token token", null, "unsupported_response_type", 700051)]
    [InlineData(true, true, "code token", null, "unsupported_response_type", 70005)]
    [InlineData(true, true, "id_token", "query", "invalid_request", 70007)]
    [InlineData(true, true, "token", "query", "invalid_request", 70007)]
    public async Task Boxes_and_modes_decide(bool idTokens, bool accessTokens, string type, string? mode, string error, int code)
    {
        SetBoxes(idTokens, accessTokens);
        var page = await _stage.NewBrowser().OpenAsync(_stage.AuthorizeUrl(null, ("response_type", type), ("response_mode", mode)));
        Assert.StartsWith(EmulatorStage.RedirectUri + "#", page.Location, StringComparison.Ordinal);
        Assert.Equal(error, page.Reply()["error"]);
        Assert.StartsWith($"AADSTS{code}: ", page.Reply()["error_description"], StringComparison.Ordinal);
    }

    [Fact] // §2.1 nonce, and §2.6 row 70005: an ID token needs openid
    public async Task An_id_token_needs_a_nonce_and_the_openid_scope()
    {
        using var browser = _stage.NewBrowser();
        var page = await browser.OpenAsync(_stage.AuthorizeUrl(null, ("response_type", "id_token"), ("nonce", null)));
        Assert.Contains("'nonce'", page.Reply()["error_description"], StringComparison.Ordinal);
        page = await browser.OpenAsync(_stage.AuthorizeUrl(null, ("response_type", "id_token"), ("scope", "User.Read")));
        Assert.StartsWith("AADSTS70005: ", page.Reply()["error_description"], StringComparison.Ordinal);
    }

    [Fact] // §4.4: implicit flows show five groups, then only that there are some; hybrid ones show all
    public async Task Many_groups_become_hasgroups_in_implicit_flows()
    {
        _stage.Change((Application application) => application with { GroupMembershipClaims = "SecurityGroup" });
        for (var i = 0; i < 6; i++)
            await _stage.PostAsync($"/tenants/{_stage.TenantId}/groups", new { displayName = $"G{i}", members = new[] { _stage.UserId } });

        var claims = Jwt.Payload((await EnterAsync(("response_type", "id_token"))).Reply()["id_token"]);
        Assert.True((bool)claims["hasgroups"]!);
        Assert.False(claims.ContainsKey("groups"));
        await _stage.PatchAsync("/settings", new { mostGroupsInImplicitToken = 6 });
        claims = Jwt.Payload((await EnterAsync(("response_type", "id_token"))).Reply()["id_token"]);
        Assert.Equal(6, ((JsonArray)claims["groups"]!).Count);
    }

    [Fact] // §2.1 client_info
    public async Task Client_info_names_the_home_account()
    {
        var reply = (await EnterAsync(("client_info", "1"))).Reply();
        var info = JsonNode.Parse(Base64Url.DecodeFromChars(reply["client_info"]))!;
        Assert.Equal((_stage.UserId, _stage.TenantId), ((string?)info["uid"], (string?)info["utid"]));
    }

    private Task<EmulatorBrowser.Page> EnterAsync(params (string Name, string? Value)[] changes) =>
        _stage.NewBrowser().EnterAsync(_stage.AuthorizeUrl(null, changes), Mira, EmulatorStage.Password);

    private void SetBoxes(bool idTokens, bool accessTokens) =>
        _stage.Change(
            (Application application) =>
                application with
                {
                    Web = application.Web with
                    {
                        ImplicitGrantSettings = new ImplicitGrantSettings
                        {
                            EnableIdTokenIssuance = idTokens,
                            EnableAccessTokenIssuance = accessTokens,
                        },
                    },
                }
        );

    private static string HalfHash(string value) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(value)).AsSpan(0, 16));
}

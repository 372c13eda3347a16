using System.Net;
using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Objects.ConditionalAccess;

namespace Anteroom.Tests.EntraEmulator;

/// <summary>entra-oidc.md §9: Conditional Access and the second factor, on the pages and at the token endpoint.</summary>
public sealed class ConditionalAccessTests : IAsyncLifetime
{
    private const string Mira = "mira@contoso.example";

    private EmulatorStage _stage = null!;

    public async ValueTask InitializeAsync() => _stage = await EmulatorStage.StartAsync();

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact] // the second factor comes after the password, and is remembered by the session
    public async Task A_policy_asks_for_approval_and_the_session_remembers_it()
    {
        Register();
        AddPolicy([GrantControls.Mfa]);
        using var browser = _stage.NewBrowser();
        var page = await browser.EnterAsync(_stage.AuthorizeUrl(), Mira, EmulatorStage.Password);
        Assert.Equal("Approve sign in request", page.Heading);

        var denied = await browser.SubmitAsync(page, ("answer", "deny"));
        Assert.Contains("AADSTS500121: ", denied.Text, StringComparison.Ordinal);
        Assert.Contains("code", (await browser.SubmitAsync(denied, ("answer", "approve"))).Reply().Keys);
        Assert.Contains("code", (await browser.OpenAsync(_stage.AuthorizeUrl(null, ("prompt", "none")))).Reply().Keys);
    }

    [Fact] // §2.6 row 50079: who has no second factor sets one up first
    public async Task Who_has_no_second_factor_enrols()
    {
        AddPolicy([GrantControls.Mfa]);
        using var browser = _stage.NewBrowser();
        var page = await browser.EnterAsync(_stage.AuthorizeUrl(), Mira, EmulatorStage.Password);
        Assert.Equal("Keep your account secure", page.Heading);
        var approve = await browser.SubmitAsync(page, ("step", "enrol"));
        Assert.Equal("Approve sign in request", approve.Heading);
        Assert.Contains("code", (await browser.SubmitAsync(approve, ("answer", "approve"))).Reply().Keys);
        Assert.True(_stage.User.IsMfaRegistered);
    }

    [Fact] // §2.5 D and §2.6 row 50076: silent requests cannot be approved
    public async Task A_silent_request_without_the_factor_is_interaction_required()
    {
        Register();
        using var browser = _stage.NewBrowser();
        await browser.SignInAsync(_stage.AuthorizeUrl(), Mira, EmulatorStage.Password);
        AddPolicy([GrantControls.Mfa]);
        var reply = (await browser.OpenAsync(_stage.AuthorizeUrl(null, ("prompt", "none")))).Reply();
        Assert.Equal("interaction_required", reply["error"]);
        Assert.StartsWith("AADSTS50076: ", reply["error_description"], StringComparison.Ordinal);
    }

    [Theory] // §3.3: invalid_grant in version 2, interaction_required in version 1, and a challenge that a new sign-in answers
    [InlineData(false, true, 50076, "invalid_grant")]
    [InlineData(false, false, 50079, "invalid_grant")]
    [InlineData(true, true, 50076, "interaction_required")]
    public async Task A_refresh_meets_a_new_policy_as_a_claims_challenge(bool isV1, bool isRegistered, int code, string error)
    {
        var token = await RefreshTokenAsync();
        if (isRegistered)
            Register();
        var policy = AddPolicy([GrantControls.Mfa]);
        var reply = await RefreshAsync(token, isV1);
        Assert.Equal(code, reply.Code);
        Assert.Equal(error, reply.Error);
        Assert.Equal("basic_action", (string?)reply.Body["suberror"]);
        var claims = (string)reply.Body["claims"]!;
        Assert.Equal(policy.Id.ToString(), (string?)JsonNode.Parse(claims)!["access_token"]!["capolids"]!["values"]![0]);

        if (!isRegistered)
            return;
        using var browser = _stage.NewBrowser();
        var page = await browser.EnterAsync(
            _stage.AuthorizeUrl(null, ("claims", claims), ("scope", "openid offline_access")),
            Mira,
            EmulatorStage.Password
        );
        var answer = (await browser.SubmitAsync(page, ("answer", "approve"))).Reply();
        var tokens = await _stage.RedeemAsync(answer["code"]);
        Assert.Equal(HttpStatusCode.OK, (await RefreshAsync((string)tokens.Body["refresh_token"]!, isV1: false)).Status);
    }

    [Fact] // §2.6 row 53003: redirected by default, message_only at the token endpoint
    public async Task A_block_ends_sign_ins_and_refreshes()
    {
        var token = await RefreshTokenAsync();
        AddPolicy([GrantControls.Block]);
        var page = await _stage.NewBrowser().EnterAsync(_stage.AuthorizeUrl(), Mira, EmulatorStage.Password);
        Assert.Equal("access_denied", page.Reply()["error"]);
        Assert.StartsWith("AADSTS53003: ", page.Reply()["error_description"], StringComparison.Ordinal);

        var reply = await RefreshAsync(token, isV1: false);
        Assert.Equal((53003, "interaction_required", "message_only"), (reply.Code, reply.Error, (string?)reply.Body["suberror"]));
    }

    [Fact] // §2.6 row 53000
    public async Task A_compliant_device_is_nothing_anybody_has_here()
    {
        AddPolicy(["compliantDevice"]);
        var page = await _stage.NewBrowser().EnterAsync(_stage.AuthorizeUrl(), Mira, EmulatorStage.Password);
        Assert.Contains("AADSTS53000: ", page.Text, StringComparison.Ordinal);
    }

    [Fact] // by group, and not for who is excluded
    public async Task A_policy_counts_for_the_people_that_it_names()
    {
        var group = (string)(await _stage.PostAsync($"/tenants/{_stage.TenantId}/groups", new { displayName = "Office" }))["id"]!;
        AddPolicy([GrantControls.Block], new ConditionUsers { IncludeGroups = [group] });
        Assert.NotEmpty(await _stage.CodeAsync());

        await _stage.PostAsync($"/groups/{group}/members", new { members = new[] { _stage.UserId } });
        Assert.Equal("access_denied", (await EnterAsync())["error"]);

        Clear();
        AddPolicy([GrantControls.Block], new ConditionUsers { IncludeUsers = ["All"], ExcludeGroups = [group] });
        Assert.NotEmpty(await _stage.CodeAsync());
    }

    [Fact] // report-only policies and disabled ones do nothing
    public async Task A_policy_that_only_reports_blocks_nobody()
    {
        var policy = AddPolicy([GrantControls.Block]);
        Save(policy with { State = ConditionalAccessPolicy.ReportOnly });
        Assert.NotEmpty(await _stage.CodeAsync());
        Save(policy with { State = ConditionalAccessPolicy.Disabled });
        Assert.NotEmpty(await _stage.CodeAsync());
    }

    [Fact] // block everywhere except a trusted place
    public async Task Trusted_locations_are_spared()
    {
        var place = new NamedLocation(Guid.CreateVersion7(), _stage.Tenant.Id, "This machine", ["127.0.0.0/8"]) { IsTrusted = true };
        _stage.Directory.Write(changes => changes.Put(_stage.Directory.NamedLocations, place));
        var policy = AddPolicy([GrantControls.Block]);
        Save(
            policy with
            {
                Conditions = policy.Conditions with
                {
                    Locations = new ConditionLocations { IncludeLocations = ["All"], ExcludeLocations = ["AllTrusted"] },
                },
            }
        );
        Assert.NotEmpty(await _stage.CodeAsync());
        _stage.Directory.Write(changes => changes.Put(_stage.Directory.NamedLocations, place with { IpRanges = ["203.0.113.0/24"] }));
        Assert.Equal("access_denied", (await EnterAsync())["error"]);
    }

    [Fact] // §9.5
    public async Task Sign_in_frequency_ends_sessions_and_refresh_tokens()
    {
        var policy = AddPolicy([]);
        Save(policy with { SessionControls = new SessionControls { SignInFrequency = new SignInFrequency(1, "hours") } });
        using var browser = _stage.NewBrowser();
        var reply = await browser.SignInAsync(_stage.AuthorizeUrl(null, ("scope", "openid offline_access")), Mira, EmulatorStage.Password);
        var token = (string)(await _stage.RedeemAsync(reply["code"])).Body["refresh_token"]!;
        Assert.Contains("code", (await browser.OpenAsync(_stage.AuthorizeUrl())).Reply().Keys);

        _stage.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal("Enter password", (await browser.OpenAsync(_stage.AuthorizeUrl())).Heading);
        var refused = await RefreshAsync(token, isV1: false);
        Assert.Equal((70043, "invalid_grant", "bad_token"), (refused.Code, refused.Error, (string?)refused.Body["suberror"]));
    }

    [Fact] // §9.2: step-up by authentication context
    public async Task An_authentication_context_steps_up_and_shows_in_acrs()
    {
        AddContext("c1");
        using var browser = _stage.NewBrowser();
        var first = await browser.SignInAsync(_stage.AuthorizeUrl(), Mira, EmulatorStage.Password);
        Assert.False((await IdTokenAsync(first["code"])).ContainsKey("acrs"));

        var asked = ("claims", (string?)"""{"id_token":{"acrs":{"essential":true,"value":"c1"}}}""");
        var page = await browser.OpenAsync(_stage.AuthorizeUrl(null, asked));
        Assert.Equal("Approve sign in request", page.Heading);
        var reply = (await browser.SubmitAsync(page, ("answer", "approve"))).Reply();
        Assert.Equal("c1", (string?)(await IdTokenAsync(reply["code"]))["acrs"]![0]);

        // A context that the tenant does not have is not satisfied, and nobody is asked for it.
        var unknown = await browser.OpenAsync(_stage.AuthorizeUrl(null, ("claims", """{"id_token":{"acrs":{"value":"c9"}}}""")));
        Assert.False((await IdTokenAsync(unknown.Reply()["code"])).ContainsKey("acrs"));
    }

    [Theory] // §9.2: each token shows it where the request asked for it in that token
    [InlineData("id_token", true, false)]
    [InlineData("access_token", false, true)]
    public async Task Acrs_is_in_the_token_that_was_asked_for_it(string token, bool inIdToken, bool inAccessToken)
    {
        AddContext("c1");
        var api = await _stage.AddApiAsync(2, "Orders.Read");
        _stage.Consent(_stage.AppId, $"api://{api.AppId}/Orders.Read");
        var url = _stage.AuthorizeUrl(
            null,
            ("scope", $"openid api://{api.AppId}/Orders.Read"),
            ("claims", """{"token":{"acrs":{"essential":true,"value":"c1"}}}""".Replace("token", token, StringComparison.Ordinal))
        );
        using var browser = _stage.NewBrowser();
        var page = await browser.EnterAsync(url, Mira, EmulatorStage.Password);
        var reply = (await browser.SubmitAsync(page, ("answer", "approve"))).Reply();
        var tokens = await _stage.RedeemAsync(reply["code"]);
        Assert.Equal(inIdToken, Jwt.Payload((string)tokens.Body["id_token"]!).ContainsKey("acrs"));
        Assert.Equal(inAccessToken, Jwt.Payload((string)tokens.Body["access_token"]!).ContainsKey("acrs"));
    }

    [Fact] // §2.1 claims: JSON
    public async Task Claims_that_are_no_json_are_malformed()
    {
        var reply = (await _stage.NewBrowser().OpenAsync(_stage.AuthorizeUrl(null, ("claims", "{nonsense")))).Reply();
        Assert.StartsWith("AADSTS9002313: ", reply["error_description"], StringComparison.Ordinal);
    }

    private async Task<JsonObject> IdTokenAsync(string code) => Jwt.Payload((string)(await _stage.RedeemAsync(code)).Body["id_token"]!);

    private async Task<IReadOnlyDictionary<string, string>> EnterAsync() =>
        (await _stage.NewBrowser().EnterAsync(_stage.AuthorizeUrl(), Mira, EmulatorStage.Password)).Reply();

    private async Task<string> RefreshTokenAsync()
    {
        var tokens = await _stage.RedeemAsync(await _stage.CodeAsync(("scope", "openid offline_access")));
        return (string)tokens.Body["refresh_token"]!;
    }

    private Task<TokenReply> RefreshAsync(string token, bool isV1) =>
        _stage.PostTokenAsync(
            isV1 ? $"/{_stage.TenantId}/oauth2/token" : $"/{_stage.TenantId}/oauth2/v2.0/token",
            ("grant_type", "refresh_token"),
            ("client_id", _stage.AppId),
            ("client_secret", _stage.Secret),
            ("refresh_token", token)
        );

    /// <summary>A context that asks for the second factor, which Mira has.</summary>
    private void AddContext(string id)
    {
        Register();
        _stage.Directory.Write(changes =>
            changes.Put(_stage.Directory.AuthenticationContexts, new AuthenticationContext(id, _stage.Tenant.Id, "Payments"))
        );
        var policy = AddPolicy([GrantControls.Mfa]);
        Save(
            policy with
            {
                Conditions = policy.Conditions with
                {
                    Applications = new ConditionApplications { IncludeAuthenticationContextClassReferences = [id] },
                },
            }
        );
    }

    private void Register() => _stage.Change((User user) => user with { IsMfaRegistered = true });

    private ConditionalAccessPolicy AddPolicy(IReadOnlyList<string> controls, ConditionUsers? users = null)
    {
        var policy = new ConditionalAccessPolicy(Guid.CreateVersion7(), _stage.Tenant.Id, "Policy")
        {
            Conditions = new ConditionSet
            {
                Users = users ?? new ConditionUsers { IncludeUsers = ["All"] },
                Applications = new ConditionApplications { IncludeApplications = ["All"] },
            },
            GrantControls = new GrantControls { BuiltInControls = controls },
        };
        Save(policy);
        return policy;
    }

    private void Save(ConditionalAccessPolicy policy) =>
        _stage.Directory.Write(changes => changes.Put(_stage.Directory.ConditionalAccessPolicies, policy));

    private void Clear() => _stage.Directory.Write(changes => changes.Clear(_stage.Directory.ConditionalAccessPolicies));
}

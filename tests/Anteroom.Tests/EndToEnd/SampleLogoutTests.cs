using System.Net;
using System.Text.Json;
using Anteroom.Harness;
using Anteroom.Protocols.Jose;
using Anteroom.Server.Federation.Oidc.Token;
using Anteroom.Server.Keys.Signing;
using Person = Anteroom.Harness.Person;

namespace Anteroom.Tests.EndToEnd;

/// <summary>The sample application's own end of the back channel: what is posted to it ends a session, or does not (OIDC Back-Channel Logout §2.6).</summary>
public sealed class SampleLogoutTests(SharedRig shared)
{
    private const string Event = "http://schemas.openid.net/event/backchannel-logout";

    [Fact] // the counterpart of all below
    [Trait("Security", "SEC-109")]
    public async Task Ends_the_session_that_a_valid_token_names_and_no_other()
    {
        await using var scene = await Scene.StartAsync(shared);
        using var desk = await scene.SignInAsync();
        using var phone = await scene.SignInAsync();
        var (sid, _) = await SaidAsync(scene, desk);

        Assert.Equal(HttpStatusCode.OK, await scene.PostAsync(await scene.TokenAsync("one", ("sid", sid))));
        Assert.False(await scene.IsSignedInAsync(desk));
        Assert.True(await scene.IsSignedInAsync(phone));
    }

    [Theory]
    [Trait("Security", "SEC-109")]
    [InlineData("aud", "app_another")] // for another application
    [InlineData("iss", "https://another.example")]
    [InlineData("jti", null)]
    [InlineData("iat", null)]
    [InlineData("exp", null)]
    [InlineData("events", null)]
    [InlineData("nonce", "an id_token has one")]
    public async Task Refuses_a_token_with_one_thing_wrong(string claim, string? value)
    {
        await using var scene = await Scene.StartAsync(shared);
        using var browser = await scene.SignInAsync();
        var (sid, _) = await SaidAsync(scene, browser);

        Assert.Equal(HttpStatusCode.BadRequest, await scene.PostAsync(await scene.TokenAsync("one", ("sid", sid), (claim, value))));
        Assert.True(await scene.IsSignedInAsync(browser));
    }

    [Fact]
    [Trait("Security", "SEC-109")]
    public async Task Refuses_what_is_no_logout_token_of_the_provider()
    {
        await using var scene = await Scene.StartAsync(shared);
        using var browser = await scene.SignInAsync();
        var (sid, _) = await SaidAsync(scene, browser);
        var good = await scene.TokenAsync("one", ("sid", sid));
        var parts = good.Split('.');

        Assert.Equal(HttpStatusCode.BadRequest, await scene.PostAsync(await scene.TokenAsync("one", TokenTypes.IdToken, ("sid", sid))));
        Assert.Equal(HttpStatusCode.BadRequest, await scene.PostAsync($"{parts[0]}.{parts[1]}.{new string('A', parts[2].Length)}"));
        Assert.Equal(HttpStatusCode.BadRequest, await scene.PostAsync("nonsense"));
        Assert.Equal(HttpStatusCode.BadRequest, await scene.PostAsync(""));
        Assert.True(await scene.IsSignedInAsync(browser));
    }

    [Fact] // §2.6 step 7: whoever caught a token could else sign the person out for as long as it lives
    [Trait("Security", "SEC-109")]
    public async Task A_token_that_comes_again_ends_nothing()
    {
        await using var scene = await Scene.StartAsync(shared);
        using var browser = await scene.SignInAsync();
        var (_, sub) = await SaidAsync(scene, browser);
        var all = await scene.TokenAsync("one", ("sub", sub)); // without sid: all sessions of the person

        Assert.Equal(HttpStatusCode.OK, await scene.PostAsync(all));
        Assert.False(await scene.IsSignedInAsync(browser));
        await Task.Delay(TimeSpan.FromSeconds(1.1)); // iat counts whole seconds
        using var later = await scene.SignInAsync();

        Assert.Equal(HttpStatusCode.BadRequest, await scene.PostAsync(all));
        Assert.True(await scene.IsSignedInAsync(later));
        Assert.Equal(HttpStatusCode.OK, await scene.PostAsync(await scene.TokenAsync("two", ("sub", sub))));
        Assert.False(await scene.IsSignedInAsync(later));
    }

    private static async Task<(string Sid, string Sub)> SaidAsync(Scene scene, HttpBrowser browser)
    {
        var page = await browser.GetAsync(scene.Sample.Address);
        return (
            page.Html.QuerySelector("[data-claim='sid']")!.TextContent.Trim(),
            page.Html.QuerySelector("[data-claim='sub']")!.TextContent.Trim()
        );
    }

    private sealed class Scene(AnteroomRig rig, SampleProgram sample, Contoso contoso, Person mira) : IAsyncDisposable
    {
        private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });

        public SampleProgram Sample => sample;

        public static async Task<Scene> StartAsync(SharedRig shared)
        {
            var (rig, _) = await shared.GetAsync();
            var contoso = await Contoso.CreateAsync(rig);
            return new(rig, await SampleProgram.StartAsync(rig), contoso, await contoso.AddPersonAsync());
        }

        public async Task<HttpBrowser> SignInAsync()
        {
            var browser = rig.NewBrowser();
            var page = await sample.SignInAsync(browser, contoso, mira);
            Assert.True(page.Text.Contains("You are signed in.", StringComparison.Ordinal), $"{page.Address}: {page.Text}");
            return browser;
        }

        public async Task<bool> IsSignedInAsync(HttpBrowser browser) =>
            (await browser.GetAsync(sample.Address)).Text.Contains("You are signed in.", StringComparison.Ordinal);

        public Task<string> TokenAsync(string id, params (string Name, string? Value)[] claims) =>
            TokenAsync(id, TokenTypes.LogoutToken, claims);

        /// <summary>Signed with the server's key; a claim that is given is in place of the right one, and null takes it away.</summary>
        public async Task<string> TokenAsync(string id, string type, params (string Name, string? Value)[] claims)
        {
            var now = rig.Clock.GetUtcNow().ToUnixTimeSeconds();
            var key = await rig.Get<SigningKeys>().CurrentAsync(SignatureAlgorithm.ES256, default);
            var given = claims.ToDictionary(claim => claim.Name, claim => claim.Value);
            return JsonWebToken.Sign(key, type, Write);

            void Write(Utf8JsonWriter writer)
            {
                foreach (var (name, value) in given)
                    if (value is not null)
                        writer.WriteString(name, value);
                if (!given.ContainsKey("iss"))
                    writer.WriteString("iss", rig.Address);
                if (!given.ContainsKey("aud"))
                    writer.WriteString("aud", sample.ClientId);
                if (!given.ContainsKey("jti"))
                    writer.WriteString("jti", $"{sample.ClientId} {id}");
                if (!given.ContainsKey("iat"))
                    writer.WriteNumber("iat", now);
                if (!given.ContainsKey("exp"))
                    writer.WriteNumber("exp", now + 120);
                if (given.ContainsKey("events"))
                    return;
                writer.WriteStartObject("events");
                writer.WriteStartObject(Event);
                writer.WriteEndObject();
                writer.WriteEndObject();
            }
        }

        public async Task<HttpStatusCode> PostAsync(string token)
        {
            using var form = new FormUrlEncodedContent([new("logout_token", token)]);
            using var answer = await Http.PostAsync(new Uri(sample.Address + "/backchannel-logout"), form);
            return answer.StatusCode;
        }

        public ValueTask DisposeAsync() => sample.DisposeAsync();
    }
}

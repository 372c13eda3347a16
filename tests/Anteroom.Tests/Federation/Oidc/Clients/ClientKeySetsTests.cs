using System.Globalization;
using System.Text;
using Anteroom.Entra.Outbound;
using Anteroom.Protocols.Jose;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Federation.Oidc.Clients;
using Anteroom.Server.Platform;
using Anteroom.Tests.Entra;
using Anteroom.Tests.Entra.Outbound;
using Microsoft.Extensions.Logging.Abstractions;
using ApplicationId = Anteroom.Server.Federation.ApplicationId;

namespace Anteroom.Tests.Federation.Oidc.Clients;

/// <summary>Keys that a client publishes at an address of its own (RFC 7591 §2). As it stands the address answers with the key "a".</summary>
public sealed class ClientKeySetsTests : IAsyncDisposable
{
    private static readonly SigningKey A = SigningKey.Generate(SignatureAlgorithm.ES256, kid: "a");
    private static readonly SigningKey B = SigningKey.Generate(SignatureAlgorithm.ES256, kid: "b");
    private static readonly SigningKey Nameless = SigningKey.Generate(SignatureAlgorithm.ES256);

    private readonly OutboundScenario _outside;
    private readonly ClientKeySets _keys;
    private readonly Application _client;
    private Func<byte[]> _reply = () => Published(A);

    public ClientKeySetsTests()
    {
        _outside = new(_ => _reply());
        _keys = new(_outside.Http, _outside.Clock, NullLogger<ClientKeySets>.Instance);
        _client = Client(_outside.Server.Origin + "/keys");
    }

    private int Asked => _outside.Server.Requests.Count;

    private static byte[] Published(params SigningKey[] keys) => Reply.Json(JwksOf(keys));

    private static string JwksOf(params SigningKey[] keys) =>
        Encoding.ASCII.GetString(new JsonWebKeySet(keys.Select(key => key.PublicKey.JsonWebKey)).ToUtf8());

    private static Application Client(string address)
    {
        var id = ApplicationId.New(TimeProvider.System);
        return new(
            id,
            OrganizationId.Platform,
            id.ToString(),
            "Signs",
            ClientKind.Confidential,
            ClientAuthentication.PrivateKeyJwt,
            [],
            [],
            id.ToString(),
            SignatureAlgorithm.ES256,
            new ApplicationSettings([GrantType.ClientCredentials]) { JwksUri = address },
            null,
            1,
            ManualClock.Start,
            []
        );
    }

    /// <summary>Null where there is a key, else why not.</summary>
    private async Task<string?> RefusalAsync(string? kid = "a", Application? client = null, ClientKeySets? keys = null) =>
        (await (keys ?? _keys).FindAsync(client ?? _client, kid, TestContext.Current.CancellationToken)).TryGet(out _, out var missing)
            ? null
            : missing.Reason;

    [Fact]
    [Trait("Security", "SEC-097")]
    public async Task Fetches_once_and_finds_each_key_by_its_name()
    {
        _reply = () => Published(A, B);
        Assert.Null(await RefusalAsync("a"));
        Assert.Null(await RefusalAsync("b"));
        Assert.Equal("names no key, and not one alone is published", await RefusalAsync(kid: null)); // which of two?
        Assert.Equal("no published key of that name", await RefusalAsync("A"));
        Assert.Equal(1, Asked);
    }

    [Fact]
    [Trait("Security", "SEC-097")]
    public async Task Finds_without_a_name_the_only_key_there_is()
    {
        _reply = () => Published(Nameless);
        Assert.Null(await RefusalAsync(kid: null));
        Assert.Equal("no published key of that name", await RefusalAsync("a"));
    }

    [Fact] // RFC 7517 §5: a key of a kind that we do not use takes nothing from the others
    [Trait("Security", "SEC-097")]
    public async Task Passes_over_keys_that_cannot_be_used()
    {
        var others = """{"kty":"oct","k":"c2VjcmV0","kid":"a"},{"kty":"OKP","crv":"Ed25519","x":"AA","kid":"a"},"text",""";
        _reply = () => Reply.Json(JwksOf(A).Replace("\"keys\":[", "\"keys\":[" + others, StringComparison.Ordinal));
        Assert.Null(await RefusalAsync());
    }

    [Fact]
    [Trait("Security", "SEC-097")]
    [Trait("Security", "SEC-365")]
    public async Task An_unknown_name_leads_to_one_fetch_a_minute_however_many_ask()
    {
        Assert.Null(await RefusalAsync());
        _reply = () => Published(A, B);
        _outside.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal("no published key of that name", await RefusalAsync("b"));
        Assert.Equal(1, Asked);

        _outside.Clock.Advance(TimeSpan.FromSeconds(1));
        var refusals = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => RefusalAsync(i < 10 ? "b" : $"x{i}")));
        Assert.All(refusals[..10], Assert.Null);
        Assert.All(refusals[10..], refusal => Assert.Equal("no published key of that name", refusal));
        Assert.Equal(2, Asked);
    }

    [Fact]
    [Trait("Security", "SEC-097")]
    public async Task A_key_that_is_published_no_longer_proves_nothing_after_a_quarter_of_an_hour()
    {
        Assert.Null(await RefusalAsync());
        _reply = () => Published(B);
        _outside.Clock.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromSeconds(1));
        Assert.Null(await RefusalAsync());
        _outside.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("no published key of that name", await RefusalAsync());
        Assert.Equal(2, Asked);
    }

    [Fact]
    [Trait("Security", "SEC-097")]
    [Trait("Security", "SEC-304")]
    public async Task Old_keys_serve_for_a_day_while_the_address_does_not_answer()
    {
        Assert.Null(await RefusalAsync());
        _reply = () => Reply.Json("{}", status: 500);
        foreach (var hours in new[] { 1, 22 })
        {
            _outside.Clock.Advance(TimeSpan.FromHours(hours));
            Assert.Null(await RefusalAsync());
        }
        Assert.NotNull(await RefusalAsync("b"));
        _outside.Clock.Advance(TimeSpan.FromHours(1));
        Assert.StartsWith("its keys cannot be had: outbound_", await RefusalAsync(), StringComparison.Ordinal);

        _reply = () => Published(A);
        _outside.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await RefusalAsync());
    }

    [Fact]
    [Trait("Security", "SEC-365")]
    public async Task An_address_that_failed_is_asked_again_after_ten_seconds()
    {
        _reply = () => Reply.Json("{}", status: 404);
        for (var i = 0; i < 5; i++)
            Assert.Equal("its keys cannot be had: outbound_status", await RefusalAsync());
        Assert.Equal(1, Asked);
        _reply = () => Published(A);
        _outside.Clock.Advance(TimeSpan.FromSeconds(10) - TimeSpan.FromTicks(1));
        Assert.NotNull(await RefusalAsync());
        _outside.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Null(await RefusalAsync());
        Assert.Equal(2, Asked);
    }

    public static TheoryData<string, string> Unusable =>
        new()
        {
            { "status", "outbound_status" },
            { "redirect", "outbound_status" },
            { "page", "outbound_not_json" },
            { "cut", "outbound_not_json" },
            { "large", "outbound_too_large" },
            { "no set", "no_usable_key" },
            { "empty", "no_usable_key" },
            { "many", "no_usable_key" },
            { "secret", "no_usable_key" },
            { "private", "no_usable_key" },
        };

    [Theory] // SEC-301, SEC-302, SEC-304
    [MemberData(nameof(Unusable))]
    [Trait("Security", "SEC-097")]
    [Trait("Security", "SEC-301")]
    [Trait("Security", "SEC-302")]
    public async Task Refuses_what_is_no_key_set(string answer, string fault)
    {
        var good = JwksOf(A);
        _reply = () =>
            answer switch
            {
                "status" => Reply.Json(good, status: 503),
                "redirect" => Reply.Json(good, 302, $"Location: {_outside.Server.Origin}/elsewhere"),
                "page" => Reply.Raw(Encoding.ASCII.GetBytes(good), contentType: "text/html"),
                "cut" => Reply.Json(good[..^5]),
                "large" => Reply.Json(good + new string(' ', 256 * 1024)),
                "no set" => Reply.Json("{\"key\":[]}"),
                "empty" => Reply.Json("{\"keys\":[]}"),
                "many" => Reply.Json(JwksOf([.. Enumerable.Repeat(A, JsonWebKeySet.MaxKeys + 1)])),
                "secret" => Reply.Json("{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0\",\"kid\":\"a\"}]}"),
                _ => Reply.Json(good.Replace("\"x\":", "\"d\":\"c2VjcmV0\",\"x\":", StringComparison.Ordinal)),
            };
        Assert.Equal("its keys cannot be had: " + fault, await RefusalAsync());
        Assert.Equal(1, Asked);
    }

    [Theory] // whoever registers an application must not reach what this machine reaches
    [InlineData("http://rp.example/keys", "outbound_refused_uri")]
    [InlineData("https://rp.example:22/keys", "outbound_refused_uri")]
    [InlineData("https://rp.example/keys", "outbound_refused_address")] // a name that leads inside
    [InlineData("https://127.0.0.1/keys", "outbound_refused_address")]
    [InlineData("https://169.254.169.254/keys", "outbound_refused_address")]
    [InlineData("https://[::1]/keys", "outbound_refused_address")]
    [Trait("Security", "SEC-097")]
    [Trait("Security", "SEC-300")]
    public async Task Goes_nowhere_inside(string address, string fault)
    {
        using var http = new OutboundHttp(new OutboundOptions(), _outside.Clock, OutboundScenario.Resolving("10.0.0.1"));
        await using var keys = new ClientKeySets(http, _outside.Clock, NullLogger<ClientKeySets>.Instance);
        Assert.Equal("its keys cannot be had: " + fault, await RefusalAsync(client: Client(address), keys: keys));
    }

    [Fact]
    [Trait("Security", "SEC-365")]
    public async Task All_who_ask_at_once_share_one_fetch_and_one_who_gives_up_takes_nothing_along()
    {
        using var answer = new ManualResetEventSlim();
        _reply = () =>
        {
            answer.Wait();
            return Published(A);
        };
        using var gaveUp = new CancellationTokenSource();
        var first = _keys.FindAsync(_client, "a", gaveUp.Token).AsTask();
        var others = Enumerable.Range(0, 20).Select(_ => RefusalAsync()).ToList();
        await gaveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        answer.Set();
        Assert.All(await Task.WhenAll(others), Assert.Null);
        Assert.Equal(1, Asked);
    }

    [Fact] // else an application that names another's address could keep that one from its keys
    [Trait("Security", "SEC-303")]
    public async Task Each_application_asks_for_itself()
    {
        Assert.Null(await RefusalAsync());
        Assert.Null(await RefusalAsync(client: Client(_client.Settings.JwksUri!)));
        Assert.Null(
            await RefusalAsync(client: _client with { Settings = _client.Settings with { JwksUri = _outside.Server.Origin + "/new" } })
        );
        Assert.Equal(["/keys", "/keys", "/new"], _outside.Server.Requests.Select(request => request.Path));
    }

    [Fact]
    [Trait("Security", "SEC-365")]
    public async Task Holds_a_thousand_sets_and_forgets_those_that_nobody_used_longest()
    {
        Assert.Null(await RefusalAsync());
        for (var i = 0; i < ClientKeySets.Capacity + 50; i++)
        {
            _outside.Clock.Advance(TimeSpan.FromTicks(1));
            await RefusalAsync(client: Client(string.Create(CultureInfo.InvariantCulture, $"http://rp{i}.example/keys"))); // never called
        }
        Assert.InRange(_keys.Count, 1, ClientKeySets.Capacity);
        Assert.Equal(1, Asked);
        Assert.Null(await RefusalAsync());
        Assert.Equal(2, Asked);
    }

    public async ValueTask DisposeAsync()
    {
        await _keys.DisposeAsync();
        await _outside.DisposeAsync();
    }
}

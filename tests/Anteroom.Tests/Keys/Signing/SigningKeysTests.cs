using System.Security.Cryptography;
using System.Text;
using Anteroom.Protocols.Jose;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Keys.Signing;
using Anteroom.Server.Platform;
using Anteroom.Tests.Federation;

namespace Anteroom.Tests.Keys.Signing;

public sealed class SigningKeysTests
{
    private static readonly SignatureAlgorithm[] Algorithms = [SignatureAlgorithm.ES256, SignatureAlgorithm.RS256];

    [Fact] // SEC-110: a year of rotations on two nodes, at uneven hours, with weeks in which nothing ran
    [Trait("Security", "SEC-110")]
    public async Task For_a_year_nothing_unpublished_signs_and_no_token_outlives_its_key()
    {
        await using var fixture = new Disposable();
        await fixture.Value.InitializeAsync();
        var clock = new ManualClock();
        await using var one = await FederationNode.StartAsync(fixture.Value.Test, clock, fixture.Value.KeyFolder);
        await using var two = await FederationNode.StartAsync(fixture.Value.Test, clock, fixture.Value.KeyFolder);
        FederationNode[] nodes = [one, two];

        var firstSeen = new Dictionary<string, DateTimeOffset>();
        var signers = new HashSet<string>();
        var tokens = new Queue<(string Kid, DateTimeOffset ExpiresAt)>();
        var end = clock.GetUtcNow().AddDays(366);
        var downUntil = DateTimeOffset.MinValue;
        for (var step = 0; clock.GetUtcNow() < end; step++)
        {
            var now = clock.GetUtcNow();
            if (step == 150)
                downUntil = now.AddDays(100); // nobody runs the job for longer than a whole term
            if (now >= downUntil)
                await nodes[step % 2].Get<SigningKeyStore>().TurnAsync(now, default);

            foreach (var node in nodes)
            {
                var keys = node.Get<SigningKeys>();
                var published = (await keys.PublishedAsync(default)).Select(key => key.Kid!).ToHashSet();
                foreach (var kid in published)
                    firstSeen.TryAdd(kid, now);
                foreach (var algorithm in Algorithms)
                {
                    var key = await keys.CurrentAsync(algorithm, default);
                    Assert.Contains(key.Kid, published);
                    Assert.True(
                        step == 0 || signers.Contains(key.Kid) || now - firstSeen[key.Kid] >= TimeSpan.FromHours(24),
                        "signs without notice"
                    );
                    signers.Add(key.Kid);
                    tokens.Enqueue((key.Kid, now + TimeSpan.FromMinutes(60)));
                    Assert.Equal(key.Kid, (await nodes[0].Get<SigningKeys>().CurrentAsync(algorithm, default)).Kid);
                }
            }

            // Just before each token of this hour ends, its key is still there.
            clock.Advance(TimeSpan.FromMinutes(59));
            while (tokens.TryDequeue(out var token))
                Assert.NotNull(await one.Get<SigningKeys>().FindAsync(token.Kid, default));
            clock.Advance(TimeSpan.FromMinutes(RandomNumberGenerator.GetInt32(10, 20 * 60)));
        }
        Assert.InRange(signers.Count, 8, 10); // four or five terms of two algorithms
    }

    [Fact]
    [Trait("Security", "SEC-110")]
    public async Task Twenty_first_uses_at_once_on_two_nodes_make_one_key_for_each_algorithm()
    {
        await using var fixture = new Disposable();
        await fixture.Value.InitializeAsync();
        var clock = new ManualClock();
        await using var one = await FederationNode.StartAsync(fixture.Value.Test, clock, fixture.Value.KeyFolder);
        await using var two = await FederationNode.StartAsync(fixture.Value.Test, clock, fixture.Value.KeyFolder);
        var kids = await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(i =>
                    Task.Run(async () =>
                        (await (i % 2 == 0 ? one : two).Get<SigningKeys>().CurrentAsync(Algorithms[i / 2 % 2], default)).Kid
                    )
                )
        );
        Assert.Equal(2, kids.Distinct().Count());
    }

    [Fact] // RFC 7517 §4, RFC 7638, SEC-281
    [Trait("Security", "SEC-110")]
    [Trait("Security", "SEC-281")]
    public async Task Publishes_public_members_only_and_stores_the_rest_sealed()
    {
        await using var fixture = new Disposable();
        await fixture.Value.InitializeAsync();
        await using var node = await FederationNode.StartAsync(fixture.Value.Test, new ManualClock(), fixture.Value.KeyFolder);
        var published = await node.Get<SigningKeys>().PublishedAsync(default);
        Assert.Equal(["ES256", "RS256"], published.Select(key => key.Alg).Order());
        Assert.All(published, key => Assert.Equal("sig", key.Use));
        Assert.All(published, key => Assert.Equal(key.Thumbprint(), key.Kid));

        var document = JsonElementOf(new JsonWebKeySet(published).ToUtf8());
        foreach (var key in document.GetProperty("keys").EnumerateArray())
            Assert.Empty(key.EnumerateObject().Select(member => member.Name).Intersect(["d", "p", "q", "dp", "dq", "qi", "k"]));

        var sealedKeys = await fixture
            .Value.Test.Database.In(OrganizationId.Platform)
            .ListAsync<byte[]>("SELECT private_key FROM signing_keys", null, default);
        Assert.Equal(2, sealedKeys.Count);
        Assert.All(
            sealedKeys,
            key =>
                Assert.ThrowsAny<Exception>(() =>
                {
                    SigningKey.FromPkcs8(key, SignatureAlgorithm.ES256);
                })
        );
    }

    [Fact] // another node's turn is heard, not waited for
    [Trait("Security", "SEC-110")]
    public async Task A_listening_node_knows_a_new_key_at_once()
    {
        await using var fixture = new Disposable();
        await fixture.Value.InitializeAsync();
        var clock = new ManualClock();
        await using var one = await FederationNode.StartAsync(fixture.Value.Test, clock, fixture.Value.KeyFolder);
        await using var two = await FederationNode.StartAsync(fixture.Value.Test, clock, fixture.Value.KeyFolder, listening: true);
        await one.Get<SigningKeys>().PublishedAsync(default);
        Assert.Equal(2, (await two.Get<SigningKeys>().PublishedAsync(default)).Count);

        // The clock of the second node does not move, so that its cache is as fresh as before.
        Assert.True(await one.Get<SigningKeyStore>().TurnAsync(clock.GetUtcNow() + KeySchedule.Term, default));
        clock.Advance(TimeSpan.FromSeconds(1));
        var deadline = TimeProvider.System.GetTimestamp();
        int count;
        do
        {
            await Task.Delay(20);
            count = (await two.Get<SigningKeyStore>().ListAsync(default)).Count;
        } while (count < 4 && TimeProvider.System.GetElapsedTime(deadline) < TimeSpan.FromSeconds(30));
        Assert.Equal(4, count);
        foreach (var row in await two.Get<SigningKeyStore>().ListAsync(default))
            while (await two.Get<SigningKeys>().FindForHintAsync(row.Kid, default) is null)
            {
                Assert.True(TimeProvider.System.GetElapsedTime(deadline) < TimeSpan.FromSeconds(30), "the node did not hear of the key");
                await Task.Delay(20);
            }
    }

    [Fact] // a key that has left the key set cannot sign even for whoever steals database and key file later
    public async Task A_key_that_left_the_set_loses_its_private_half_and_later_its_row()
    {
        await using var fixture = new Disposable();
        await fixture.Value.InitializeAsync();
        var clock = new ManualClock();
        await using var node = await FederationNode.StartAsync(fixture.Value.Test, clock, fixture.Value.KeyFolder);
        var store = node.Get<SigningKeyStore>();
        var first = (await node.Get<SigningKeys>().CurrentAsync(SignatureAlgorithm.ES256, default)).Kid;

        clock.Advance(KeySchedule.Term - KeySchedule.Notice);
        await store.TurnAsync(clock.GetUtcNow(), default);
        clock.Advance(KeySchedule.Notice + KeySchedule.Afterlife);
        await store.TurnAsync(clock.GetUtcNow(), default);
        Assert.Empty((await store.ListAsync(default)).Single(row => row.Kid == first).PrivateKey);
        Assert.Null(await node.Get<SigningKeys>().FindAsync(first, default));
        Assert.NotNull(await node.Get<SigningKeys>().FindForHintAsync(first, default));

        clock.Advance(KeySchedule.Memory);
        await store.TurnAsync(clock.GetUtcNow(), default);
        Assert.DoesNotContain(await store.ListAsync(default), row => row.Kid == first);
    }

    [Fact]
    [Trait("Security", "SEC-098")]
    public async Task RSA_keys_are_as_large_as_the_setting_says()
    {
        await using var fixture = new Disposable();
        await fixture.Value.InitializeAsync();
        var clock = new ManualClock();
        await using var node = await FederationNode.StartAsync(fixture.Value.Test, clock, fixture.Value.KeyFolder);
        Assert.Equal(2048, await BitsAsync());
        var larger = new SigningKeyStore(
            fixture.Value.Test.Database,
            node.Get<Server.Keys.Vault.Vault>(),
            new() { RsaBits = 3072, DataFolder = fixture.Value.KeyFolder }
        );
        clock.Advance(KeySchedule.Term - KeySchedule.Notice);
        Assert.True(await larger.TurnAsync(clock.GetUtcNow(), default));
        clock.Advance(KeySchedule.Notice);
        Assert.Equal(3072, await BitsAsync());

        async Task<int> BitsAsync()
        {
            var key = await node.Get<SigningKeys>().CurrentAsync(SignatureAlgorithm.RS256, default);
            var signature = JsonWebToken.Sign(key, "JWT", _ => { }).Split('.')[2];
            return Base64Url.TryDecode(signature, out var bytes) ? bytes.Length * 8 : 0; // as long as the modulus
        }
    }

    [Fact] // dependencies.md §5: the framework does not promise it, so it is kept true by this test
    public async Task One_key_object_signs_rightly_on_all_threads()
    {
        foreach (var algorithm in Algorithms)
        {
            var key = SigningKey.Generate(algorithm);
            await Task.WhenAll(
                Enumerable
                    .Range(0, 8)
                    .Select(thread =>
                        Task.Run(() =>
                        {
                            for (var i = 0; i < 100; i++)
                            {
                                var data = Encoding.ASCII.GetBytes($"{thread}/{i}");
                                Assert.True(key.PublicKey.Verify(data, key.Sign(data)));
                            }
                        })
                    )
            );
        }
    }

    private static System.Text.Json.JsonElement JsonElementOf(byte[] json) => System.Text.Json.JsonElement.Parse(json);

    private sealed class Disposable : IAsyncDisposable
    {
        public FederationFixture Value { get; } = new();

        public ValueTask DisposeAsync() => Value.DisposeAsync();
    }
}

using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Anteroom.Harness;
using Anteroom.Server.Platform.Database;
using Npgsql;

namespace Anteroom.Tests.EndToEnd;

/// <summary>The connection string names two addresses of the database; the one in use dies with all connections, and the other leads to it (SEC-346).</summary>
/// <remarks>Both lead to one PostgreSQL: what replicates it, and decides who is primary, is not ours.</remarks>
public sealed class DatabaseFailoverTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    [Trait("Security", "SEC-346")]
    public async Task Goes_over_to_the_other_address_and_back_without_a_restart()
    {
        var folder = Directory.CreateTempSubdirectory("anteroom-failover-").FullName;
        try
        {
            await TellAsync(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task TellAsync(string folder)
    {
        await using var database = await DurableDatabase.StartAsync(Path.Combine(folder, "database"), default);
        var socket = new NpgsqlConnectionStringBuilder(database.AppConnectionString);
        await using var first = new Way($"{socket.Host}/.s.PGSQL.{socket.Port}");
        await using var second = new Way($"{socket.Host}/.s.PGSQL.{socket.Port}");
        await using var source = NpgsqlDataSource.Create(database.AppConnectionString); // the ledger's own look
        await using (var rig = await AnteroomRig.StartAsync(new() { Settings = SettingsOf(database, first, second) }))
        {
            var application = await RelyingParty.RegisterAsync(rig);
            var contoso = await Contoso.CreateAsync(rig);
            using var browser = rig.NewBrowser();
            var tokens = await contoso.SignInAsync(application, browser, await contoso.AddPersonAsync());
            Assert.True(tokens.IsSuccess);
            Assert.True(first.Carried > 0 && second.Carried == 0, "The first address is the one in use.");

            first.Close();
            await ServesAsync(rig);
            await RefreshAsync();
            await SignInAnotherAsync("jonas");
            Assert.True(second.Carried > 0);

            first.Open();
            second.Close();
            await ServesAsync(rig);
            await RefreshAsync();
            await SignInAnotherAsync("dana");

            // Nowhere to go: a clean refusal, and by itself back again.
            first.Close();
            Refused.AssertPage(await AskAsync(), "database_unavailable");
            second.Open();
            await ServesAsync(rig);
            await SignInAnotherAsync("olga");
            Assert.Empty(await new Invariants(new Database(source)).ViolationsAsync());

            // What was acknowledged before is good after. Each connection that lay in the pool may cost one "try again".
            Task RefreshAsync() =>
                Poll.UntilAsync(
                    "the token is refreshed",
                    Patience,
                    async () =>
                    {
                        var answer = await application.RefreshAsync(tokens.RefreshToken);
                        Assert.True(answer.IsSuccess || answer.Status == HttpStatusCode.ServiceUnavailable, answer.Body);
                        tokens = answer.IsSuccess ? answer : tokens;
                        return answer.IsSuccess;
                    }
                );

            Task SignInAnotherAsync(string name) =>
                Poll.UntilAsync(
                    name + " is signed in",
                    Patience,
                    async () =>
                    {
                        using var other = rig.NewBrowser();
                        var attempt = application.Begin(("organization", contoso.Slug));
                        var page = await Contoso.SignInAsync(
                            other,
                            attempt,
                            await contoso.AddPersonAsync($"{name}-{Guid.CreateVersion7():N}")
                        );
                        return page.Answer.ContainsKey("code") && (await application.RedeemAsync(attempt, page)).IsSuccess;
                    }
                );

            async Task<Page> AskAsync()
            {
                using var asking = rig.NewBrowser();
                return await asking.GetAsync(application.Begin(("organization", "nobody-knows")).Address.AbsoluteUri);
            }
        }
    }

    [Fact] // the connections go over while a person is on the way back from Entra, before the code is redeemed, or before the token is refreshed
    [Trait("Security", "SEC-340")]
    [Trait("Security", "SEC-346")]
    public async Task Admits_once_whose_sign_in_was_under_way_when_the_connections_went_over()
    {
        var folder = Directory.CreateTempSubdirectory("anteroom-failover-").FullName;
        try
        {
            await using var database = await DurableDatabase.StartAsync(Path.Combine(folder, "database"), default);
            var socket = new NpgsqlConnectionStringBuilder(database.AppConnectionString);
            await using var first = new Way($"{socket.Host}/.s.PGSQL.{socket.Port}");
            await using var second = new Way($"{socket.Host}/.s.PGSQL.{socket.Port}");
            await using var source = NpgsqlDataSource.Create(database.AppConnectionString);
            await using var rig = await AnteroomRig.StartAsync(new() { Settings = SettingsOf(database, first, second) });
            var (used, spare) = (first, second);
            second.Close();
            var interrupted = await InterruptedSignIns.CreateAsync(rig, new Database(source));
            await interrupted.RunAsync(
                TestScale.Pick(3, 60),
                () =>
                {
                    spare.Open();
                    used.Close();
                    (used, spare) = (spare, used);
                    return Task.CompletedTask;
                }
            );
            CampaignLog.Saw($"{interrupted}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Dictionary<string, string> SettingsOf(DurableDatabase database, params Way[] ways) =>
        new()
        {
            ["ConnectionStrings:Anteroom"] = Over(database.AppConnectionString, ways),
            ["ConnectionStrings:AnteroomOwner"] = database.OwnerConnectionString,
        };

    private static string Over(string connection, params Way[] ways) =>
        new NpgsqlConnectionStringBuilder(connection)
        {
            Host = string.Join(',', ways.Select(way => $"127.0.0.1:{way.Port}")),
            HostRecheckSeconds = 1,
        }.ConnectionString;

    private static async Task ServesAsync(AnteroomRig rig)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        await Poll.UntilAsync(
            "the server is ready",
            TimeSpan.FromSeconds(30),
            async () =>
            {
                using var answer = await http.GetAsync(new Uri(rig.Address + "/health/ready"));
                return answer.StatusCode == HttpStatusCode.OK;
            }
        );
    }

    /// <summary>One TCP address of a database that listens on a Unix socket; it can be shut with all that goes through it.</summary>
    private sealed class Way : IAsyncDisposable
    {
        private readonly string _socket;
        private readonly ConcurrentBag<Socket> _open = [];
        private TcpListener _listener;
        private long _carried;

        public Way(string socket)
        {
            _socket = socket;
            Open();
        }

        /// <summary>Nobody else takes it while the way is shut.</summary>
        public int Port { get; } = FreePort.Next();

        public long Carried => Interlocked.Read(ref _carried);

        public void Close()
        {
            _listener.Stop();
            foreach (var socket in _open)
                socket.Dispose();
        }

        [MemberNotNull(nameof(_listener))]
        public void Open()
        {
            _listener = new(IPAddress.Loopback, Port);
            _listener.Start();
            _ = AcceptAsync(_listener);
        }

        public ValueTask DisposeAsync()
        {
            Close();
            return ValueTask.CompletedTask;
        }

        private async Task AcceptAsync(TcpListener listener)
        {
            try
            {
                while (true)
                    _ = CarryAsync(await listener.AcceptSocketAsync());
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                // Closed.
            }
        }

        private async Task CarryAsync(Socket client)
        {
            using var database = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            using (client)
                try
                {
                    client.NoDelay = true;
                    _open.Add(client);
                    _open.Add(database);
                    await database.ConnectAsync(new UnixDomainSocketEndPoint(_socket));
                    await Task.WhenAny(CopyAsync(client, database), CopyAsync(database, client));
                }
                catch (Exception e) when (e is SocketException or ObjectDisposedException)
                {
                    // Closed meanwhile.
                }
        }

        private async Task CopyAsync(Socket from, Socket to)
        {
            var buffer = new byte[16 * 1024];
            try
            {
                while (await from.ReceiveAsync(buffer) is > 0 and var count)
                {
                    Interlocked.Add(ref _carried, count);
                    for (var sent = 0; sent < count; )
                        sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Either end has gone.
            }
        }
    }
}

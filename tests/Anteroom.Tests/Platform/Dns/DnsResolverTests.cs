using Anteroom.Harness;
using Anteroom.Protocols.Dns;
using Anteroom.Server.Platform.Dns;
using Microsoft.Extensions.Logging.Abstractions;

namespace Anteroom.Tests.Platform.Dns;

/// <summary>Questions to a DNS server on this machine, which answers rightly, wrongly or not at all.</summary>
[Trait("Security", "SEC-269")]
public sealed class DnsResolverTests : IAsyncLifetime
{
    private const string Host = "_anteroom-challenge.contoso.example";

    private readonly DnsServer _server = new();
    private readonly DnsServer _second = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _second.DisposeAsync();
    }

    private static DnsResolver Resolver(int timeoutMilliseconds, params string[] servers) =>
        new(
            new()
            {
                Servers = servers,
                TimeoutMilliseconds = timeoutMilliseconds,
                Tries = 2,
            },
            TimeProvider.System,
            NullLogger<DnsResolver>.Instance
        );

    private static Task<TextLookup> FindAsync(DnsResolver resolver, CancellationToken ct = default) =>
        resolver.FindTextsAsync(DnsName.TryParse(Host, out var name) ? name : throw new InvalidOperationException(), ct);

    private Task<TextLookup> FindAsync() => FindAsync(Resolver(10_000, _server.Address));

    private static void AssertTexts(string[] expected, TextLookup lookup) =>
        Assert.Equal(expected, Assert.IsType<TextLookup.Answered>(lookup).Texts);

    [Fact]
    public async Task Finds_the_text()
    {
        _server.Set(Host, "value");
        AssertTexts(["value"], await FindAsync());
        Assert.Equal([(Host, false)], _server.Questions.Select(question => (question.Name, question.ByStream)));
    }

    [Fact]
    public async Task Finds_each_of_several_records()
    {
        _server.Set(Host, "one", "value", "three");
        AssertTexts(["one", "value", "three"], await FindAsync());
    }

    [Fact]
    public async Task Makes_one_text_of_the_strings_of_a_record()
    {
        _server.SetParts(Host, "va", "", "lue");
        AssertTexts(["value"], await FindAsync());
    }

    [Fact]
    public async Task Follows_aliases()
    {
        _server.SetAlias(Host, "Proof.Fabrikam.example");
        _server.SetAlias("proof.fabrikam.example", "end.fabrikam.example");
        _server.Set("END.fabrikam.example", "value");
        AssertTexts(["value"], await FindAsync());
    }

    [Fact]
    public async Task Ends_where_aliases_go_round()
    {
        _server.SetAlias(Host, "a.example");
        _server.SetAlias("a.example", Host);
        Assert.IsType<TextLookup.NoSuchName>(await FindAsync());
    }

    [Fact]
    public async Task Tells_a_name_that_does_not_exist_from_one_without_text()
    {
        Assert.IsType<TextLookup.NoSuchName>(await FindAsync());
        _server.Set(Host);
        AssertTexts([], await FindAsync());
    }

    [Fact] // RFC 7766 §5
    public async Task Asks_by_stream_where_a_datagram_is_too_small()
    {
        _server.Set(Host, [.. Enumerable.Range(0, 40).Select(number => new string('a', 200) + number)]);
        _server.Fault = DnsFault.Truncated;
        Assert.Equal(40, Assert.IsType<TextLookup.Answered>(await FindAsync()).Texts.Count);
        Assert.Equal([false, true], _server.Questions.Select(question => question.ByStream));
    }

    [Theory]
    [InlineData(DnsFault.ServerFailure)]
    [InlineData(DnsFault.Refused)]
    [InlineData(DnsFault.Malformed)]
    [InlineData(DnsFault.Unknowing)]
    [InlineData(DnsFault.TruncatedTwice)]
    public async Task Is_told_nothing_by_a_server_that_fails(DnsFault fault)
    {
        _server.Set(Host, "value");
        _server.Fault = fault;
        Assert.IsType<TextLookup.Unanswered>(await FindAsync());
        Assert.Equal(2, _server.Questions.Count(question => !question.ByStream)); // it was tried again
    }

    [Theory]
    [InlineData(DnsFault.Silence)]
    [InlineData(DnsFault.WrongId)]
    [InlineData(DnsFault.WrongQuestion)]
    public async Task Waits_no_longer_than_it_was_told_for_an_answer_to_its_question(DnsFault fault)
    {
        _server.Set(Host, "value");
        _server.Fault = fault;
        Assert.IsType<TextLookup.Unanswered>(await FindAsync(Resolver(150, _server.Address)));
    }

    [Fact] // RFC 5452 §9.1
    public async Task Waits_for_the_true_answer_when_another_comes_first()
    {
        _server.Set(Host, "value");
        _server.Fault = DnsFault.ForgedFirst;
        AssertTexts(["value"], await FindAsync());
    }

    [Fact]
    public async Task Asks_the_next_server_when_one_fails_or_is_not_there()
    {
        _server.Fault = DnsFault.ServerFailure;
        _second.Set(Host, "value");
        AssertTexts(["value"], await FindAsync(Resolver(10_000, $"127.0.0.1:{FreePort.Next()}", _server.Address, _second.Address)));
    }

    [Fact] // an answer that there is nothing is an answer: nobody shops around for a better one
    public async Task Believes_the_first_server_that_knows()
    {
        _second.Set(Host, "value");
        Assert.IsType<TextLookup.NoSuchName>(await FindAsync(Resolver(10_000, _server.Address, _second.Address)));
        Assert.Empty(_second.Questions);
    }

    [Fact] // RFC 5452 §9.2: neither can be foretold from the one before
    public async Task Gives_each_question_an_id_and_a_port_of_its_own()
    {
        for (var i = 0; i < 60; i++)
            await FindAsync();
        Assert.InRange(_server.Questions.Select(question => question.Id).Distinct().Count(), 55, 60);
        Assert.InRange(_server.Questions.Select(question => question.Port).Distinct().Count(), 50, 60);
        Assert.InRange(_server.Questions.Zip(_server.Questions.Skip(1)).Count(pair => pair.Second.Port == pair.First.Port + 1), 0, 10);
    }

    [Fact] // where the operator names none
    public void Knows_the_servers_of_the_machine()
    {
        const string File = "/etc/resolv.conf";
        var named = (System.IO.File.Exists(File) ? System.IO.File.ReadLines(File) : [])
            .Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words is ["nameserver", ..])
            .Select(words => words[1])
            .Distinct()
            .Take(3);
        Assert.Equal(named, DnsResolver.SystemServers().Select(server => server.Address.ToString()));
        Assert.All(DnsResolver.SystemServers(), server => Assert.Equal(53, server.Port));
    }

    [Fact]
    public async Task Stops_when_it_is_told_to()
    {
        _server.Fault = DnsFault.Silence;
        using var stop = new CancellationTokenSource();
        var finding = FindAsync(Resolver(30_000, _server.Address), stop.Token);
        await Poll.UntilAsync("the question arrives", TimeSpan.FromSeconds(20), () => Task.FromResult(_server.Questions.Count > 0));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => finding);
    }
}

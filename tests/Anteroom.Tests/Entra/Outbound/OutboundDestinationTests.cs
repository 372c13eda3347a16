using Anteroom.Entra.Outbound;

namespace Anteroom.Tests.Entra.Outbound;

/// <summary>Where a request may go (SEC-300, SEC-301).</summary>
public sealed class OutboundDestinationTests
{
    private static async Task<string?> SendAsync(string uri, ResolveAddresses resolve, params OutboundAllowance[] allowances)
    {
        using var http = new OutboundHttp(new OutboundOptions { Allowances = allowances }, TimeProvider.System, resolve);
        var request = new OutboundRequest(HttpMethod.Get, new Uri(uri), "org", "provider", OutboundLimits.Metadata);
        return (await http.SendAsync(request, TestContext.Current.CancellationToken)).TryGet(out _, out var failure) ? null : failure.Code;
    }

    [Theory]
    [Trait("Security", "SEC-300")]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://localhost/")]
    [InlineData("https://x.localhost/")]
    [InlineData("https://2130706433/")] // 127.0.0.1 as one number
    [InlineData("https://0x7f.1/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::ffff:127.0.0.1]/")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://10.0.0.1/")]
    public async Task An_address_inside_is_refused_in_every_spelling(string uri) =>
        Assert.Equal("outbound_refused_address", await SendAsync(uri, OutboundScenario.Resolving("127.0.0.1")));

    [Theory]
    [Trait("Security", "SEC-300")]
    [InlineData("127.0.0.1")]
    [InlineData("8.8.8.8", "10.0.0.1")] // every address of the answer must pass
    [InlineData("10.0.0.1", "8.8.8.8")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("64:ff9b::808:808")]
    public async Task A_name_that_leads_inside_is_refused(params string[] addresses) =>
        Assert.Equal("outbound_refused_address", await SendAsync("https://idp.example/", OutboundScenario.Resolving(addresses)));

    [Theory]
    [Trait("Security", "SEC-301")]
    [InlineData("http://idp.example/")]
    [InlineData("https://idp.example:8443/")]
    [InlineData("https://user:secret@idp.example/")]
    [InlineData("ftp://idp.example/")]
    [InlineData("file:///etc/passwd")]
    public async Task Only_https_on_its_own_port_without_credentials_is_tried(string uri)
    {
        var asked = false;
        var code = await SendAsync(uri, (_, _) => throw new InvalidOperationException($"{asked = true}"));
        Assert.Equal("outbound_refused_uri", code);
        Assert.False(asked);
    }

    [Theory]
    [Trait("Security", "SEC-301")]
    [InlineData("http://localhost:1/", "http://localhost:2")] // another port
    [InlineData("http://127.0.0.1:1/", "http://localhost:1")] // another name
    [InlineData("http://localhost:1/", "https://localhost:1")] // another scheme
    public async Task An_allowance_is_for_its_own_origin_only(string uri, string allowed) =>
        Assert.Equal(
            "outbound_refused_uri",
            await SendAsync(uri, OutboundScenario.Resolving("127.0.0.1"), OutboundScenario.Allow(allowed))
        );

    [Fact, Trait("Security", "SEC-300")]
    public async Task An_allowed_origin_is_reached_and_resolved_once()
    {
        using var certificates = new TestCertificates("idp.corp.example");
        await using var server = ScriptedServer.Replying(_ => Reply.Json("{}"), certificates.Server);
        var resolutions = 0;
        var code = await SendAsync(
            $"https://idp.corp.example:{server.Port}/",
            (_, _) =>
            {
                resolutions++;
                return Task.FromResult<System.Net.IPAddress[]>([System.Net.IPAddress.Loopback]);
            },
            OutboundScenario.Allow($"https://idp.corp.example:{server.Port}", certificates.AuthorityPem)
        );
        Assert.Null(code);
        Assert.Equal(1, resolutions);
        Assert.Equal(["idp.corp.example"], server.ServerNames); // the original name for TLS, not the address
    }

    [Fact, Trait("Security", "SEC-300")]
    public async Task Nothing_accepting_the_connection_is_unreachable()
    {
        var server = ScriptedServer.Replying(_ => Reply.Json("{}"));
        await server.DisposeAsync();
        Assert.Equal(
            "outbound_unreachable",
            await SendAsync(server.Origin, OutboundScenario.Resolving(), OutboundScenario.Allow(server.Origin))
        );
    }

    [Fact]
    public async Task An_unknown_name_is_unreachable() =>
        Assert.Equal("outbound_unreachable", await SendAsync("https://idp.example/", OutboundScenario.Resolving()));

    [Fact, Trait("Security", "SEC-289")]
    public async Task A_certificate_of_an_unknown_authority_is_refused()
    {
        using var certificates = new TestCertificates("localhost");
        await using var server = ScriptedServer.Replying(_ => Reply.Json("{}"), certificates.Server);
        Assert.Equal(
            "outbound_certificate",
            await SendAsync(server.Origin, OutboundScenario.Resolving(), OutboundScenario.Allow(server.Origin))
        );
        Assert.Empty(server.Requests);
    }

    [Fact, Trait("Security", "SEC-289")]
    public async Task A_certificate_for_another_name_is_refused()
    {
        using var certificates = new TestCertificates("other.example");
        await using var server = ScriptedServer.Replying(_ => Reply.Json("{}"), certificates.Server);
        var allowance = OutboundScenario.Allow(server.Origin, certificates.AuthorityPem);
        Assert.Equal("outbound_certificate", await SendAsync(server.Origin, OutboundScenario.Resolving(), allowance));
    }

    [Fact, Trait("Security", "SEC-289")]
    public async Task An_expired_certificate_is_refused()
    {
        using var certificates = new TestCertificates("localhost", expired: true);
        await using var server = ScriptedServer.Replying(_ => Reply.Json("{}"), certificates.Server);
        var allowance = OutboundScenario.Allow(server.Origin, certificates.AuthorityPem);
        Assert.Equal("outbound_certificate", await SendAsync(server.Origin, OutboundScenario.Resolving(), allowance));
    }

    [Fact] // a cloud's own authority counts for that cloud's requests, and opens no way
    [Trait("Security", "SEC-289")]
    [Trait("Security", "SEC-300")]
    public async Task An_authority_named_for_a_request_counts_for_that_request_alone()
    {
        using var certificates = new TestCertificates("localhost");
        using var others = new TestCertificates("localhost");
        await using var server = ScriptedServer.Replying(_ => Reply.Json("{}"), certificates.Server);
        Assert.True(OutboundTrust.TryParse(certificates.AuthorityPem, out var right));
        Assert.True(OutboundTrust.TryParse(others.AuthorityPem, out var wrong));
        using var http = new OutboundHttp(
            new OutboundOptions { Allowances = [OutboundScenario.Allow(server.Origin)] },
            TimeProvider.System,
            OutboundScenario.Resolving()
        );
        using var closed = new OutboundHttp(new OutboundOptions(), TimeProvider.System, OutboundScenario.Resolving("127.0.0.1"));

        Assert.Null(await AskAsync(http, right));
        Assert.Equal("outbound_certificate", await AskAsync(http, null)); // also after a connection that is still open
        Assert.Equal("outbound_certificate", await AskAsync(http, wrong));
        Assert.Null(await AskAsync(http, right));
        Assert.Equal("outbound_refused_uri", await AskAsync(closed, right));
        Assert.Equal(2, server.Requests.Count);

        async Task<string?> AskAsync(OutboundHttp way, OutboundTrust? trust)
        {
            var request = new OutboundRequest(
                HttpMethod.Get,
                new Uri(server.Origin),
                "org",
                $"provider {trust is null}",
                OutboundLimits.Metadata
            )
            {
                Trust = trust,
            };
            return (await way.SendAsync(request, TestContext.Current.CancellationToken)).TryGet(out _, out var failure)
                ? null
                : failure.Code;
        }
    }
}

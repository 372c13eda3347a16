using System.Text.Json;
using Anteroom.Protocols.Jose;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Federation.Oidc.Authorize;
using Anteroom.Server.Federation.Oidc.Token;
using Anteroom.Server.Keys.Signing;
using Anteroom.Server.Platform.Outbox;
using Anteroom.Tests.Entra;

namespace Anteroom.Tests.Federation.Oidc.BackChannelLogout;

/// <summary>What an application is sent, and what its answer means (OIDC Back-Channel Logout §2.4 to §2.8).</summary>
public sealed class DeliverLogoutNoticeTests(FederationFixture fixture) : IClassFixture<FederationFixture>
{
    [Theory] // §2.4: what must be there, and that nothing else is
    [InlineData("ES256")]
    [InlineData("RS256")]
    [Trait("Security", "SEC-098")]
    [Trait("Security", "SEC-109")]
    public async Task Sends_a_logout_token_with_exactly_what_the_standard_names(string algorithm)
    {
        await using var scenario = await LogoutScenario.CreateAsync(fixture, change: draft => draft with { SigningAlgorithm = algorithm });
        Assert.Same(OutboxOutcome.Delivered, await scenario.DeliverAsync());

        var request = Assert.Single(scenario.Receiver.Requests);
        Assert.Equal(("POST", "/logout"), (request.Method, request.Path));
        Assert.StartsWith("application/x-www-form-urlencoded", request.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.StartsWith("logout_token=", request.Body, StringComparison.Ordinal);

        var token = scenario.Tokens.Single();
        var header = OidcScenario.Claims(token, part: 0);
        Assert.Equal(("logout+jwt", algorithm), (header.GetProperty("typ").GetString(), header.GetProperty("alg").GetString()));
        var key = await scenario.Oidc.Node.Get<SigningKeys>().FindAsync(header.GetProperty("kid").GetString()!, default);
        Assert.True(JsonWebToken.Parse(token).TryGet(out var parsed, out _));
        Assert.True(parsed.Verify(key!).TryGet(out _, out _));

        var claims = OidcScenario.Claims(token);
        Assert.Equal(
            ["aud", "events", "exp", "iat", "iss", "jti", "sid", "sub"], // so no nonce
            claims.EnumerateObject().Select(claim => claim.Name).Order(StringComparer.Ordinal)
        );
        Assert.Equal(OidcScenario.Issuer, claims.GetProperty("iss").GetString());
        Assert.Equal(scenario.Oidc.Application.ClientId, claims.GetProperty("aud").GetString());
        Assert.Equal(scenario.Oidc.Subject, claims.GetProperty("sub").GetString());
        Assert.Equal(scenario.Oidc.Session.Id.ToString(), claims.GetProperty("sid").GetString());
        Assert.Equal(scenario.Oidc.Clock.GetUtcNow().ToUnixTimeSeconds(), claims.GetProperty("iat").GetInt64());
        Assert.Equal(120, claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64());
        var logout = Assert.Single(claims.GetProperty("events").EnumerateObject());
        Assert.Equal("http://schemas.openid.net/event/backchannel-logout", logout.Name);
        Assert.Equal(JsonValueKind.Object, logout.Value.ValueKind);
        Assert.Equal(1, await scenario.AuditedAsync("success"));
    }

    [Theory] // §2.8
    [InlineData(200, "delivered")]
    [InlineData(204, "delivered")]
    [InlineData(400, "givenUp")]
    [InlineData(202, "retry")]
    [InlineData(302, "retry")] // never followed
    [InlineData(401, "retry")]
    [InlineData(404, "retry")]
    [InlineData(500, "retry")]
    [InlineData(503, "retry")]
    [Trait("Security", "SEC-109")]
    public async Task Takes_200_and_204_for_done_and_400_for_a_refusal_and_tries_again_after_all_else(int status, string expected)
    {
        await using var scenario = await LogoutScenario.CreateAsync(
            fixture,
            _ => Reply.Raw([], status, "text/plain", "Location: https://elsewhere.example/")
        );
        Assert.Equal(expected, LogoutScenario.KindOf(await scenario.DeliverAsync()));
        Assert.Single(scenario.Receiver.Requests);
        Assert.Equal(expected == "delivered" ? 1 : 0, await scenario.AuditedAsync("success"));
    }

    [Fact]
    public async Task Waits_as_long_as_an_application_asks()
    {
        await using var scenario = await LogoutScenario.CreateAsync(fixture, _ => Reply.Raw([], 503, "text/plain", "Retry-After: 90"));
        var outcome = Assert.IsType<OutboxOutcome.Again>(await scenario.DeliverAsync());
        Assert.Equal(TimeSpan.FromSeconds(90), outcome.After);
    }

    [Fact] // an application that did its part and died before answering must not take the second for a replay
    [Trait("Security", "SEC-109")]
    public async Task Makes_a_fresh_token_at_each_attempt()
    {
        await using var scenario = await LogoutScenario.CreateAsync(fixture, _ => Reply.Raw([], 500));
        await scenario.DeliverAsync();
        scenario.Oidc.Clock.Advance(TimeSpan.FromHours(1));
        await scenario.DeliverAsync(attempt: 2);

        var (first, second) = (OidcScenario.Claims(scenario.Tokens[0]), OidcScenario.Claims(scenario.Tokens[1]));
        Assert.NotEqual(first.GetProperty("jti").GetString(), second.GetProperty("jti").GetString());
        Assert.Equal(3600, second.GetProperty("iat").GetInt64() - first.GetProperty("iat").GetInt64());
        Assert.Equal(first.GetProperty("sid").GetString(), second.GetProperty("sid").GetString());
    }

    [Fact] // "retry 24 h"
    [Trait("Security", "SEC-109")]
    public async Task A_notice_is_still_tried_in_the_last_hour_of_its_day_and_then_given_up_and_audited_once()
    {
        await using var scenario = await LogoutScenario.CreateAsync(fixture, _ => Reply.Raw([], 503));
        var clock = scenario.Oidc.Clock;
        var enqueued = clock.GetUtcNow();
        await scenario.EnqueueAsync();

        var beforeTheLastHour = await TryUntilAsync(TimeSpan.FromHours(23));
        Assert.Null((await scenario.NoticeAsync()).Outcome);
        Assert.Equal(0, await scenario.AuditedAsync("failed"));
        await TryUntilAsync(TimeSpan.FromHours(23.5));
        Assert.InRange(scenario.Receiver.Requests.Count, beforeTheLastHour + 1, beforeTheLastHour + 4); // every quarter of an hour
        Assert.Null((await scenario.NoticeAsync()).Outcome);

        var tries = await TryUntilAsync(TimeSpan.FromHours(24.25));
        var notice = await scenario.NoticeAsync();
        Assert.Equal(("givenUp", tries), (notice.Outcome, notice.Attempts));
        Assert.InRange(notice.DoneAt!.Value - enqueued, TimeSpan.FromHours(23.5), TimeSpan.FromHours(24));
        await TryUntilAsync(TimeSpan.FromHours(30));
        Assert.Equal(tries, scenario.Receiver.Requests.Count);
        Assert.Equal(1, await scenario.AuditedAsync("failed"));
        Assert.Equal(0, await scenario.AuditedAsync("success"));

        async Task<int> TryUntilAsync(TimeSpan age)
        {
            while (clock.GetUtcNow() - enqueued < age)
            {
                await scenario.WorkAsync();
                clock.Advance(TimeSpan.FromMinutes(5));
            }
            return scenario.Receiver.Requests.Count;
        }
    }

    [Fact] // OIDC Core §8.1: it must be the sub that this application knows
    [Trait("Security", "SEC-103")]
    public async Task Calls_the_person_what_the_application_calls_them()
    {
        await using var scenario = await LogoutScenario.CreateAsync(fixture, change: draft => draft with { SubjectType = "pairwise" });
        Assert.Null(await scenario.Oidc.RedeemAsync(await scenario.Oidc.CodeAsync()));
        await scenario.DeliverAsync();
        var sub = OidcScenario.Claims(scenario.Tokens.Single()).GetProperty("sub").GetString();
        Assert.Equal(scenario.Oidc.IdToken.GetProperty("sub").GetString(), sub);
        Assert.NotEqual(scenario.Oidc.Subject, sub);
    }

    [Fact] // RFC 8725 §3.11: nobody takes one token for another
    [Trait("Security", "SEC-098")]
    public async Task A_logout_token_is_neither_a_hint_nor_an_access_token()
    {
        await using var scenario = await LogoutScenario.CreateAsync(fixture);
        await scenario.DeliverAsync();
        var token = scenario.Tokens.Single();
        Assert.Null(await scenario.Oidc.Node.Get<IdTokenHints>().ReadAsync(token, default));
        Assert.False((await scenario.Oidc.Node.Get<AccessTokens>().ReadAsync(token, default)).TryGet(out _, out var refused));
        Assert.Equal("not an access token", refused.Reason);
    }

    [Fact]
    public async Task Tries_again_while_nobody_answers()
    {
        await using var scenario = await LogoutScenario.CreateAsync(fixture);
        await scenario.Receiver.DisposeAsync();
        var outcome = Assert.IsType<OutboxOutcome.Again>(await scenario.DeliverAsync());
        Assert.Equal("outbound_unreachable", outcome.Error);
    }

    [Fact] // SEC-300: an address inside is called only where the operator allows it
    [Trait("Security", "SEC-300")]
    public async Task Never_calls_an_address_that_the_operator_did_not_allow()
    {
        await using var other = ScriptedServer.Replying(_ => Reply.Raw([]));
        await using var scenario = await LogoutScenario.CreateAsync(fixture, address: other.Origin + "/logout");
        Assert.Equal("givenUp", LogoutScenario.KindOf(await scenario.DeliverAsync()));
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task Gives_up_where_the_application_no_longer_wants_to_know()
    {
        await using var scenario = await LogoutScenario.CreateAsync(fixture);
        var changed = await scenario
            .Oidc.Node.Get<ApplicationRegistry>()
            .ChangeAsync(
                scenario.Oidc.Application.Organization,
                scenario.Oidc.Application.Id,
                scenario.Oidc.Application.Version,
                new ApplicationDraft { BackChannelLogoutUri = "" },
                OidcScenario.Context,
                default
            );
        Assert.True(changed.TryGet(out var now, out _));
        Assert.Null(now.Settings.BackChannelLogoutUri);
        await using var node = await scenario.Oidc.OtherNodeAsync();
        scenario.Oidc.Clock.Advance(TimeSpan.FromSeconds(11)); // what the first node remembers has its time
        Assert.Equal("givenUp", LogoutScenario.KindOf(await scenario.DeliverAsync()));
        Assert.Empty(scenario.Receiver.Requests);
    }

    [Fact]
    public async Task Writes_down_whom_it_could_not_tell()
    {
        await using var scenario = await LogoutScenario.CreateAsync(fixture);
        await scenario.Handler.GivenUpAsync(scenario.Item(attempt: 9), "The application answered 500.", default);
        Assert.Equal(1, await scenario.AuditedAsync("failed"));
    }
}

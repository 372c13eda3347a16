using System.Diagnostics;
using System.Net;
using Anteroom.Harness;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Tests.EndToEnd;

/// <summary>Sign-ins under way while something happens to the database. Each ends with one account and working tokens; a step that could not be taken says so cleanly and is tried again.</summary>
/// <remarks>The person tries again from the application, as people do: an answer of Entra's that met no database is spent.</remarks>
internal sealed class InterruptedSignIns
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly AnteroomRig _rig;
    private readonly Database _database;
    private readonly RelyingParty _application;
    private readonly Contoso _contoso;
    private int _admitted;
    private int _refused;
    private int _spent;
    private TimeSpan _slowest;

    private InterruptedSignIns(AnteroomRig rig, Database database, RelyingParty application, Contoso contoso) =>
        (_rig, _database, _application, _contoso) = (rig, database, application, contoso);

    /// <summary>Where in a sign-in it happens.</summary>
    private enum Moment
    {
        BeforeTheCallback,
        BeforeTheRedemption,
        BeforeTheRefresh,
    }

    /// <param name="rig">The installation.</param>
    /// <param name="database">What looks into the database by a way of its own.</param>
    public static async Task<InterruptedSignIns> CreateAsync(AnteroomRig rig, Database database) =>
        new(rig, database, await RelyingParty.RegisterAsync(rig), await Contoso.CreateAsync(rig));

    /// <param name="rounds">How many sign-ins; it happens in each, at one moment after another.</param>
    /// <param name="interrupt">What happens to the database.</param>
    public async Task RunAsync(int rounds, Func<Task> interrupt)
    {
        var moments = Enum.GetValues<Moment>();
        for (var round = 0; round < rounds; round++)
            await InterruptAsync(await _contoso.AddPersonAsync($"person{round}"), moments[round % moments.Length], interrupt);

        Assert.Empty(await new Invariants(_database).ViolationsAsync());
        Assert.Equal(rounds, await new OrganizationRows(_database, _contoso.Organization.Id).CountAsync("users"));
    }

    public override string ToString() =>
        FormattableString.Invariant(
            $"{_admitted} sign-ins, all admitted, {_admitted} users; {_refused} answers of 503, each with a correlation id, {_spent} of them of a code or token that was spent by it; from the interruption to the next token {_slowest.TotalSeconds:0.0} s at most"
        );

    private async Task InterruptAsync(Person person, Moment moment, Func<Task> interrupt)
    {
        using var browser = _rig.NewBrowser();
        var attempt = _application.Begin(("organization", _contoso.Slug));
        var callback = await CallbackAttackTests.CatchAsync(_rig, browser, attempt, person);
        var began = Stopwatch.GetTimestamp();

        await InterruptAtAsync(Moment.BeforeTheCallback);
        var page = await browser.GetAsync(callback);
        await InterruptAtAsync(Moment.BeforeTheRedemption);
        var tokens = await RedeemAsync(browser, attempt, page, person);
        await InterruptAtAsync(Moment.BeforeTheRefresh);
        await RefreshAsync(browser, tokens, person);
        _slowest = TimeSpan.FromTicks(Math.Max(_slowest.Ticks, Stopwatch.GetElapsedTime(began).Ticks));
        _admitted++;

        async Task InterruptAtAsync(Moment now)
        {
            if (now != moment)
                return;
            await interrupt();
            began = Stopwatch.GetTimestamp();
        }
    }

    /// <summary>To the tokens, by this answer or by another begun at the application.</summary>
    private async Task<TokenAnswer> RedeemAsync(HttpBrowser browser, AuthorizationAttempt attempt, Page page, Person person)
    {
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < Patience; )
        {
            if (page.Answer.TryGetValue("code", out var code))
            {
                if (await UntilServedAsync("the code is redeemed", () => _application.RedeemAsync(code, attempt.Verifier)) is { } tokens)
                    return tokens;
            }
            else
            {
                Refused.AssertPage(page, ReasonCodes.DatabaseUnavailable, ReasonCodes.OutcomeUnknown);
                Assert.Equal(HttpStatusCode.ServiceUnavailable, page.Status);
                _refused++;
            }
            attempt = _application.Begin(("organization", _contoso.Slug));
            page = await Contoso.SignInAsync(browser, attempt, person);
        }
        throw new TimeoutException($"{person.UserName} was not signed in within {Patience.TotalSeconds} s.");
    }

    private async Task RefreshAsync(HttpBrowser browser, TokenAnswer tokens, Person person)
    {
        while (true)
        {
            var used = tokens.RefreshToken;
            if (await UntilServedAsync("the token is refreshed", () => _application.RefreshAsync(used)) is { } fresh)
            {
                Assert.NotEqual(used, fresh.RefreshToken);
                return;
            }
            var again = _application.Begin(("organization", _contoso.Slug));
            tokens = await RedeemAsync(browser, again, await Contoso.SignInAsync(browser, again, person), person);
        }
    }

    /// <summary>Asks until there is another answer than "try again", which carries an id to quote.</summary>
    /// <returns>Null where "try again" came too late: what may be used once was spent, and the connection died before that could be answered.</returns>
    private async Task<TokenAnswer?> UntilServedAsync(string what, Func<Task<TokenAnswer>> ask)
    {
        var asked = 0;
        TokenAnswer answer = null!;
        await Poll.UntilAsync(
            what,
            Patience,
            async () =>
            {
                asked++;
                answer = await ask();
                if (answer.Status != HttpStatusCode.ServiceUnavailable)
                    return true;
                Assert.Equal("temporarily_unavailable", answer.Error);
                Assert.False(string.IsNullOrEmpty(answer.CorrelationId));
                _refused++;
                return false;
            }
        );
        if (answer.IsSuccess)
            return answer;
        Assert.True(asked > 1 && answer.Error == "invalid_grant", answer.Body);
        _spent++;
        return null;
    }
}

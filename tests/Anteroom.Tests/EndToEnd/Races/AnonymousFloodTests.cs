using System.Globalization;
using System.Net;
using Anteroom.Harness;
using Anteroom.Server.Credentials.Passwords;
using Anteroom.Server.Credentials.Recovery;
using Anteroom.Server.Federation.Applications;

namespace Anteroom.Tests.EndToEnd.Races;

/// <summary>Whoever has proven nothing writes no more than a bounded number of rows, whatever is asked and however often (SEC-362).</summary>
[Collection(Alone.Name)]
public sealed class AnonymousFloodTests
{
    /// <summary>Of requests that need a row, for one network in a minute.</summary>
    private const int Cap = 50;

    /// <summary>Refusals are written down a hundred times a minute and cause at most (SEC-324), here of ten causes.</summary>
    private const int Refusals = 1_000;

    /// <summary>What the servers write by themselves, such as a job's next turn.</summary>
    private const int Own = 5;

    [Fact]
    [Trait("Security", "SEC-042")]
    [Trait("Security", "SEC-214")]
    [Trait("Security", "SEC-227")]
    [Trait("Security", "SEC-362")]
    public async Task Keeps_no_rows_for_anonymous_requests_beyond_the_cap()
    {
        var count = TestScale.Pick(2_000, 1_000_000);
        await using var rig = await AnteroomRig.StartAsync(
            new()
            {
                Settings = new Dictionary<string, string>
                {
                    ["Anteroom:StoredRequestsPerMinute"] = Cap.ToString(CultureInfo.InvariantCulture),
                },
            }
        );
        var strangers = new Strangers(
            rig,
            await PasswordScene.SetAsync(rig, await RelyingParty.RegisterAsync(rig), withProvider: true),
            await RelyingParty.RegisterAsync(
                rig,
                clientKind: "public",
                change: draft => draft with { GrantTypes = [GrantType.AuthorizationCode, GrantType.DeviceCode] }
            )
        );
        var before = await TableRows.CountAsync(rig.Database);
        var started = rig.Clock.GetUtcNow();
        var failed = 0;
        await Parallel.ForAsync(
            0,
            count,
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (number, _) =>
            {
                if (await strangers.AskAsync(number) is HttpStatusCode.InternalServerError)
                    Interlocked.Increment(ref failed);
            }
        );
        Assert.Equal(0, failed);

        var took = rig.Clock.GetUtcNow() - started;
        var (minutes, hours) = ((int)took.TotalMinutes + 2, (int)took.TotalHours + 2);
        var allowed = new Dictionary<string, long>
        {
            ["stored_requests"] = Cap * minutes,
            ["device_authorizations"] = Cap * minutes,
            ["password_tries"] = ThrottleRules.MostOfNetwork * 2 * minutes + 1, // of an account, and of it from there
            ["recovery_requests"] = RecoveryRequests.MostPerHour * hours,
            ["jobs"] = RecoveryRequests.MostPerHour * hours,
            ["audit_events"] = Refusals * minutes,
            ["sign_ins"] = Refusals * minutes,
            ["audit_seals"] = 120 * minutes,
        };
        var after = await TableRows.CountAsync(rig.Database);
        Assert.True(after.Count > 50, "Some tables were not counted.");
        var grown = after.ToDictionary(table => table.Key, table => table.Value - before.GetValueOrDefault(table.Key));
        Assert.DoesNotContain(grown, table => table.Value > allowed.GetValueOrDefault(table.Key) + Own);
        // Each kind has come as far as the row that it would have liked to leave.
        Assert.All(
            (string[])["stored_requests", "device_authorizations", "password_tries", "recovery_requests"],
            table => Assert.True(grown[table] > 0, table)
        );
        CampaignLog.Saw(
            $"{count} requests in {took.TotalMinutes:0.0} minutes, {failed} answered 500; of {after.Count} tables grew {string.Join(", ", grown.Where(table => table.Value > 0).Select(table => $"{table.Key} by {table.Value}"))}"
        );
    }

    /// <param name="Rig">The installation.</param>
    /// <param name="Scene">An organization with Entra and passwords.</param>
    /// <param name="Device">An application that has no secret, and knows devices.</param>
    private sealed record Strangers(AnteroomRig Rig, PasswordScene Scene, RelyingParty Device)
    {
        private const int OneInSoMany = 100; // typing a name and a password takes several pages and much computing

        public async Task<HttpStatusCode> AskAsync(int number)
        {
            using var browser = Rig.NewBrowser();
            if (number % OneInSoMany == 0)
                return (await Scene.TryAsync(PasswordVisit.Wrong, $"nobody-{number}", browser)).Status;
            if (number % OneInSoMany == 1)
                return (await Scene.ForgetAsync($"nobody-{number}")).Status;

            var application = Scene.Application;
            var attempt = application.Begin(("organization", number % 2 == 0 ? Scene.Contoso.Slug : null));
            switch (number % 7)
            {
                case 0:
                    return (await browser.GetAsync(attempt.Address.AbsoluteUri, follow: false)).Status;
                case 1:
                    return (
                        await browser.PostAsync(Rig.Address + "/connect/authorize", Queries.Read(attempt.Address), follow: false)
                    ).Status;
                case 2:
                    var callback = $"{Scene.Contoso.RedirectUri}?code=0.made-up&state=made.up{number}";
                    return (await browser.GetAsync(callback, follow: false)).Status;
                case 3:
                    return (await application.RefreshAsync($"rt_made_up_{number}")).Status;
                case 4:
                    return (await Device.FormAsync("/connect/device", 0, ("scope", "openid"))).Status;
                case 5:
                    var pushed = Queries.Read(Device.Begin().Address).Select(pair => (pair.Key, pair.Value));
                    return (await Device.FormAsync("/connect/par", 0, [.. pushed])).Status;
                default:
                    return (await browser.GetAsync(application.Begin(("state", new string('s', 3000))).Address.AbsoluteUri)).Status;
            }
        }
    }
}

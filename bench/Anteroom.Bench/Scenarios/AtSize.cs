using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Anteroom.Bench.Measuring;
using Anteroom.Bench.Report;
using Anteroom.Bench.Stage;

namespace Anteroom.Bench.Scenarios;

/// <summary>Pages of the console and home-realm discovery among ten thousand organizations, one of which has a million people (design.md §8).</summary>
internal static class AtSize
{
    public const string Name = "at-size";

    private const int Warm = 10;
    private const int Measured = 100;
    private const string Room = "/console/organizations/" + Installation.Slug;

    public static async Task<SizePages> RunAsync(BenchStage stage, TextWriter progress, CancellationToken ct)
    {
        var before = ProcessTree.ResidentMegabytes(stage.Anteroom.Target.Process);
        await progress.WriteLineAsync("Filling the database; this takes some minutes ...");
        var began = Stopwatch.GetTimestamp();
        var desk = await stage.PopulateAsync(ct);
        await stage.AnalyzeAsync(ct);
        await progress.WriteLineAsync(
            string.Create(CultureInfo.InvariantCulture, $"Filled in {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s.")
        );

        var browser = new Browser(stage.Http);
        browser.Set(desk.CookieName, desk.Cookie);
        List<SizeRow> rows = [];
        foreach (var (what, path) in Pages)
        {
            double[] times = new double[Measured];
            var bytes = 0;
            for (var turn = -Warm; turn < Measured; turn++)
            {
                var address = stage.Anteroom.Target.Address + path(desk);
                var start = Stopwatch.GetTimestamp();
                var body = (await browser.GetAsync(address)).Expect(HttpStatusCode.OK);
                if (turn >= 0)
                    times[turn] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                bytes = Math.Max(bytes, Encoding.UTF8.GetByteCount(body));
            }
            rows.Add(await ToldAsync(what, times, bytes));
        }
        rows.Add(await ToldAsync("home-realm discovery by a user name", await DiscoverAsync(stage, desk), 0));
        return new(rows, before, ProcessTree.ResidentMegabytes(stage.Anteroom.Target.Process));

        async Task<SizeRow> ToldAsync(string what, double[] times, int bytes)
        {
            Array.Sort(times);
            var row = new SizeRow(what, Percentiles.Of(times, 50), Percentiles.Of(times, 95), Percentiles.Of(times, 99), bytes / 1000.0);
            await progress.WriteLineAsync(
                string.Create(CultureInfo.InvariantCulture, $"{what, -52} p50 {row.P50, 7:0.0} ms  p95 {row.P95, 7:0.0} ms")
            );
            return row;
        }
    }

    private static readonly (string What, Func<Desk, string> Path)[] Pages =
    [
        ("organizations, a page", _ => $"/console/organizations?after={Key($"room-{Any(10_000)}")}"),
        ("organizations, search", _ => $"/console/organizations?search=tailspin {Any(10_000)}"),
        ("overview of a million people", _ => Room),
        ("users, first page", _ => Room + "/users"),
        ("users, a page in the middle", _ => $"{Room}/users?after={Key("li.wang" + Any(1000))}"),
        ("users, search for few", _ => $"{Room}/users?search=koch{Any(1000)}"),
        ("users, search for many", _ => $"{Room}/users?search={"abcilmnsz"[Any(9)]}"),
        ("users, search at the end of the alphabet", _ => $"{Room}/users?search=zo"),
        ("users, search for nobody", _ => $"{Room}/users?search=nobody{Any(1000)}"),
        ("a user with the last sign-ins", desk => $"{Room}/users/{desk.Users[Any(desk.Users.Count)]}"),
        ("a user beside the list", desk => $"{Room}/users?open={desk.Users[Any(desk.Users.Count)]}"),
        ("audit, first page", _ => Room + "/audit"),
        ("audit, one user", desk => $"{Room}/audit?user={desk.Users[Any(desk.Users.Count)]}"),
        ("audit, a rare kind", _ => Room + "/audit?action=connection."),
        ("audit, refusals of one day", _ => $"{Room}/audit?action=sign_in.refused&from={Day()}&until={Day()}"),
        ("search over everything", _ => $"/console/search?q=mira&room={Installation.Slug}"),
        ("connections of another organization", desk => desk.OtherRoom + "/connections"),
        ("health", _ => "/console/health"),
    ];

    private static async Task<double[]> DiscoverAsync(BenchStage stage, Desk desk)
    {
        double[] times = new double[Measured];
        for (var turn = -Warm; turn < Measured; turn++)
        {
            var page = await new Application(
                stage.Anteroom with
                {
                    Authorize = stage.Anteroom.Authorize.Split("&organization=")[0],
                },
                stage.Http
            ).OpenSignInPageAsync();
            var start = Stopwatch.GetTimestamp();
            var name = desk.UserNames[Any(desk.UserNames.Count)];
            var onward = (await page.SubmitAsync(new KeyValuePair<string, string>("identifier", name))).Expect(HttpStatusCode.OK);
            if (turn >= 0)
                times[turn] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if (!onward.Contains("login_hint=", StringComparison.Ordinal))
                throw new BenchException($"No way to the provider for {name}.");
        }
        return times;
    }

    private static string Key(string key) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(key)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static int Any(int below) => RandomNumberGenerator.GetInt32(below);

    private static string Day() => TimeProvider.System.GetUtcNow().AddDays(-Any(25)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

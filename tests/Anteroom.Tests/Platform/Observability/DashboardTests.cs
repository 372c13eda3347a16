using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Anteroom.Harness;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Tests.Conventions;

namespace Anteroom.Tests.Platform.Observability;

/// <summary>The dashboard and the alerts ask for figures that exist, and each alert is explained (docs/operations.md).</summary>
public sealed partial class DashboardTests
{
    private static readonly string Alerts = Read("alerts.yml");
    private static readonly string Dashboard = Read("grafana.json");

    [Fact]
    public async Task Asks_for_no_figure_that_nobody_counts()
    {
        // A process of its own: a figure that another test's server counts would do for ours, or push it out.
        await using var rig = await AnteroomRig.StartAsync(new() { Processes = true });
        var application = await RelyingParty.RegisterAsync(rig);
        var contoso = await Contoso.CreateAsync(rig);
        using var browser = rig.NewBrowser();
        Assert.True((await contoso.SignInAsync(application, browser, await contoso.AddPersonAsync())).IsSuccess);

        var scraped = (await browser.GetAsync(rig.Address + "/metrics")).Body;
        var counted = Family().Matches(scraped).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        Assert.Superset(
            new HashSet<string> { "anteroom_sign_ins_total", "anteroom_tokens_issued_total", "anteroom_outbound_calls_seconds" },
            counted
        );
        counted.UnionWith(Declared()); // what has not happened yet, such as a delivery that was given up

        var asked = Expressions().SelectMany(Names).Distinct(StringComparer.Ordinal).ToList();
        Assert.True(asked.Count > 15);
        Assert.Empty(asked.Except(counted).Order(StringComparer.Ordinal));

        // A label that nobody sets would select nothing for ever. What has not been counted yet shows none.
        var set = Line()
            .Matches(scraped)
            .ToLookup(match => Part().Replace(match.Groups[1].Value, ""), match => LabelsOf(match.Groups[2].Value));
        var seen = Expressions().Where(expression => Names(expression).Any() && Names(expression).All(set.Contains)).ToList();
        Assert.True(seen.Count > 20);
        Assert.All(
            seen,
            expression =>
                Assert.Empty(LabelsIn(expression).Except(Names(expression).SelectMany(name => set[name]).SelectMany(labels => labels)))
        );
    }

    [Fact] // else the other tests would look at nothing
    public void Asks_for_a_figure_in_each_panel_and_each_alert()
    {
        var expressions = Expressions().ToList();
        Assert.Equal(AlertName().Count(Alerts), AlertExpression().Count(Alerts));
        Assert.True(expressions.Count - AlertName().Count(Alerts) > 20);
        Assert.All(
            expressions,
            expression => Assert.True(expression.Contains("up{", StringComparison.Ordinal) || Names(expression).Any(), expression)
        );
        Assert.Equal(
            ["anteroom_a_total", "new_b", "http_c_seconds"],
            Names("sum by (x, y) (rate(anteroom_a_total{q=~\"up|z\"}[5m] offset 1w)) / new_b > 1e9 and topk(3, http_c_seconds_bucket) == 0")
        );
    }

    [Fact]
    public void Names_only_reasons_of_the_catalogue()
    {
        var named = Expressions()
            .SelectMany(expression => Reason().Matches(expression))
            .SelectMany(match => match.Groups[1].Value.Split('|'))
            .ToHashSet(StringComparer.Ordinal);
        Assert.True(named.Count > 5);
        Assert.Empty(named.Except(ReasonCatalogue.All.Select(reason => reason.Code)));
    }

    [Fact]
    public void Explains_each_alert_in_the_runbook()
    {
        var alerts = AlertName().Matches(Alerts).Select(match => match.Groups[1].Value).ToList();
        Assert.True(alerts.Count > 10);
        var explained = Heading().Matches(Read("operations.md")).Select(match => match.Groups[1].Value);
        Assert.Equal(alerts, explained);
    }

    private static string Read(string file) => File.ReadAllText(Path.Combine(SourceTree.Root, "docs", file));

    private static IEnumerable<string> Expressions()
    {
        using var dashboard = JsonDocument.Parse(Dashboard);
        var shown = dashboard
            .RootElement.GetProperty("panels")
            .EnumerateArray()
            .Where(panel => panel.TryGetProperty("targets", out _))
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
            .Select(target => target.GetProperty("expr").GetString()!);
        return [.. shown, .. AlertExpression().Matches(Alerts).Select(match => match.Groups[1].Value)];
    }

    /// <summary>Whatever is neither function, label, duration nor word of the language. <c>up</c> is Prometheus' own.</summary>
    private static IEnumerable<string> Names(string expression) =>
        Figure()
            .Matches(Aside().Replace(expression, ""))
            .Select(match => Part().Replace(match.Value, ""))
            .Where(name => name is not ("up" or "and" or "or" or "unless" or "by"));

    /// <summary>Those that it selects and groups by, save what Prometheus itself adds.</summary>
    private static IEnumerable<string> LabelsIn(string expression) =>
        Grouping()
            .Matches(expression)
            .SelectMany(match => match.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries))
            .Concat(Selector().Matches(expression).SelectMany(match => LabelsOf(match.Groups[1].Value)))
            .Except(["instance", "job"]);

    private static List<string> LabelsOf(string selector) => [.. Label().Matches(selector).Select(match => match.Groups[1].Value)];

    /// <summary>Everything of our own that can be counted, as <c>/metrics</c> spells it.</summary>
    private static List<string> Declared()
    {
        List<string> names = [];
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name == "Anteroom")
                names.Add(instrument.Name.Replace('.', '_') + (instrument.Unit == "s" ? "_seconds" : "_total"));
        };
        listener.Start();
        return names;
    }

    [GeneratedRegex("^# TYPE ([a-z0-9_]+) ", RegexOptions.Multiline)]
    private static partial Regex Family();

    [GeneratedRegex(@"\b[a-z][a-z0-9_]*\b(?! *\()")]
    private static partial Regex Figure();

    [GeneratedRegex(@"\{[^}]*\}|\[[^\]]*\]|\bby \([^)]*\)|\boffset [0-9a-z]+")]
    private static partial Regex Aside();

    [GeneratedRegex(@"\{([^}]*)\}")]
    private static partial Regex Selector();

    [GeneratedRegex(@"\bby \(([^)]*)\)")]
    private static partial Regex Grouping();

    [GeneratedRegex(@"^([a-z][a-z0-9_]*)(?:\{(.*)\})? ", RegexOptions.Multiline)]
    private static partial Regex Line();

    [GeneratedRegex("([a-z_]+)(?:=~|!=|!~|=)\"")]
    private static partial Regex Label();

    [GeneratedRegex("(?<=_seconds)_(bucket|sum|count)$")]
    private static partial Regex Part();

    [GeneratedRegex("reason=~?\"([^\"]+)\"")]
    private static partial Regex Reason();

    [GeneratedRegex("- alert: ([A-Za-z]+)\n")]
    private static partial Regex AlertName();

    [GeneratedRegex("expr: >-\n +(.+)\n")]
    private static partial Regex AlertExpression();

    [GeneratedRegex("^### (Anteroom[A-Za-z]+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}

using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Anteroom.Harness;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Tests.Conventions;
using Anteroom.Tests.EndToEnd;

namespace Anteroom.Tests.Platform.Observability;

/// <summary>The dashboard and the alerts ask for figures that exist, and each alert is explained (docs/operations.md).</summary>
public sealed partial class DashboardTests(SharedRig shared)
{
    private static readonly string Alerts = Read("alerts.yml");
    private static readonly string Dashboard = Read("grafana.json");

    [Fact]
    public async Task Asks_for_no_figure_that_nobody_counts()
    {
        var (rig, application) = await shared.GetAsync();
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

    private static IEnumerable<string> Names(string expression) =>
        Figure().Matches(Labels().Replace(expression, "")).Select(match => Part().Replace(match.Value, ""));

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

    [GeneratedRegex(@"\b(?:anteroom|http|kestrel|dotnet|db)_[a-z_]+(?=[{\[) ]|$)")]
    private static partial Regex Figure();

    [GeneratedRegex(@"\{[^}]*\}|\bby \([^)]*\)")]
    private static partial Regex Labels();

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

using Anteroom.Bench;
using Anteroom.Bench.Scenarios;

namespace Anteroom.Tests.Bench;

public sealed class BenchOptionsTests
{
    [Fact]
    public void Everything_has_a_default()
    {
        var options = Parse();
        Assert.Empty(options.Chosen);
        Assert.Equal((3, 4, 8), (options.Repetitions, options.Measured.TotalSeconds, options.Browsers));
        Assert.False(options.Pin || options.Publish);
    }

    [Fact]
    public void All_options_are_read()
    {
        var options = Parse("session", "--repetitions", "5", "--pin", "--seconds", "2", "--browsers", "16", "cold-start");
        Assert.Equal(["session", "cold-start"], options.Chosen);
        Assert.Equal((5, 2, 16), (options.Repetitions, options.Measured.TotalSeconds, options.Browsers));
        Assert.True(options.Pin);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("--seconds")]
    [InlineData("--seconds", "0")]
    [InlineData("--seconds", "601")]
    [InlineData("--browsers", "many")]
    [InlineData("--publish", "session")]
    public void Anything_else_is_one_sentence(params string[] args)
    {
        Assert.False(BenchOptions.Parse(args, AllScenarios.Names).TryGet(out _, out var sentence));
        Assert.Contains(args.Contains("--publish") ? "--publish" : args[0], sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_are_different_and_what_is_compared_with_exists()
    {
        Assert.Equal(AllScenarios.Names.Count, AllScenarios.Names.Distinct().Count());
        foreach (var scenario in AllScenarios.All)
            Assert.True(scenario.ComparedWith is null || AllScenarios.Names.Contains(scenario.ComparedWith), scenario.Name);
    }

    [Fact]
    public void A_chosen_scenario_brings_what_it_is_compared_with() =>
        Assert.Equal(["session", "floor-session"], AllScenarios.Choose(["session"]).Select(scenario => scenario.Name));

    private static BenchOptions Parse(params string[] args)
    {
        Assert.True(BenchOptions.Parse(args, AllScenarios.Names).TryGet(out var options, out var sentence), sentence);
        return options;
    }
}

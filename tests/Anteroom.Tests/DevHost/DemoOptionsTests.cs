using Anteroom.DevHost;

namespace Anteroom.Tests.DevHost;

public sealed class DemoOptionsTests
{
    [Fact]
    public void Without_arguments_the_demo_uses_5080_and_the_repositorys_own_folder()
    {
        var options = Parse();
        Assert.Equal(new DemoOptions(5080, "/repository/.anteroom/demo", Fresh: false, Https: false), options);
        Assert.Equal((5081, 5082, 6081), (options.EmulatorPort, options.SamplePort, options.EmulatorHttpsPort));
        Assert.Equal("http://localhost:5081", options.Emulator);
    }

    [Fact]
    public void Every_option_is_understood()
    {
        var options = Parse("--fresh", "--https", "--port", "7000", "--data", "/tmp/x");
        Assert.Equal(new DemoOptions(7000, "/tmp/x", Fresh: true, Https: true), options);
        Assert.Equal("https://localhost:8001", options.Emulator);
    }

    [Theory]
    [InlineData("--port")]
    [InlineData("--port", "0")]
    [InlineData("--port", "1023")]
    [InlineData("--port", "64535")]
    [InlineData("--port", "-7000")]
    [InlineData("--port", "x")]
    [InlineData("--data")]
    [InlineData("--data", "")]
    [InlineData("--nonsense")]
    [InlineData("demo")]
    public void Anything_else_is_one_sentence(params string[] arguments)
    {
        Assert.False(DemoOptions.Parse(arguments, "/repository").TryGet(out _, out var failure));
        Assert.EndsWith(".", failure.Sentence, StringComparison.Ordinal);
    }

    private static DemoOptions Parse(params string[] arguments)
    {
        Assert.True(DemoOptions.Parse(arguments, "/repository").TryGet(out var options, out var failure), failure?.Sentence);
        return options;
    }
}

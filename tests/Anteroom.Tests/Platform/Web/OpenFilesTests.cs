using Anteroom.Server.Platform.Web;

namespace Anteroom.Tests.Platform.Web;

/// <summary>How many connections a limit of files leaves room for (SEC-361).</summary>
public sealed class OpenFilesTests
{
    [Theory]
    [InlineData(256, 16)]
    [InlineData(640, 128)]
    [InlineData(1024, 512)]
    [InlineData(20_000, 15_000)]
    [InlineData(1_048_576, 786_432)]
    [InlineData(9_223_372_036_854_775_807, int.MaxValue)]
    public void Keeps_a_quarter_and_at_least_its_reserve(long files, int connections) =>
        Assert.Equal(connections, OpenFiles.Connections(files));

    [Theory]
    [InlineData("Max open files            1024                 524288               files", 1024L)]
    [InlineData("Max open files            unlimited            unlimited            files", null)]
    [InlineData("Max locked memory         8192                 8192                 bytes", null)]
    [InlineData("", null)]
    public void Reads_the_limit_in_force(string row, long? limit) =>
        Assert.Equal(limit, OpenFiles.Limit(["Limit                     Soft Limit           Hard Limit           Units", row]));

    [Fact]
    public void Knows_the_limit_of_this_machine()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells it in a file.");
        Assert.True(OpenFiles.Limit() is null or > 0);
    }
}

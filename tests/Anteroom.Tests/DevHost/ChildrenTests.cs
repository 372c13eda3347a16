using System.Diagnostics;
using Anteroom.DevHost;

namespace Anteroom.Tests.DevHost;

public sealed class ChildrenTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("anteroom-children-").FullName;

    private string Log => Path.Combine(_folder, "child.log");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_program_that_ends_by_itself_is_told_with_its_code_and_its_last_words()
    {
        using var children = new Children();
        await using var child = await children.StartAsync("thing", Missing(), [], new Dictionary<string, string?>(), Log);
        await child.Ended.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        var sentence = child.Failure().Sentence;
        Assert.StartsWith("The thing ended with code ", sentence, StringComparison.Ordinal);
        Assert.Contains("nothing-here.dll", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_of_the_last_time_is_kept()
    {
        await File.WriteAllTextAsync(Log, "before", TestContext.Current.CancellationToken);
        using var children = new Children();
        await using var child = await children.StartAsync("thing", Missing(), [], new Dictionary<string, string?>(), Log);
        Assert.Equal("before", await File.ReadAllTextAsync(Log + ".previous", TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Settings_of_another_server_do_not_reach_the_demo()
    {
        var start = new ProcessStartInfo("true");
        foreach (var variable in (string[])["ANTEROOM_BaseUrl", "ConnectionStrings__Anteroom", "ASPNETCORE_URLS", "Kestrel__X", "PATH"])
            start.Environment[variable] = "x";
        Children.ForgetOtherServers(start);
        Assert.DoesNotContain(start.Environment.Keys, variable => variable.StartsWith("ANTEROOM_", StringComparison.Ordinal));
        Assert.DoesNotContain("ConnectionStrings__Anteroom", start.Environment.Keys);
        Assert.DoesNotContain("ASPNETCORE_URLS", start.Environment.Keys);
        Assert.DoesNotContain("Kestrel__X", start.Environment.Keys);
        Assert.Equal("x", start.Environment["PATH"]);
    }

    private ProgramPlace Missing() => new(_folder, Path.Combine(_folder, "nothing-here.dll"));
}

using System.Diagnostics;
using Anteroom.DevHost;

namespace Anteroom.Tests.DevHost;

/// <summary>The script <c>./anteroom</c> as far as it answers without building anything.</summary>
public sealed class LauncherTests
{
    [Theory]
    [InlineData("demo")]
    [InlineData("serve")]
    [InlineData("emulator")]
    [InlineData("admin")]
    [InlineData("test")]
    [InlineData("bench")]
    [InlineData("docs")]
    public async Task Help_names_every_verb(string verb)
    {
        var (code, output, _) = await RunAsync("help");
        Assert.Equal(0, code);
        Assert.Contains($"./anteroom {verb} ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_verb_is_refused_with_help()
    {
        var (code, _, errors) = await RunAsync("dmeo");
        Assert.Equal(1, code);
        Assert.EndsWith("Unknown verb: dmeo.\n", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_option_of_test_is_refused()
    {
        var (code, output, errors) = await RunAsync("test", "--everything");
        Assert.Equal(1, code);
        Assert.Empty(output);
        Assert.StartsWith("Unknown option --everything", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_sdk_is_named()
    {
        // The script with its places for the SDK taken away, and a PATH without one.
        var folder = Directory.CreateTempSubdirectory("anteroom-launcher-").FullName;
        try
        {
            foreach (var tool in (string[])["bash", "readlink", "dirname", "cat", "grep", "id"])
                File.CreateSymbolicLink(Path.Combine(folder, tool), $"/usr/bin/{tool}");
            var script = Path.Combine(folder, "anteroom");
            var text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "anteroom"), TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(
                script,
                text.Replace("/usr/share/dotnet", "/none", StringComparison.Ordinal)
                    .Replace("/usr/lib/dotnet", "/none", StringComparison.Ordinal)
                    .Replace("/usr/local/share/dotnet", "/none", StringComparison.Ordinal),
                TestContext.Current.CancellationToken
            );
            var start = new ProcessStartInfo("/bin/bash", [script, "emulator"]);
            start.Environment.Clear();
            start.Environment["PATH"] = folder;
            start.Environment["HOME"] = "/none";
            var (code, _, errors) = await RunAsync(start);
            Assert.Equal(1, code);
            Assert.StartsWith("The .NET 10 SDK is missing", errors, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments) =>
        RunAsync(new ProcessStartInfo(Path.Combine(Repository.Root, "anteroom"), arguments));

    private static async Task<(int Code, string Output, string Errors)> RunAsync(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await errors);
    }
}

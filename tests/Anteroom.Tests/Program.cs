using Anteroom.Tests.Fuzz;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Anteroom.Tests;

/// <summary><c>fuzz</c> feeds one parser for as long as it is told (CONTRIBUTING.md); anything else are options of the test runner.</summary>
public static class Program
{
    public static async Task<int> Main(string[] args) =>
        args switch
        {
            ["fuzz", .. var rest] => await FuzzProgram.RunAsync(rest),
            _ when args.Contains("-automated") || args.Contains("@@") => await ConsoleRunner.Run(args),
            _ => await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
        };
}

using Xunit.MicrosoftTestingPlatform;

namespace Anteroom.BrowserTests;

/// <summary><c>screenshots</c> takes the pictures of the guides (<c>./anteroom docs</c>); anything else are options of the test runner.</summary>
public static class Program
{
    public static async Task<int> Main(string[] args) =>
        args is ["screenshots", ..]
            ? await Screenshots.TakeAsync()
            : await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
}

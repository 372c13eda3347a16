using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Anteroom.BrowserTests.Rig;

/// <summary>What every page must be: readable for all in both colour schemes, and no wider than the screen (design.md §7).</summary>
internal static class PageChecks
{
    private static readonly (int Width, int Height)[] Screens = [(390, 844), (1440, 900)];

    private static readonly AxeRunOptions Colours = new()
    {
        RunOnly = new() { Type = "rule", Values = ["color-contrast"] },
    };

    /// <summary>For long walks over pages of one style: the dark colours of each page are looked at in full runs alone.</summary>
    public static Task LooksRightOnTheWayAsync(this IPage page) =>
        page.LooksRightAsync(Environment.GetEnvironmentVariable("ANTEROOM_TEST_SCALE") == "full" ? Both : [ColorScheme.Light]);

    public static Task LooksRightAsync(this IPage page) => page.LooksRightAsync(Both);

    private static readonly ColorScheme[] Both = [ColorScheme.Light, ColorScheme.Dark];

    private static async Task LooksRightAsync(this IPage page, ColorScheme[] schemes)
    {
        foreach (var scheme in schemes)
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
            // The schemes differ in colours alone; all other rules are asked once.
            var rules = scheme == ColorScheme.Light ? new AxeRunOptions() : Colours;
            var violations = (await page.RunAxe(rules)).Violations;
            Assert.True(violations.Length == 0, $"{page.Url} in {scheme}:\n{string.Join('\n', violations.Select(Tell))}");
        }
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });

        foreach (var (width, height) in Screens)
        {
            await page.SetViewportSizeAsync(width, height);
            var widest = await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
            Assert.True(widest <= width, $"{page.Url} is {widest} px wide on a screen of {width} px.");
        }
    }

    private static string Tell(AxeResultItem item) =>
        $"  {item.Id} ({item.Impact}): {item.Help}\n    {string.Join("\n    ", item.Nodes.Select(node => $"{node.Html}  {string.Join("; ", node.Any.Select(check => check.Message))}"))}";
}

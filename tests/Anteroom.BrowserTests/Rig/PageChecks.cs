using Microsoft.Playwright;

namespace Anteroom.BrowserTests.Rig;

/// <summary>What every page must be: readable for all in both colour schemes, and no wider than the screen (design.md §7).</summary>
internal static class PageChecks
{
    private static readonly (int Width, int Height)[] Screens = [(390, 844), (1440, 900)];

    /// <summary>On the wire, with its headers, where nothing of it is known yet.</summary>
    private const int MostBytesFirst = 200 * 1024;

    /// <summary>On the wire, where the browser has been at a page of the kind before.</summary>
    private const int MostBytesAfter = 30 * 1024;

    /// <summary>Of each answer. Browsers do not tell, and ours are never longer.</summary>
    private const int HeaderBytes = 1024;

    // Of what came from the browser's own store nothing was transferred; of what was asked about anew, 300 bytes as browsers count.
    private const string Weigh = """
        headers => {
          const parts = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
          const sum = (weight) => parts.reduce((bytes, part) => bytes + weight(part), 0);
          return [
            sum((part) => part.encodedBodySize + headers),
            sum((part) => (part.transferSize > 0 ? Math.max(part.transferSize - 300, 0) + headers : 0)),
          ];
        }
        """;

    /// <summary>Pages come quickly on a bad line: the first, and more so each after it.</summary>
    public static async Task WeighsLittleAsync(this IPage page)
    {
        await page.WaitForLoadStateAsync();
        var bytes = await page.EvaluateAsync<int[]>(Weigh, HeaderBytes);
        Assert.True(bytes[0] <= MostBytesFirst, $"{page.Url} weighs {bytes[0]} bytes the first time.");
        Assert.True(bytes[1] <= MostBytesAfter, $"{page.Url} weighs {bytes[1]} bytes.");
    }

    /// <summary>For long walks over pages of one style: the dark colours of each page are looked at in full runs alone.</summary>
    public static Task LooksRightOnTheWayAsync(this IPage page) => page.LooksRightAsync(Scale.IsFull ? Both : [ColorScheme.Light]);

    /// <summary>For pages of a kind that another page of the walk stands for.</summary>
    public static Task FitsOnTheWayAsync(this IPage page) => Scale.IsFull ? page.LooksRightAsync(Both) : page.FitsAsync();

    public static Task LooksRightAsync(this IPage page) => page.LooksRightAsync(Both);

    private static readonly ColorScheme[] Both = [ColorScheme.Light, ColorScheme.Dark];

    private static async Task LooksRightAsync(this IPage page, ColorScheme[] schemes)
    {
        foreach (var scheme in schemes)
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
            // The schemes differ in colours alone; all other rules are asked once.
            var found = await Axe.FindAsync(page, scheme == ColorScheme.Light ? [] : ["color-contrast"]);
            Assert.True(found.Length == 0, $"{page.Url} in {scheme}:\n{string.Join('\n', found)}");
        }
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await page.FitsAsync();
    }

    private static async Task FitsAsync(this IPage page)
    {
        foreach (var (width, height) in Screens)
        {
            await page.SetViewportSizeAsync(width, height);
            var widest = await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
            Assert.True(widest <= width, $"{page.Url} is {widest} px wide on a screen of {width} px.");
        }
    }
}

using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;

namespace Anteroom.Server.Console.Finding;

/// <summary>How to get about: the keys, and where the guides are.</summary>
internal static class HelpPage
{
    private static readonly string[] Keys = ["/", "?", "g o", "g u", "g a", "g h", "n", "e"];

    public static void Map(RouteGroupBuilder console) =>
        console
            .MapGet(
                "/help",
                (HttpContext http, ConsolePages pages) => pages.Show("Help", new HelpModel(pages.Frame(http, pages["Help"], ""), Keys))
            )
            .WithMetadata(Everybody.Instance);
}

/// <param name="Keys">Keys of the keyboard, pressed one after the other.</param>
internal sealed record HelpModel(ConsoleFrame Frame, IReadOnlyList<string> Keys) : IConsolePage;

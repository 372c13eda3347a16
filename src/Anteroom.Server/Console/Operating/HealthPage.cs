using System.Globalization;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Platform.Observability;

namespace Anteroom.Server.Console.Operating;

/// <summary>How the installation is: nodes, work that waits, work that failed.</summary>
internal static class HealthPage
{
    private const string Address = "/console/health";

    /// <summary>A node that has not been heard of for three beats is told as silent.</summary>
    private static readonly TimeSpan Silent = TimeSpan.FromSeconds(30);

    public static void Map(RouteGroupBuilder console) => console.MapGet("/health", ShowAsync).Operation("organizations.list");

    private static async Task<IResult> ShowAsync(
        HttpContext http,
        InstallationState installation,
        ConsolePages pages,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var (nodes, work) = (await installation.NodesAsync(ct), await installation.WorkAsync(ct));
        var now = clock.GetUtcNow();
        return pages.Show(
            "Health",
            new HealthModel(
                pages.Frame(http, pages["Health.Title"], Address),
                [
                    .. nodes.Select(node =>
                        (Cell[])
                            [
                                new(node.Name, node.Version),
                                now - node.SeenAt > Silent
                                    ? new(pages["Health.Silent"], State: Tone.Bad)
                                    : new(pages["Health.Alive"], State: Tone.Good),
                                new(At: node.StartedAt),
                                new(At: node.SeenAt),
                            ]
                    ),
                ],
                [
                    .. work.Select(queue =>
                        (Cell[])
                            [
                                new(queue.Kind),
                                new(queue.Waiting.ToString(CultureInfo.CurrentCulture)),
                                queue.Failing > 0
                                    ? new(queue.Failing.ToString(CultureInfo.CurrentCulture), State: Tone.Warning)
                                    : new(pages["Health.None"], State: Tone.Good),
                                new(At: queue.Oldest),
                            ]
                    ),
                ]
            )
        );
    }
}

internal sealed record HealthModel(ConsoleFrame Frame, IReadOnlyList<IReadOnlyList<Cell>> Nodes, IReadOnlyList<IReadOnlyList<Cell>> Work)
    : IConsolePage;

using System.Globalization;
using Anteroom.Server.Connections;
using Anteroom.Server.Connections.SharedApp;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Keys.Signing;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Observability;

namespace Anteroom.Server.Console.Operating;

/// <summary>How the installation is: nodes and their versions, the database, work that waits or failed, and what ends soon.</summary>
internal static class HealthPage
{
    private const string Address = "/console/health";
    private const int MostKeys = 200;

    /// <summary>A node that has not been heard of for three beats is told as silent.</summary>
    private static readonly TimeSpan Silent = TimeSpan.FromSeconds(30);

    /// <summary>How long before its end something is told of.</summary>
    private static readonly TimeSpan Notice = TimeSpan.FromDays(60);

    public static void Map(RouteGroupBuilder console) => console.MapGet("/health", ShowAsync).Operation("organizations.list");

    private static async Task<IResult> ShowAsync(
        HttpContext http,
        InstallationState installation,
        SigningKeyTimes signing,
        ApiKeys keys,
        ApplicationSecrets secrets,
        SharedRegistrations shared,
        Database database,
        ConsolePages pages,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var now = clock.GetUtcNow();
        var notice = DateOnly.FromDateTime((now + Notice).UtcDateTime);
        return pages.Show(
            "Health",
            new HealthModel(
                pages.Frame(http, pages["Health.Title"], Address),
                [
                    Part(
                        "Nodes",
                        ["Name", "State", "Started", "Seen"],
                        (await installation.NodesAsync(ct)).Select(node => Node(node, now, pages))
                    ),
                    Part("Database", ["What", "Value"], DatabaseOf(await installation.DatabaseAsync(ct), pages)),
                    Part(
                        "Work",
                        ["WorkKind", "Waiting", "Failing", "Oldest"],
                        (await installation.WorkAsync(ct)).Select(work => Work(work, pages))
                    ),
                    Part(
                        "Ends",
                        ["What", "State", "Ends"],
                        [
                            .. (await signing.ListAsync(ct)).Select(key => Key(key, now, pages)),
                            .. http.RequestServices.GetService<ServedCertificate>() is { } certificate
                                ? [Ending(certificate.Name, "Health.Certificate", null, new(At: certificate.EndsAt), certificate.EndsAt)]
                                : (Cell[][])[],
                            .. (await shared.ListAsync(ct))
                                .Where(app => app.IsActive && app.SecretExpiresOn <= notice)
                                .Select(app =>
                                    OnDay(
                                        app.Name,
                                        "Health.SharedAppSecret",
                                        $"/console/shared-apps/{app.Id}/edit",
                                        app.SecretExpiresOn!.Value
                                    )
                                ),
                            .. (await CredentialEnds.ListAsync(database, notice, ct)).Select(end =>
                                OnDay(
                                    end.Organization,
                                    "Health.ConnectionCredential",
                                    $"/console/organizations/{end.Slug}/connections",
                                    end.EndsOn
                                )
                            ),
                            .. (await secrets.EndingAsync(OrganizationId.Platform, now + Notice, ct)).Select(secret =>
                                Ending(
                                    secret.Name,
                                    "Health.ApplicationSecret",
                                    $"/console/organizations/platform/applications/{secret.Application}",
                                    new(At: secret.EndsAt),
                                    secret.EndsAt
                                )
                            ),
                            .. (await keys.ListAsync(OrganizationId.Platform, Guid.Empty, MostKeys, ct))
                                .Where(key => key.RevokedAt is null && key.ExpiresAt > now && key.ExpiresAt - now <= Notice)
                                .Select(key => Ending(key.Name, "Nav.ApiKeys", null, new(At: key.ExpiresAt), key.ExpiresAt)),
                        ]
                    ),
                ]
            )
        );

        // A day lasts until its end, wherever it is.
        Cell[] OnDay(string name, string kind, string? address, DateOnly day) =>
            Ending(name, kind, address, new(FormValues.OfDay(day)), new(day.ToDateTime(TimeOnly.MaxValue), TimeSpan.Zero));

        Cell[] Ending(string name, string kind, string? address, Cell when, DateTimeOffset end) =>
            [
                new(name, pages[kind], address),
                end <= now ? new(pages["Health.Ended"], State: Tone.Bad)
                : end - now <= Notice ? new(pages["Health.EndsSoon"], State: Tone.Warning)
                : new(pages["Health.Holds"], State: Tone.Good),
                when,
            ];

        HealthPart Part(string words, string[] columns, IEnumerable<Cell[]> rows) =>
            new(pages["Health." + words], new(pages.Columns(columns), rows), pages[$"Health.{words}.None"]);
    }

    private static Cell[] Node(NodeState node, DateTimeOffset now, ConsolePages pages) =>
        [
            new(node.Name, node.Version),
            now - node.SeenAt > Silent ? new(pages["Health.Silent"], State: Tone.Bad) : new(pages["Health.Alive"], State: Tone.Good),
            new(At: node.StartedAt),
            new(At: node.SeenAt),
        ];

    private static IEnumerable<Cell[]> DatabaseOf(DatabaseState state, ConsolePages pages) =>
        [
            [new(pages["Health.Version"]), new(state.Version)],
            [new(pages["Health.Schema"]), new(state.Schema.ToString("0000", CultureInfo.InvariantCulture))],
            [
                new(pages["Health.Size"]),
                new(pages["Health.Megabytes", (state.Bytes / 1_000_000).ToString("N0", CultureInfo.CurrentCulture)]),
            ],
        ];

    private static Cell[] Work(WorkState queue, ConsolePages pages) =>
        [
            new(queue.Kind),
            new(queue.Waiting.ToString(CultureInfo.CurrentCulture)),
            queue.Failing > 0
                ? new(queue.Failing.ToString(CultureInfo.CurrentCulture), State: Tone.Warning)
                : new(pages["Health.None"], State: Tone.Good),
            new(At: queue.Oldest),
        ];

    private static Cell[] Key(SigningKeyTime key, DateTimeOffset now, ConsolePages pages) =>
        [
            new(pages["Health.SigningKey", key.Algorithm], key.Kid),
            key.ActiveFrom > now ? new(pages["Health.Announced"], State: Tone.Neutral)
            : key.RetiredAt is null || key.RetiredAt > now ? new(pages["Health.Signs"], State: Tone.Good)
            : new(pages["Health.Retired"], State: Tone.Neutral),
            key.ExpiresAt is { } ends ? new(At: ends) : new(pages["Health.TurnsByItself"]),
        ];
}

/// <param name="Nothing">Words for an empty table.</param>
internal sealed record HealthPart(string Title, TableModel Table, string Nothing);

internal sealed record HealthModel(ConsoleFrame Frame, IReadOnlyList<HealthPart> Parts) : IConsolePage;

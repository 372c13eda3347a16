using Anteroom.Server.Connections;
using Anteroom.Server.Connections.SharedApp;
using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Organizations;

namespace Anteroom.Server.Console.Settings;

/// <summary>What the page Security is about: the organization, and one of its connections to Entra.</summary>
/// <param name="All">Every connection, to Entra or not.</param>
/// <param name="Connection">The one to Entra whose settings the page holds; null where there is none.</param>
/// <param name="AsksForConnection">Whether the reader may see what stands in connections.</param>
/// <param name="MayConnect">Whether they may change it.</param>
/// <param name="Origin">Where the organization's people sign in.</param>
/// <param name="Served">Clouds in which the app registration of this service can be used in place of one of the organization's own.</param>
internal sealed record SecurityFacts(
    Organization Room,
    IReadOnlyList<CloudEntry> Clouds,
    IReadOnlyList<Connection> All,
    Connection? Connection,
    bool AsksForConnection,
    bool MayConnect,
    string Origin,
    IReadOnlyList<CloudEntry> Served
)
{
    /// <summary>The query that says which connection to Entra, where there are several.</summary>
    public const string Which = "connection";

    public string Address =>
        Navigation.Of(Room, "protection") + (Connection is not null && Others.Any() ? $"?{Which}={Connection.Id}" : "");

    /// <summary>Other connections to Entra.</summary>
    public IEnumerable<Connection> Others => All.Where(one => one.Kind == ConnectionKind.Entra && one.Id != Connection?.Id);

    /// <summary>Shown before there is a connection, and then the same.</summary>
    public string? RedirectUri =>
        Connection?.RedirectUri(Origin) ?? (Room.Settings.NextConnection.Key is { } key ? Origin + CallbackPaths.OfConnection(key) : null);

    public string? LogoutUri =>
        Connection?.LogoutUri(Origin) ?? (Room.Settings.NextConnection.Key is { } key ? Origin + CallbackPaths.LogoutOf(key) : null);

    public static SecurityFacts Of(
        HttpContext http,
        Organization room,
        IReadOnlyList<CloudEntry> clouds,
        IReadOnlyList<Connection> all,
        IReadOnlyList<SharedRegistration> shared,
        OrganizationHosts hosts
    )
    {
        var isShown = !room.IsPlatform && http.Caller().May("connections.get");
        var mayConnect = isShown && http.Caller().May("connections.create") && http.Caller().May("connections.update");
        var isFit = ConnectionRules.HostFault(CallbackStyle.Central, hosts.OwnOriginOf(room) is not null) is null;
        return new(
            room,
            clouds,
            all,
            isShown ? Chosen(http, room, all) : null,
            isShown,
            mayConnect,
            hosts.OriginOf(room),
            isFit ? SharedRegistrations.Served(shared, clouds) : []
        );
    }

    /// <summary>The one that was asked for; else the one that people are sent to; else the first that is active, or the first.</summary>
    private static Connection? Chosen(HttpContext http, Organization room, IReadOnlyList<Connection> all)
    {
        var asked = ConnectionId.TryParse(http.Request.Query[Which], out var id) ? id.Value : (Guid?)null;
        var sent = room.Settings.SignIn.AutoConnectConnection;
        return all.Where(one => one.Kind == ConnectionKind.Entra)
            .OrderByDescending(one => one.Id.Value == asked)
            .ThenByDescending(one => one.Id.Value == sent)
            .ThenByDescending(one => one.State == ConnectionState.Active)
            .FirstOrDefault();
    }
}

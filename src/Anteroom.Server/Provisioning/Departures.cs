using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Provisioning;

/// <summary>Tells the applications of ended sessions, by whatever protocol each of them speaks.</summary>
public sealed class Departures(IEnumerable<IDepartureNotices> protocols)
{
    /// <returns>The applications that will be told, each once.</returns>
    public async Task<IReadOnlyList<string>> TellAsync(Transaction tx, Departure departure, CancellationToken ct)
    {
        if (departure.Participations.Count == 0)
            return [];
        List<string> told = [];
        foreach (var protocol in protocols)
            told.AddRange(await protocol.EnqueueAsync(tx, departure, ct));
        return [.. told.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }
}

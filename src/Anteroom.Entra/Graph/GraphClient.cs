using System.Text.Json;
using Anteroom.Entra.Outbound;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Entra.Graph;

/// <summary>A whole list, all its pages.</summary>
public sealed record GraphList(IReadOnlyList<JsonElement> Items);

/// <summary>Reads lists from Microsoft Graph, whole or not at all.</summary>
/// <remarks>
/// One address after the other: Graph's own, and the next pages that it names below its own address (SEC-075). Nothing is tried twice; after
/// a Retry-After nothing is sent to that tenant's Graph until the time is over (<see cref="OutboundHttp"/>).
/// </remarks>
public sealed class GraphClient(OutboundHttp http)
{
    /// <summary>The largest page that Graph gives.</summary>
    public const int PageSize = 999;

    private const int MostPages = 100; // empty pages are pages too

    /// <param name="path">Below <c>/v1.0/</c>, with its query.</param>
    /// <param name="most">How many items there can be; more is a failure.</param>
    public async Task<Result<GraphList, GraphFailure>> ListAsync(GraphAccess access, string path, int most, CancellationToken ct)
    {
        List<JsonElement> items = [];
        var address = access.AddressOf(path);
        for (var count = 0; count < MostPages; count++)
        {
            if (!(await ReadAsync(access, address, ct)).TryGet(out var page, out var failure))
                return failure;
            items.AddRange(page.Items);
            if (items.Count > most)
                return GraphFailure.TooMany;
            if (page.Next is not { } next)
                return new GraphList(items);
            if (!access.Owns(next))
                return GraphFailure.Elsewhere;
            address = next;
        }
        return GraphFailure.TooMany;
    }

    private async Task<Result<GraphPage, GraphFailure>> ReadAsync(GraphAccess access, Uri address, CancellationToken ct)
    {
        if (!(await http.SendAsync(access.Get(address), ct)).TryGet(out var response, out var failure))
            return GraphFailure.Unavailable(failure);
        return response.IsSuccess
            ? GraphPage.Parse(response.Body.Span)
            : GraphFailure.Refused(response.Status, GraphPage.ErrorOf(response.Body.Span));
    }
}

using Anteroom.Server.Connections;

namespace Anteroom.Server.Api;

internal sealed record CloudBody(
    string Key,
    string Name,
    string Authority,
    string Graph,
    IReadOnlyList<string>? Aliases = null,
    string? TrustedCa = null
);

internal sealed record CloudView(string Key, string Name, string Authority, string Graph, IReadOnlyList<string> Aliases, bool BuiltIn)
{
    public static CloudView Of(CloudEntry entry) =>
        new(
            entry.Cloud.Key,
            entry.Name,
            entry.Cloud.Authority.GetLeftPart(UriPartial.Authority),
            entry.Cloud.Graph.AbsoluteUri.TrimEnd('/'),
            entry.Aliases,
            entry.BuiltIn
        );
}

/// <summary>The Entra clouds of this installation.</summary>
internal static class CloudEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/clouds", ListAsync).Operation("clouds.list").Produces<ApiList<CloudView>>();
        api.MapPost("/clouds", CreateAsync).Operation("clouds.create").Accepts<CloudBody>("application/json").Produces<CloudView>(201);
    }

    private static async Task<IResult> ListAsync(CloudStore clouds, CancellationToken ct) =>
        ApiResults.Ok(new ApiList<CloudView>([.. (await clouds.ListAsync(ct)).Select(CloudView.Of)], null));

    private static async Task<IResult> CreateAsync(HttpContext http, CloudStore clouds, CancellationToken ct)
    {
        if (!(await ApiBody.ReadAsync<CloudBody>(http, ct)).TryGet(http, out var body, out var problem))
            return problem;
        var added = await clouds.AddAsync(
            body.Key,
            body.Name,
            body.Authority,
            body.Graph,
            body.Aliases ?? [],
            body.TrustedCa,
            http.ApiAudit(),
            ct
        );
        return added.TryGet(out var cloud, out var refusal)
            ? ApiResults.Created(http, "/api/v1/clouds", CloudView.Of(cloud))
            : ApiResults.Problem(http, refusal.Code, refusal.Detail);
    }
}

using Anteroom.Server.Connections;

namespace Anteroom.Server.Api;

/// <param name="Thumbprint">SHA-256 as base64url: what <c>certificate</c> of the connection names.</param>
/// <param name="ShownInEntra">SHA-1 in capitals, as the list in Entra shows it.</param>
/// <param name="InUse">Whether it signs.</param>
/// <param name="Certificate">PEM, for uploading.</param>
internal sealed record CertificateView(
    string Thumbprint,
    string ShownInEntra,
    bool InUse,
    DateTimeOffset CreatedAt,
    DateTimeOffset EndsAt,
    string Certificate
)
{
    public static CertificateView Of(ConnectionCertificate certificate, Connection connection) =>
        new(
            certificate.Thumbprint,
            certificate.ShownInEntra,
            certificate.Thumbprint == connection.Settings.Certificate?.Thumbprint,
            certificate.CreatedAt,
            certificate.EndsAt,
            certificate.ToPem()
        );
}

/// <summary>Certificates by which our client proves itself. Which one signs is said by a change of the connection: <c>{"certificate": thumbprint}</c>.</summary>
internal static class ConnectionCertificateEndpoints
{
    private const string Path = "/organizations/{slug}/connections/{id}/certificates";

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet(Path, ListAsync).Operation("connections.listCertificates").Produces<ApiList<CertificateView>>();
        api.MapPost(Path, AddAsync).Operation("connections.addCertificate").Produces<CertificateView>(201);
        api.MapDelete(Path + "/{thumbprint}", RemoveAsync).Operation("connections.removeCertificate").Produces(204);
    }

    private static async Task<IResult> ListAsync(
        string id,
        HttpContext http,
        ConnectionStore connections,
        ConnectionCertificates certificates,
        CancellationToken ct
    )
    {
        if (await ConnectionEndpoints.FindAsync(id, http, connections, ct) is not { } connection)
            return ApiResults.NotFound(http);
        var kept = await certificates.ListAsync(connection.Organization, connection.Id, ct);
        return ApiResults.Ok(new ApiList<CertificateView>([.. kept.Select(one => CertificateView.Of(one, connection))], Next: null));
    }

    private static async Task<IResult> AddAsync(
        string id,
        HttpContext http,
        ConnectionStore connections,
        ConnectionCertificates certificates,
        CancellationToken ct
    )
    {
        if (await ConnectionEndpoints.FindAsync(id, http, connections, ct) is not { } connection)
            return ApiResults.NotFound(http);
        var added = await certificates.AddAsync(connection, http.ApiAudit(), ct);
        return added.TryGet(out var certificate, out var refusal)
            ? Results.Json(CertificateView.Of(certificate, connection), ApiJson.Options, statusCode: StatusCodes.Status201Created)
            : ApiResults.Problem(http, refusal.Code, refusal.Detail);
    }

    private static async Task<IResult> RemoveAsync(
        string id,
        string thumbprint,
        HttpContext http,
        ConnectionStore connections,
        ConnectionCertificates certificates,
        CancellationToken ct
    )
    {
        if (await ConnectionEndpoints.FindAsync(id, http, connections, ct) is not { } connection)
            return ApiResults.NotFound(http);
        return await certificates.RemoveAsync(connection, thumbprint, http.ApiAudit(), ct) is { } refusal
            ? ApiResults.Problem(http, refusal.Code, refusal.Detail)
            : Results.NoContent();
    }
}

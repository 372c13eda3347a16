using Anteroom.Server.Connections;
using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.SignIn.Pages;

namespace Anteroom.Server.Console.Integrations;

/// <summary>The certificates of a connection: made, downloaded for the app registration, taken into use, removed.</summary>
internal static class CertificatePages
{
    private const string Path = ConnectionPages.Path + "/{id}/certificates";
    private const string FileType = "application/pkix-cert"; // RFC 2585 §4.1

    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet(Path, ShowAsync).Operation("connections.listCertificates");
        console.MapGet(Path + "/{thumbprint}.cer", DownloadAsync).Operation("connections.listCertificates");
        console.MapPost(Path, AddAsync).Operation("connections.addCertificate").WithMetadata(Sensitive.Instance);
        console.MapPost(Path + "/{thumbprint}/use", UseAsync).Operation("connections.update").WithMetadata(Sensitive.Instance);
        console
            .MapPost(Path + "/{thumbprint}/remove", RemoveAsync)
            .Operation("connections.removeCertificate")
            .WithMetadata(Sensitive.Instance);
    }

    private static async Task<IResult> ShowAsync(
        string id,
        HttpContext http,
        ConnectionStore connections,
        ConnectionCertificates certificates,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    ) =>
        await FindAsync(http, connections, id, ct) is { } connection
            ? await PageAsync(http, pages, connection, certificates, refusal: null, ct)
            : problems.NotFound();

    private static async Task<IResult> DownloadAsync(
        string id,
        string thumbprint,
        HttpContext http,
        ConnectionStore connections,
        ConnectionCertificates certificates,
        ProblemPages problems,
        CancellationToken ct
    ) =>
        await FindAsync(http, connections, id, ct) is { } connection
        && await certificates.FindAsync(connection.Organization, connection.Id, thumbprint, ct) is { } certificate
            ? Results.File(certificate.Der, FileType, $"anteroom-{connection.Key}-{certificate.ShownInEntra[..8]}.cer")
            : problems.NotFound();

    private static async Task<IResult> AddAsync(
        string id,
        HttpContext http,
        ConnectionStore connections,
        ConnectionCertificates certificates,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        if (await FindAsync(http, connections, id, ct) is not { } connection)
            return problems.NotFound();
        var added = await certificates.AddAsync(connection, http.Audit(), ct);
        return added.TryGet(out _, out var refusal)
            ? ConsolePages.Back(AddressOf(http, connection), "certificate.made")
            : await PageAsync(http, pages, connection, certificates, refusal, ct);
    }

    private static async Task<IResult> UseAsync(
        string id,
        string thumbprint,
        HttpContext http,
        ConnectionStore connections,
        ConnectionCertificates certificates,
        SaveConnection save,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        if (await FindAsync(http, connections, id, ct) is not { } connection)
            return problems.NotFound();
        var changed = await save.ChangeAsync(
            connection.Organization,
            connection.Id,
            connection.Version,
            current => ConnectionDraft.Of(current, current.Settings with { Certificate = new(thumbprint, default) }),
            http.Audit(),
            ct
        );
        return changed.TryGet(out _, out var refusal)
            ? ConsolePages.Back(AddressOf(http, connection), "certificate.used")
            : await PageAsync(http, pages, connection, certificates, refusal, ct);
    }

    private static async Task<IResult> RemoveAsync(
        string id,
        string thumbprint,
        HttpContext http,
        ConnectionStore connections,
        ConnectionCertificates certificates,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        if (await FindAsync(http, connections, id, ct) is not { } connection)
            return problems.NotFound();
        return await certificates.RemoveAsync(connection, thumbprint, http.Audit(), ct) is { } refusal
            ? await PageAsync(http, pages, connection, certificates, refusal, ct)
            : ConsolePages.Back(AddressOf(http, connection), "certificate.removed");
    }

    /// <summary>Connections with another credential have no such page.</summary>
    private static async Task<Connection?> FindAsync(HttpContext http, ConnectionStore connections, string id, CancellationToken ct) =>
        await ConnectionPages.FindAsync(http, connections, id, ct) is { Settings.Credential: CredentialKind.Certificate } connection
            ? connection
            : null;

    private static string AddressOf(HttpContext http, Connection connection) =>
        ConnectionPages.AddressOf(http, connection) + "/certificates";

    private static async Task<IResult> PageAsync(
        HttpContext http,
        ConsolePages pages,
        Connection connection,
        ConnectionCertificates certificates,
        ConnectionRefusal? refusal,
        CancellationToken ct
    )
    {
        var kept = await certificates.ListAsync(connection.Organization, connection.Id, ct);
        var caller = http.Caller();
        return pages.Show(
            "Certificates",
            new CertificatesModel(
                ConnectionPages.FrameOf(http, pages, connection, pages["Certificates.Title"]),
                AddressOf(http, connection),
                kept,
                connection.Settings.Certificate?.Thumbprint,
                caller.May("connections.addCertificate") && kept.Count < ConnectionCertificates.Most,
                caller.May("connections.update"),
                caller.May("connections.removeCertificate"),
                refusal is null ? null : FormFault.Of(refusal.Code, refusal.Detail).Text
            ),
            refusal is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity
        );
    }
}

/// <param name="Used">The thumbprint of the one that signs.</param>
internal sealed record CertificatesModel(
    ConsoleFrame Frame,
    string Address,
    IReadOnlyList<ConnectionCertificate> Certificates,
    string? Used,
    bool MayAdd,
    bool MayUse,
    bool MayRemove,
    string? Fault
) : IConsolePage;

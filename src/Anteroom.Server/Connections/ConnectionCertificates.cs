using System.Security.Cryptography;
using Anteroom.Protocols.Jose;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Keys.Vault;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Caching;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Connections;

/// <summary>The certificates of a connection: made here one ahead of time, uploaded by the customer's administrator, then taken into use by a revision.</summary>
/// <remarks>Private keys are sealed and never shown. So that nobody is locked out while a certificate is changed, the old one signs until the new one is chosen.</remarks>
public sealed class ConnectionCertificates(Database database, Vault vault, AuditTrail audit, TimeProvider clock)
{
    /// <summary>The one in use, its successor, and room for a mistake.</summary>
    public const int Most = 4;

    private const int KeptKeys = 1_000;
    private readonly NotifiedCache<(ConnectionId, string Thumbprint), SigningKey> _keys = new(clock, TimeSpan.FromMinutes(1), KeptKeys);

    /// <summary>Oldest first.</summary>
    public async Task<IReadOnlyList<ConnectionCertificate>> ListAsync(OrganizationId organization, ConnectionId id, CancellationToken ct)
    {
        var rows = await database.In(organization).ListAsync<Row>(Select, new { id = id.Value }, ct);
        return rows.ConvertAll(row => row.ToCertificate());
    }

    public async Task<ConnectionCertificate?> FindAsync(
        OrganizationId organization,
        ConnectionId id,
        string thumbprint,
        CancellationToken ct
    ) => (await ListAsync(organization, id, ct)).FirstOrDefault(one => one.Thumbprint == thumbprint);

    /// <summary>The key that signs for the connection's revision: PS256, as Entra asks for it.</summary>
    /// <returns>Null where the certificate is gone, or the connection has none.</returns>
    public async Task<SigningKey?> KeyOfAsync(Connection connection, CancellationToken ct) =>
        connection.Settings.Certificate is { Thumbprint: var thumbprint }
            ? await _keys.GetAsync(
                (connection.Id, thumbprint),
                (_, token) => ReadKeyAsync(connection.Organization, connection.Id, thumbprint, token),
                ct
            )
            : null;

    /// <summary>Makes one more, which is not yet used.</summary>
    /// <returns><c>not_found</c>, or <c>conflict</c> where there are enough or the connection has another credential.</returns>
    public async Task<Result<ConnectionCertificate, ConnectionRefusal>> AddAsync(
        Connection connection,
        AuditContext context,
        CancellationToken ct
    )
    {
        var made = await MakeAsync(connection.Organization, connection.Id, connection.Key, ct);
        await using var tx = await database.BeginAsync(connection.Organization, ct);
        if (await ConnectionStore.LockAsync(tx, connection.Id, ct) is not { } current)
            return new ConnectionRefusal(ReasonCodes.NotFound);
        if (current.Settings.Credential != CredentialKind.Certificate)
            return new ConnectionRefusal(ReasonCodes.Conflict, "The connection does not prove itself by a certificate.");
        if (await CountAsync(tx, connection.Id, ct) >= Most)
            return new ConnectionRefusal(
                ReasonCodes.Conflict,
                $"A connection has at most {Most} certificates. Remove one that is not used."
            );
        await InsertAsync(tx, connection.Id, made, ct);
        await RecordAsync(tx, current, "connection.certificate_made", made.Certificate.Thumbprint, context, ct);
        await tx.CommitAsync(ct);
        return made.Certificate;
    }

    /// <summary>Takes one away that is not used.</summary>
    /// <returns>Null, or <c>not_found</c>, or <c>conflict</c> for the one in use.</returns>
    public async Task<ConnectionRefusal?> RemoveAsync(Connection connection, string thumbprint, AuditContext context, CancellationToken ct)
    {
        await using var tx = await database.BeginAsync(connection.Organization, ct);
        if (await ConnectionStore.LockAsync(tx, connection.Id, ct) is not { } current)
            return new(ReasonCodes.NotFound);
        if (current.Settings.Certificate?.Thumbprint == thumbprint)
            return new(ReasonCodes.Conflict, "This certificate is in use. Use another one first.");
        var removed = await tx.ExecuteAsync(
            """
            DELETE FROM connection_certificates
             WHERE organization_id = @organization AND connection_id = @id AND thumbprint = @thumbprint
            """,
            new { id = connection.Id.Value, thumbprint },
            ct
        );
        if (removed == 0)
            return new(ReasonCodes.NotFound);
        await RecordAsync(tx, current, "connection.certificate_removed", thumbprint, context, ct);
        await tx.CommitAsync(ct);
        return null;
    }

    /// <summary>A certificate with its sealed key, for a transaction that begins afterwards.</summary>
    internal sealed record Made(ConnectionCertificate Certificate, byte[] SealedKey);

    internal async Task<Made> MakeAsync(OrganizationId organization, ConnectionId id, string key, CancellationToken ct)
    {
        var certificate = ConnectionCertificate.Make(key, clock.GetUtcNow(), out var pkcs8);
        var sealedKey = await vault.SealAsync(organization, FieldOf(id, certificate.Thumbprint), pkcs8, ct);
        CryptographicOperations.ZeroMemory(pkcs8);
        return new(certificate, sealedKey);
    }

    internal static Task<int> InsertAsync(Transaction tx, ConnectionId id, Made made, CancellationToken ct) =>
        tx.ExecuteAsync(
            """
            INSERT INTO connection_certificates
                (organization_id, connection_id, thumbprint, certificate, private_key, created_at, expires_at)
            VALUES (@organization, @id, @thumbprint, @der, @sealedKey, @createdAt, @endsAt)
            """,
            new
            {
                id = id.Value,
                thumbprint = made.Certificate.Thumbprint,
                der = made.Certificate.Der,
                sealedKey = made.SealedKey,
                createdAt = made.Certificate.CreatedAt,
                endsAt = made.Certificate.EndsAt,
            },
            ct
        );

    /// <summary>The one of the connection that is called so, for a revision that uses it.</summary>
    internal static async Task<CertificateInUse?> NamedAsync(Transaction tx, ConnectionId id, string thumbprint, CancellationToken ct) =>
        (await tx.ListAsync<Row>(Select, new { id = id.Value }, ct))
            .ConvertAll(row => row.ToCertificate())
            .Where(one => one.Thumbprint == thumbprint)
            .Select(one => new CertificateInUse(one.Thumbprint, one.EndsAt))
            .FirstOrDefault();

    /// <summary>A connection that proves itself in another way keeps no keys.</summary>
    internal static Task<int> ForgetAsync(Transaction tx, ConnectionId id, CancellationToken ct) =>
        tx.ExecuteAsync(
            "DELETE FROM connection_certificates WHERE organization_id = @organization AND connection_id = @id",
            new { id = id.Value },
            ct
        );

    private const string Select = """
        SELECT certificate, created_at, expires_at FROM connection_certificates
         WHERE organization_id = @organization AND connection_id = @id ORDER BY created_at, thumbprint LIMIT 100
        """;

    private static Task<int> CountAsync(Transaction tx, ConnectionId id, CancellationToken ct) =>
        tx.FirstAsync<int>(
            "SELECT count(*)::int FROM connection_certificates WHERE organization_id = @organization AND connection_id = @id",
            new { id = id.Value },
            ct
        );

    private async Task<SigningKey?> ReadKeyAsync(OrganizationId organization, ConnectionId id, string thumbprint, CancellationToken ct)
    {
        var box = await database
            .In(organization)
            .FirstAsync<byte[]>(
                """
                SELECT private_key FROM connection_certificates
                 WHERE organization_id = @organization AND connection_id = @id AND thumbprint = @thumbprint
                """,
                new { id = id.Value, thumbprint },
                ct
            );
        if (box is null)
            return null;
        var pkcs8 = await vault.UnsealAsync(organization, FieldOf(id, thumbprint), box, ct);
        try
        {
            return SigningKey.FromPkcs8(pkcs8, SignatureAlgorithm.PS256);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    private Task RecordAsync(
        Transaction tx,
        Connection connection,
        string action,
        string thumbprint,
        AuditContext context,
        CancellationToken ct
    ) =>
        audit.RecordAsync(
            tx,
            context,
            new AuditEntry(action, AuditResult.Success, null, "connection", connection.Id.Value, connection.Name)
            {
                Details = new Dictionary<string, object?> { ["thumbprint"] = thumbprint },
            },
            ct
        );

    private static Field FieldOf(ConnectionId id, string thumbprint) => new("connection_certificates", $"{id}/{thumbprint}", "private_key");

    private sealed record Row(byte[] Certificate, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt)
    {
        public ConnectionCertificate ToCertificate() => new(Certificate, CreatedAt, ExpiresAt);
    }
}

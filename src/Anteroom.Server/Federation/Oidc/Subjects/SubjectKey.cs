using System.Security.Cryptography;
using Anteroom.Server.Keys.Vault;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Federation.Oidc.Subjects;

/// <summary>The installation's secret behind pairwise subjects: 256 bits, made once, sealed, and never turned over, because every pairwise <c>sub</c> hangs on it.</summary>
public sealed class SubjectKey(Database database, Vault vault)
{
    private const int Bytes = 32;

    private static readonly Field SealedField = new("subject_keys", "pairwise", "secret");

    private byte[]? _secret;

    public async ValueTask<byte[]> GetAsync(CancellationToken ct) => _secret ??= await ReadAsync(ct) ?? await MakeAsync(ct);

    private async Task<byte[]?> ReadAsync(CancellationToken ct)
    {
        var row = await database
            .In(OrganizationId.Platform)
            .FirstAsync<byte[]>("SELECT secret FROM subject_keys WHERE organization_id = @organization", null, ct);
        return row is null ? null : await vault.UnsealAsync(OrganizationId.Platform, SealedField, row, ct);
    }

    // Of several nodes at once the first one's stands, and all read it.
    private async Task<byte[]> MakeAsync(CancellationToken ct)
    {
        var secret = RandomNumberGenerator.GetBytes(Bytes);
        var sealedSecret = await vault.SealAsync(OrganizationId.Platform, SealedField, secret, ct);
        await database
            .In(OrganizationId.Platform)
            .ExecuteAsync(
                "INSERT INTO subject_keys (organization_id, secret) VALUES (@organization, @sealedSecret) ON CONFLICT DO NOTHING",
                new { sealedSecret },
                ct
            );
        return await ReadAsync(ct) ?? throw new InvalidOperationException("The secret behind pairwise subjects could not be kept.");
    }
}

using Anteroom.Server.Platform;
using Anteroom.Server.SignIn.Transactions;
using Microsoft.AspNetCore.DataProtection;

namespace Anteroom.Server.SignIn.TenantProof;

/// <summary>Keeps what a sign-in has shown of a tenant until its administrator says what it is to count for: sealed, for a few minutes, once.</summary>
public sealed class TenantProofs(StoredRequests stored, IDataProtectionProvider protection, TimeProvider clock)
{
    public const string Prefix = "tp";

    /// <summary>How long a proof counts: 10 minutes, as long as a person may take to sign in.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private readonly SealedJson<ProvenTenant> _sealed = new(
        protection,
        "Anteroom.SignIn.TenantProof.v1",
        TenantProofJson.Default.ProvenTenant
    );

    /// <returns>Null when this network has stored its share.</returns>
    public Task<Handle?> KeepAsync(HttpContext http, OrganizationId organization, ProvenTenant proven, CancellationToken ct) =>
        stored.StoreAsync(http, Handle.New(Prefix, organization), _sealed.Seal(proven), Lifetime, ct);

    /// <summary>For showing it. Null for a handle that is unknown, too old, used up or of another organization.</summary>
    public Task<ProvenTenant?> FindAsync(OrganizationId organization, string? text, CancellationToken ct) =>
        ReadAsync(organization, text, handle => stored.FindAsync(handle, clock.GetUtcNow(), ct));

    /// <summary>For letting it count: of two who ask at the same moment one gets it.</summary>
    public Task<ProvenTenant?> TakeAsync(OrganizationId organization, string? text, CancellationToken ct) =>
        ReadAsync(organization, text, handle => stored.TakeAsync(handle, clock.GetUtcNow(), ct));

    private async Task<ProvenTenant?> ReadAsync(OrganizationId organization, string? text, Func<Handle, Task<byte[]?>> read) =>
        Handle.TryParse(Prefix, text, out var handle) && handle.Organization == organization && await read(handle) is { } bytes
            ? _sealed.Open(bytes)
            : null;
}

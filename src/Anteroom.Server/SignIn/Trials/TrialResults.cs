using Anteroom.Server.Platform;
using Anteroom.Server.SignIn.Transactions;
using Microsoft.AspNetCore.DataProtection;

namespace Anteroom.Server.SignIn.Trials;

/// <summary>Keeps the results of test sign-ins for a few minutes, sealed: they hold personal data, and the page that shows them may be on another host.</summary>
public sealed class TrialResults(StoredRequests stored, IDataProtectionProvider protection, TimeProvider clock)
{
    public const string Prefix = "tr";

    /// <summary>How long a result can be read: 15 minutes, for who sets something right in another window and compares.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    private readonly SealedJson<TrialResult> _sealed = new(protection, "Anteroom.SignIn.TrialResult.v1", TrialJson.Default.TrialResult);

    /// <returns>Null when this network has stored its share.</returns>
    public Task<Handle?> KeepAsync(HttpContext http, OrganizationId organization, TrialResult result, CancellationToken ct) =>
        stored.StoreAsync(http, Handle.New(Prefix, organization), _sealed.Seal(result), Lifetime, ct);

    /// <summary>Null for a handle that is unknown, too old or of another organization.</summary>
    public async Task<TrialResult?> FindAsync(OrganizationId organization, string? text, CancellationToken ct) =>
        Handle.TryParse(Prefix, text, out var handle)
        && handle.Organization == organization
        && await stored.FindAsync(handle, clock.GetUtcNow(), ct) is { } bytes
            ? _sealed.Open(bytes)
            : null;
}

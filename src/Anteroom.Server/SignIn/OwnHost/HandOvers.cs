using System.Text.Json.Serialization;
using Anteroom.Server.Platform;
using Anteroom.Server.SignIn.SignOut;
using Anteroom.Server.SignIn.Transactions;
using Microsoft.AspNetCore.DataProtection;

namespace Anteroom.Server.SignIn.OwnHost;

/// <summary>What one host gives to another: a sign-in or a sign-out.</summary>
/// <param name="Arrival">SHA-256 of the cookie that the receiving host gave the browser; a sign-in goes on in that browser only.</param>
public sealed record HandOver(SignInTransaction? SignIn, string? Arrival, SignOutRequest? SignOut);

/// <summary>Single-use handles between hosts: the row is removed by whoever presents the handle first (docs/decisions/0009).</summary>
public sealed class HandOvers(StoredRequests stored, IDataProtectionProvider protection, TimeProvider clock)
{
    /// <summary>From one redirect to the next: 60 seconds, for slow networks.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    public const string Prefix = "ho";

    private readonly SealedJson<HandOver> _sealed = new(protection, "Anteroom.SignIn.HandOver.v1", HandOverJson.Default.HandOver);

    /// <param name="to">The organization whose host may take it; part of the handle.</param>
    /// <returns>Null when this network has stored its share.</returns>
    public Task<Handle?> KeepAsync(HttpContext http, OrganizationId to, HandOver handOver, CancellationToken ct) =>
        stored.StoreAsync(http, Handle.New(Prefix, to), _sealed.Seal(handOver), Lifetime, ct);

    /// <summary>Null for a handle that is unknown, spent or too old.</summary>
    public async Task<HandOver?> TakeAsync(Handle handle, CancellationToken ct) =>
        await stored.TakeAsync(handle, clock.GetUtcNow(), ct) is { } bytes ? _sealed.Open(bytes) : null;
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(HandOver))]
internal sealed partial class HandOverJson : JsonSerializerContext;

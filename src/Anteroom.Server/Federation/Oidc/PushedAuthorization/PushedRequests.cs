using Anteroom.Protocols.OAuth;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.SignIn.Transactions;
using Microsoft.AspNetCore.DataProtection;

namespace Anteroom.Server.Federation.Oidc.PushedAuthorization;

/// <summary>A request as its client pushed it, without what the client proved itself with.</summary>
/// <param name="Pairs">Names and values in turn.</param>
internal sealed record PushedRequest(string ClientId, IReadOnlyList<string> Pairs);

/// <summary>Pushed authorization requests (RFC 9126): kept for a minute under a handle of ours, which is the only <c>request_uri</c> that means anything here (SEC-105).</summary>
/// <remarks>
/// Until its end a handle may be opened again, because people reload pages; but one code comes of it, for <see cref="TryUseUpAsync"/> is part of the transaction
/// that makes the code.
/// </remarks>
public sealed class PushedRequests(StoredRequests stored, IDataProtectionProvider protection, TimeProvider clock)
{
    /// <summary>How each <c>request_uri</c> of ours begins (RFC 9126 §2.2).</summary>
    public const string UriPrefix = "urn:ietf:params:oauth:request_uri:";

    public const string Prefix = "par";

    // From the handle's end: the sign-in that it began may take its time, and begin anew when another account is chosen.
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    private static readonly string[] Credentials = ["client_secret", "client_assertion", "client_assertion_type"];

    private readonly SealedJson<PushedRequest> _sealed = new(
        protection,
        "Anteroom.Federation.Oidc.PushedRequest.v1",
        OidcJson.Default.PushedRequest
    );

    /// <returns>The handle, or null where this network has stored its share of this minute.</returns>
    public Task<Handle?> KeepAsync(
        HttpContext http,
        Application application,
        IEnumerable<KeyValuePair<string, string>> pairs,
        CancellationToken ct
    )
    {
        var kept = pairs
            .Where(pair => !Credentials.Contains(pair.Key) && pair.Key != "client_id")
            .SelectMany(pair => new[] { pair.Key, pair.Value });
        var request = new PushedRequest(application.ClientId, ["client_id", application.ClientId, .. kept]);
        return stored.StoreAsync(
            http,
            Handle.New(Prefix, application.Organization),
            _sealed.Seal(request),
            OidcLifetimes.PushedRequest,
            ct
        );
    }

    /// <summary>What that client pushed under a handle; null where it is unknown, too old, or another client's.</summary>
    public async Task<OAuthParameters?> FindAsync(Handle handle, string? clientId, CancellationToken ct)
    {
        if (
            await stored.FindAsync(handle, clock.GetUtcNow(), ct) is not { } bytes
            || _sealed.Open(bytes) is not { } request
            || request.ClientId != clientId
        )
            return null;
        var pairs = request.Pairs.Chunk(2).Select(pair => KeyValuePair.Create(pair[0], pair[1]));
        return OidcForms.Parse(pairs).TryGet(out var parameters, out _) ? parameters : null;
    }

    /// <summary>The handle in a <c>request_uri</c> of ours; null for any other address.</summary>
    public static Handle? HandleOf(string? requestUri) =>
        requestUri is not null
        && requestUri.StartsWith(UriPrefix, StringComparison.Ordinal)
        && Handle.TryParse(Prefix, requestUri[UriPrefix.Length..], out var handle)
            ? handle
            : null;

    /// <summary>Within the transaction that makes the code: true for the first, on whichever node, and false ever after.</summary>
    public static async Task<bool> TryUseUpAsync(Transaction transaction, Handle handle, DateTimeOffset now, CancellationToken ct)
    {
        // The handle is its application's; a platform application's serves people of any organization, and only once in all of them.
        var organization = transaction.Organization;
        if (handle.Organization != organization)
            transaction.SwitchTo(handle.Organization);
        var used = await transaction.ExecuteAsync(
            """
            INSERT INTO consumed (organization_id, sha256, purpose, expires_at) VALUES (@organization, @sha256, 'pushed_request', @until)
            ON CONFLICT DO NOTHING
            """,
            new { sha256 = handle.Sha256(), until = now + Remembered },
            ct
        );
        if (handle.Organization != organization)
            transaction.SwitchTo(organization);
        return used == 1;
    }
}

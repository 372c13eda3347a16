using System.Security.Cryptography;
using System.Text.Json;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Observability;
using Anteroom.Server.Platform.Web;
using Microsoft.AspNetCore.DataProtection;

namespace Anteroom.Server.SignIn.Transactions;

/// <summary>Keeps transactions in the browser: one encrypted, authenticated cookie each, opened by us alone; a large one in a row (SEC-002, SEC-033).</summary>
public sealed class TransactionCookies(
    CookieNames names,
    StoredRequests stored,
    AnteroomOptions options,
    TimeProvider clock,
    IDataProtectionProvider protection
)
{
    private const string Prefix = "tx-";
    private const int MaxAlive = 8;
    private const int MaxCookieBytes = 3_000;
    private const int MaxTotalBytes = 6_500; // leaves room for sessions below 8 KB in all

    private const int StepBytes = 64;

    private static readonly int NoAccountBytes = $$""","{{nameof(SignInTransaction.ExpectedUser)}}":{"Value":"{{Guid.Empty}}"}""".Length;

    private readonly IDataProtector _protector = protection.CreateProtector("Anteroom.SignIn.Transaction.v1");

    /// <returns>False when this network has stored too many large requests; the caller answers 429.</returns>
    public async Task<bool> WriteAsync(HttpContext http, SignInTransaction transaction, CancellationToken ct)
    {
        var name = names.For(Prefix + transaction.Id);
        transaction = transaction with
        {
            Host = OrganizationHost.Of(http)?.Organization,
            Trace = transaction.Trace ?? TraceLinks.Mark(options),
        };
        var sealedText = Convert.ToBase64String(_protector.Protect(Write(transaction))).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        if (sealedText.Length > MaxCookieBytes)
        {
            var handle = await stored.StoreAsync(http, Convert.FromBase64String(Pad(sealedText)), SignInTransaction.Lifetime, ct);
            if (handle is null)
                return false;
            sealedText = handle.Reveal();
        }

        DropOldest(http, name, sealedText.Length);
        http.Response.Cookies.Append(name, sealedText, names.Options(SameSiteMode.Lax, SignInTransaction.Lifetime));
        return true;
    }

    /// <returns>The transaction, or null where this browser has none of that id that we can open.</returns>
    public async Task<SignInTransaction?> ReadAsync(HttpContext http, TransactionId id, CancellationToken ct)
    {
        if (!http.Request.Cookies.TryGetValue(names.For(Prefix + id), out var text) || text.Length > 4096)
            return null;

        byte[]? bytes;
        if (Handle.TryParse(StoredRequests.Prefix, text, out var handle))
            bytes = await stored.FindAsync(handle, clock.GetUtcNow(), ct);
        else
            bytes = TryDecode(text);
        if (bytes is null)
            return null;

        try
        {
            var transaction = JsonSerializer.Deserialize(_protector.Unprotect(bytes), TransactionJson.Default.SignInTransaction);
            // A cookie that was carried to another host opens nothing there.
            if (transaction?.Id != id || transaction.Host != OrganizationHost.Of(http)?.Organization)
                return null;
            TraceLinks.Follow(transaction.Trace);
            return transaction;
        }
        catch (Exception e) when (e is CryptographicException or JsonException)
        {
            return null; // not ours, from keys that are gone, or of another version: not signed in, never an error (SEC-045)
        }
    }

    public void Delete(HttpContext http, TransactionId id) =>
        http.Response.Cookies.Delete(names.For(Prefix + id), names.Options(SameSiteMode.Lax, TimeSpan.Zero));

    /// <summary>White space stands for an account that is not meant, so that the length does not tell whether a typed name is one (SEC-042).</summary>
    /// <remarks>More of it fills up to whole steps, so that little else can be told by it either.</remarks>
    private static byte[] Write(SignInTransaction transaction)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(transaction, TransactionJson.Default.SignInTransaction);
        var length = json.Length + (transaction.ExpectedUser is null ? NoAccountBytes : 0);
        var filled = new byte[(length + StepBytes - 1) / StepBytes * StepBytes];
        json.CopyTo(filled, 0);
        filled.AsSpan(json.Length).Fill((byte)' ');
        return filled;
    }

    private void DropOldest(HttpContext http, string own, int size)
    {
        var prefix = names.For(Prefix);
        var others = http
            .Request.Cookies.Where(cookie => cookie.Key != own && names.TryStrip(cookie.Key, Prefix, out _))
            .Select(cookie =>
                (
                    cookie.Key,
                    cookie.Value.Length,
                    Age: names.TryStrip(cookie.Key, Prefix, out var rest) && TransactionId.TryParse(rest, out var id)
                        ? id.Value
                        : Guid.Empty
                )
            )
            .OrderByDescending(cookie => cookie.Age) // version 7: newest first
            .ToList();

        var kept = 1;
        var total = size + prefix.Length + 32;
        foreach (var cookie in others)
        {
            total += cookie.Length + cookie.Key.Length;
            if (++kept > MaxAlive || total > MaxTotalBytes)
                http.Response.Cookies.Delete(cookie.Key, names.Options(SameSiteMode.Lax, TimeSpan.Zero));
        }
    }

    private static byte[]? TryDecode(string text)
    {
        try
        {
            return Convert.FromBase64String(Pad(text));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static string Pad(string text) => text.Replace('-', '+').Replace('_', '/') + new string('=', (4 - text.Length % 4) % 4);
}

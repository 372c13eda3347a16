using Anteroom.Protocols.Primitives;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn.Transactions;
using Microsoft.AspNetCore.DataProtection;

namespace Anteroom.Server.SignIn.SignOut;

/// <summary>Remembers in the browser, encrypted, where a sign-out ends.</summary>
public sealed class PendingSignOuts(CookieNames names, IDataProtectionProvider protection, TimeProvider clock)
{
    private const string Name = "sign-out";

    /// <summary>Browsers drop a cookie whose name and value have more than 4,096 bytes.</summary>
    private const int MaxLength = 3_900;

    private readonly SealedJson<PendingSignOut> _sealed = new(
        protection,
        "Anteroom.SignIn.SignOut.v1",
        TransactionJson.Default.PendingSignOut
    );

    /// <summary>Where it would not fit a cookie, the last farewells are left out: those applications hear by the back channel, and the way back is worth more.</summary>
    public void Write(HttpContext http, PendingSignOut pending)
    {
        var text = Seal(pending);
        for (var left = pending.Farewells.Count - 1; left >= 0 && text.Length > MaxLength; left--)
            text = Seal(pending with { Farewells = [.. pending.Farewells.Take(left)] });
        http.Response.Cookies.Append(names.For(Name), text, names.Options(SameSiteMode.Lax, PendingSignOut.Lifetime));
    }

    private string Seal(PendingSignOut pending) => Base64Url.Encode(_sealed.Seal(pending));

    public PendingSignOut? Read(HttpContext http) =>
        http.Request.Cookies.TryGetValue(names.For(Name), out var text)
        && text.Length <= 4096
        && Base64Url.TryDecode(text, out var bytes)
        && _sealed.Open(bytes) is { } pending
        && clock.GetUtcNow() - pending.CreatedAt < PendingSignOut.Lifetime
            ? pending
            : null;

    public void Delete(HttpContext http) => http.Response.Cookies.Delete(names.For(Name), names.Options(SameSiteMode.Lax, TimeSpan.Zero));
}

using System.Security.Cryptography;
using System.Text;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn.Transactions;

namespace Anteroom.Server.SignIn.OwnHost;

/// <summary>Knows a browser again that came to an organization's host to fetch a sign-in. The cookie grants nothing and names nobody.</summary>
public sealed class Arrivals(CookieNames names)
{
    private const string Name = "arrival";
    private const int Bytes = 32;

    /// <summary>Gives the browser its value, or finds the one it has: several tabs share it, so that none undoes the other's.</summary>
    /// <returns>The value's SHA-256, which may travel in an address.</returns>
    public string Mark(HttpContext http)
    {
        var value = ValueOf(http) ?? Base64Url.Encode(RandomNumberGenerator.GetBytes(Bytes));
        http.Response.Cookies.Append(names.For(Name), value, names.Options(SameSiteMode.Lax, SignInTransaction.Lifetime));
        return Hash(value);
    }

    public bool IsOf(HttpContext http, string? arrival) =>
        arrival is not null
        && ValueOf(http) is { } value
        && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Hash(value)), Encoding.ASCII.GetBytes(arrival));

    /// <summary>Whether a text can be what <see cref="Mark"/> returns.</summary>
    public static bool IsPossible(string text) => Base64Url.TryDecode(text, out var bytes) && bytes.Length == SHA256.HashSizeInBytes;

    private string? ValueOf(HttpContext http) =>
        http.Request.Cookies.TryGetValue(names.For(Name), out var value)
        && Base64Url.TryDecode(value, out var bytes)
        && bytes.Length == Bytes
            ? value
            : null;

    private static string Hash(string value) => Base64Url.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(value)));
}

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Anteroom.EntraEmulator.Hosting;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Authorize;

/// <summary>The browser's cookies at one listener: a lasting id that forms are bound to, and the single sign-on session.</summary>
/// <remarks>
/// Names carry the port, because ports of one host share a cookie jar. Over https the cookies are <c>SameSite=None</c> as Entra's are,
/// so that <c>prompt=none</c> works in a frame; browsers refuse that over plain http, where they are <c>Lax</c>.
/// </remarks>
internal sealed class Browser(EntraDirectory directory, TimeProvider clock)
{
    /// <summary>How often "last seen" is written: the session slides by hours, not by requests.</summary>
    private static readonly TimeSpan Touch = TimeSpan.FromMinutes(10);

    public static string IdOf(HttpContext http)
    {
        if (http.Items["browser"] is string known)
            return known;
        var name = CookieName(http, "browser");
        var id = http.Request.Cookies[name] is { Length: 43 } sent && Base64Url.IsValid(sent) ? sent : NewId();
        if (http.Request.Cookies[name] != id)
            http.Response.Cookies.Append(name, id, Cookie(http, EntraDirectory.PersistentSessionLife));
        http.Items["browser"] = id;
        return id;
    }

    /// <summary>The hidden field of forms outside a sign-in: proves that the form came from here, to this browser.</summary>
    public string FormToken(HttpContext http) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(directory.Seed, Encoding.ASCII.GetBytes("form:" + IdOf(http))));

    public bool IsFormToken(HttpContext http, string? token) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(FormToken(http)), Encoding.UTF8.GetBytes(token ?? ""));

    public BrowserSession? SessionOf(HttpContext http)
    {
        // A session made in this very request is not in its cookies yet.
        var id = http.Items["session"] as string;
        if (id is null && http.Request.Cookies[CookieName(http, "session")] is { Length: 43 } value)
            id = Hash(value);
        var session = id is null ? null : directory.Sessions.Find(id);
        return session is null || EntraDirectory.IsOver(session, clock.GetUtcNow()) ? null : session;
    }

    /// <summary>Accounts of the session whose sign-in was not revoked since.</summary>
    public IReadOnlyList<SignedInAccount> AccountsOf(HttpContext http) =>
        [
            .. (SessionOf(http)?.Accounts ?? []).Where(account =>
                directory.Users.Find(account.UserId) is { } user
                && user.SignInSessionsValidFromDateTime <= account.AuthenticatedAt
                // A cookie that a password bought ends with that password (entra-oidc.md §9.4).
                && (user.LastPasswordChangeDateTime ?? account.AuthenticatedAt) <= account.AuthenticatedAt
            ),
        ];

    /// <summary>Adds an account after its password was right; the session gets a new id.</summary>
    public SignedInAccount SignIn(HttpContext http, Guid userId)
    {
        var now = clock.GetUtcNow();
        var old = SessionOf(http);
        var before = old?.Accounts.FirstOrDefault(known => known.UserId == userId);
        var account = new SignedInAccount(
            userId,
            now,
            before?.Sid ?? Protocols.Primitives.Identifiers.NewUuid(clock),
            before?.Applications ?? []
        );
        var value = NewId();
        var session = new BrowserSession(
            Hash(value),
            [.. (old?.Accounts ?? []).Where(known => known.UserId != userId), account],
            now,
            old?.Persistent ?? false
        );
        directory.Write(
            changes =>
            {
                if (old is not null)
                    changes.Remove(directory.Sessions, old.Id);
                changes.Put(directory.Sessions, session);
            },
            durable: false
        );
        http.Response.Cookies.Append(
            CookieName(http, "session"),
            value,
            Cookie(http, session.Persistent ? EntraDirectory.PersistentSessionLife : null)
        );
        http.Items["session"] = session.Id;
        return account;
    }

    /// <summary>The second factor was given for one of the accounts.</summary>
    public void GaveFactor(HttpContext http, Guid userId)
    {
        if (SessionOf(http) is not { } session)
            return;
        var now = clock.GetUtcNow();
        var accounts = session.Accounts.Select(known => known.UserId == userId ? known with { MultiFactorAt = now } : known);
        directory.Write(changes => changes.Put(directory.Sessions, session with { Accounts = [.. accounts] }), durable: false);
    }

    /// <summary>A session without a sign-in page, for tests and benchmarks: returns the cookie's name and value.</summary>
    public (string Name, string Value) SignInWithoutPages(HttpContext http, Guid userId)
    {
        var now = clock.GetUtcNow();
        var value = NewId();
        var account = new SignedInAccount(userId, now, Protocols.Primitives.Identifiers.NewUuid(clock), []);
        directory.Write(changes => changes.Put(directory.Sessions, new BrowserSession(Hash(value), [account], now, false)), durable: false);
        return (CookieName(http, "session"), value);
    }

    /// <summary>Remembers that an application received something for an account, and slides the session.</summary>
    public void Used(HttpContext http, SignedInAccount account, Guid appId)
    {
        var now = clock.GetUtcNow();
        if (SessionOf(http) is not { } seen)
            return;
        var known = seen.Accounts.Any(other => other.UserId == account.UserId && other.Applications.Contains(appId));
        if (known && now - seen.LastSeen < Touch)
            return;
        directory.Write(
            changes =>
            {
                if (directory.Sessions.Find(seen.Id) is not { } session)
                    return;
                var accounts = session.Accounts.Select(other =>
                    other.UserId == account.UserId && !other.Applications.Contains(appId)
                        ? other with
                        {
                            Applications = [.. other.Applications, appId],
                        }
                        : other
                );
                changes.Put(directory.Sessions, session with { Accounts = [.. accounts], LastSeen = now });
            },
            durable: false
        );
    }

    /// <summary>"Stay signed in?" answered with yes: the same session, 90 days.</summary>
    public void Persist(HttpContext http)
    {
        if (SessionOf(http) is not { } session)
            return;
        directory.Write(changes => changes.Put(directory.Sessions, session with { Persistent = true }), durable: false);
        http.Response.Cookies.Append(
            CookieName(http, "session"),
            http.Request.Cookies[CookieName(http, "session")]!,
            Cookie(http, EntraDirectory.PersistentSessionLife)
        );
    }

    /// <summary>Ends one account's sign-in, or the whole session with its last one. Done on the disk before the answer.</summary>
    public void SignOut(HttpContext http, Guid userId)
    {
        if (SessionOf(http) is not { } session)
            return;
        var rest = session.Accounts.Where(account => account.UserId != userId).ToList();
        directory.Write(changes =>
        {
            if (rest.Count == 0)
                changes.Remove(directory.Sessions, session.Id);
            else
                changes.Put(directory.Sessions, session with { Accounts = rest });
        });
        if (rest.Count == 0)
            http.Response.Cookies.Delete(CookieName(http, "session"), Cookie(http, null));
    }

    private static string CookieName(HttpContext http, string purpose) => $"emulator-{purpose}-{Authority.Of(http).Port}";

    private static CookieOptions Cookie(HttpContext http, TimeSpan? life) =>
        new()
        {
            Path = "/",
            HttpOnly = true,
            Secure = http.Request.IsHttps,
            SameSite = http.Request.IsHttps ? SameSiteMode.None : SameSiteMode.Lax,
            MaxAge = life,
        };

    private static string NewId() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    private static string Hash(string value) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(value)));
}

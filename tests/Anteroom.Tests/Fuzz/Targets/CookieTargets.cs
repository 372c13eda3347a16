using Anteroom.Protocols.Primitives;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn;
using Anteroom.Server.SignIn.OwnHost;
using Anteroom.Server.SignIn.Sessions;
using Anteroom.Server.SignIn.SignOut;
using Anteroom.Server.SignIn.Transactions;
using Anteroom.Tests.Federation;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.DataProtection;

namespace Anteroom.Tests.Fuzz.Targets;

/// <summary>The browser's cookies: session handles, sealed transactions, the mark of an arrival, a pending sign-out.</summary>
internal static class CookieTargets
{
    private static readonly ManualClock Clock = new();
    private static readonly AnteroomOptions Options = new() { BaseUrl = "https://sso.example" };
    private static readonly CookieNames Names = new(Options);
    private static readonly EphemeralDataProtectionProvider Protection = new();

    // The rows behind large transactions are another target's: a handle in this cookie is recognised before the database would be asked.
    private static readonly TransactionCookies Transactions = new(Names, null!, Options, Clock, Protection);
    private static readonly SessionCookies Sessions = new(Names);
    private static readonly PendingSignOuts SignOuts = new(Names, Protection, Clock);
    private static readonly Arrivals Arriving = new(Names);

    private static readonly SignInTransaction Transaction = new(
        TransactionId.New(Clock),
        new SignInRequest(
            "oidc",
            "app_x",
            "Portal",
            OrganizationId.Platform,
            null,
            """{"r":"https://rp.example/cb"}""",
            "https://rp.example/cb",
            "mira@contoso.test",
            Interaction.AsNeeded,
            null,
            null,
            null
        ),
        Clock.GetUtcNow(),
        OrganizationId.Platform,
        Upstream: new UpstreamRequest(default, 1, "state", "nonce", "verifier", Clock.GetUtcNow())
    );

    private static readonly PendingSignOut SignOut = new(OrganizationId.Platform, "Portal", "https://rp.example/out", Clock.GetUtcNow())
    {
        Farewells = [new("app_x", SessionId.New(Clock)), new("app_y", SessionId.New(Clock))],
    };

    private static readonly string SealedTransaction = Written(http => _ = Transactions.WriteAsync(http, Transaction, default).Result);
    private static readonly string SealedSignOut = Written(http => SignOuts.Write(http, SignOut));

    private static readonly string TransactionCookie = Names.For($"tx-{Transaction.Id}");
    private static readonly string SignOutCookie = Names.For("sign-out");

    private static readonly Gen<string> SessionCookie =
        from organization in Pieces.Uuid
        let handle = Handle.New(SessionCookies.HandlePrefix, new(organization))
        select $"{Names.For("session-")}{Identifiers.ToBase32(organization)}={handle.Reveal()}";

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        FuzzTarget.OfText(
            "session-cookies",
            [Sessions.Read, Names.TryStrip],
            Gen.Choose(0, 20).SelectMany(count => SessionCookie.ArrayOf(count)).Select(cookies => string.Join("; ", cookies)),
            [Names.For("session-"), "; ", "=", "ss_", "\"", ",", "__Host-"],
            header =>
            {
                var handles = Sessions.Read(Browser(header));
                Assert.True(handles.Count <= 2 * SessionCookies.MaxAlive);
                Assert.All(handles, handle => Assert.Equal(SessionCookies.HandlePrefix, handle.Prefix));
                var decoded = Uri.UnescapeDataString(header); // as the framework reads cookies
                Assert.All(handles, handle => Assert.Contains(handle.Reveal(), decoded, StringComparison.Ordinal));
                return $"{handles.Count} sessions";
            }
        ),
        FuzzTarget.OfText(
            "transaction-cookie",
            [Transactions.ReadAsync],
            Gen.Elements(SealedTransaction, SealedSignOut),
            ["sr_", "CfDJ8", "A", "=", "_", "-"],
            value => ReadTransaction(Browser($"{TransactionCookie}={value}"), value)
        ),
        FuzzTarget.OfText(
            "sign-out-cookie",
            [SignOuts.Read],
            Gen.Elements(SealedSignOut, SealedTransaction),
            ["CfDJ8", "A", "=", "_", "-"],
            value =>
            {
                var pending = SignOuts.Read(Browser($"{SignOutCookie}={value}"));
                AssertUnchanged(pending);
                return pending is null ? "refused" : "read";
            }
        ),
        FuzzTarget.OfText(
            "cookie-header",
            [Sessions.Read, Transactions.ReadAsync, Transactions.WriteAsync, SignOuts.Read, Arriving.Mark],
            from sessions in SessionCookie.ArrayOf(2)
            from transactions in Gen.Choose(0, 12).SelectMany(count => Pieces.Uuid.ArrayOf(count))
            select string.Join(
                "; ",
                sessions
                    .Append($"{TransactionCookie}={SealedTransaction}")
                    .Append($"{SignOutCookie}={SealedSignOut}")
                    .Append($"{Names.For("arrival")}={new string('A', 43)}")
                    .Concat(transactions.Select(id => $"{Names.For("tx-")}{Identifiers.ToBase32(id)}=x"))
            ),
            [Names.For("tx-"), Names.For("session-"), "; ", "=", "\""],
            ReadAll
        ),
    ];

    private static string ReadTransaction(HttpContext http, string? value)
    {
        if (Handle.TryParse(StoredRequests.Prefix, value, out _))
            return "stored";
        var read = Transactions.ReadAsync(http, Transaction.Id, default).GetAwaiter().GetResult();
        Assert.True(read is null || read == Transaction); // sealed: unchanged, or nothing (SEC-033)
        return read is null ? "refused" : "read";
    }

    private static string ReadAll(string header)
    {
        var http = Browser(header);
        var sessions = Sessions.Read(http).Count;
        var transaction = ReadTransaction(http, http.Request.Cookies[TransactionCookie]);
        var signOut = SignOuts.Read(http);
        AssertUnchanged(signOut);
        Assert.True(Arrivals.IsPossible(Arriving.Mark(http)));
        Assert.True(Transactions.WriteAsync(http, Transaction, default).GetAwaiter().GetResult());
        // What we set goes back into a header: it must be one line each, whatever came in.
        Assert.All(http.Response.Headers.SetCookie, cookie => Assert.DoesNotContain(cookie!, char.IsControl));
        return $"{sessions} sessions, transaction {transaction}, sign-out {signOut is not null}, {http.Response.Headers.SetCookie.Count} set";
    }

    /// <summary>Sealed: as it was written, or nothing.</summary>
    private static void AssertUnchanged(PendingSignOut? pending)
    {
        if (pending is null)
            return;
        Assert.Equal(SignOut.Farewells, pending.Farewells);
        Assert.Equal(SignOut, pending with { Farewells = SignOut.Farewells });
    }

    private static DefaultHttpContext Browser(string cookies)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers.Cookie = cookies;
        return http;
    }

    private static string Written(Action<HttpContext> write)
    {
        var http = new DefaultHttpContext();
        write(http);
        return http.Response.Headers.SetCookie[^1]!.Split(';')[0].Split('=', 2)[1];
    }
}

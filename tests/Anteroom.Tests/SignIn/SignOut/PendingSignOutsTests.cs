using Anteroom.Protocols.Primitives;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn;
using Anteroom.Server.SignIn.SignOut;
using Anteroom.Tests.Federation;
using Microsoft.AspNetCore.DataProtection;

namespace Anteroom.Tests.SignIn.SignOut;

public sealed class PendingSignOutsTests
{
    private const string Cookie = "__Host-anteroom-sign-out";

    private readonly ManualClock _clock = new();
    private readonly PendingSignOuts _pendings;

    public PendingSignOutsTests() =>
        _pendings = new(
            new CookieNames(new AnteroomOptions { BaseUrl = "https://sso.example" }),
            new EphemeralDataProtectionProvider(),
            _clock
        );

    [Theory] // a cookie of more than 4,096 bytes is dropped by the browser, and the way back with it
    [InlineData(0, 20, 30)]
    [InlineData(1_500, 1, 15)]
    [InlineData(2_500, 0, 3)]
    [Trait("Security", "SEC-365")]
    public void Leaves_out_the_last_farewells_before_the_way_back(int stateLength, int least, int most)
    {
        var pending = Pending("https://rp.example/out?state=" + new string('s', stateLength));
        var text = Written(pending);
        Assert.InRange(Cookie.Length + 1 + text.Length, 1, 4_096);

        var read = Read(text);
        Assert.Equal(pending.ReturnUrl, read?.ReturnUrl);
        Assert.InRange(read!.Farewells.Count, least, most);
        Assert.Equal(pending.Farewells.Take(read.Farewells.Count), read.Farewells);
    }

    [Fact]
    public void Remembers_for_ten_minutes()
    {
        var text = Written(Pending("https://rp.example/out"));
        _clock.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        Assert.NotNull(Read(text));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(Read(text));
    }

    private PendingSignOut Pending(string returnUrl) =>
        new(OrganizationId.Platform, "Portal", returnUrl, _clock.GetUtcNow())
        {
            Farewells =
            [
                .. Enumerable
                    .Range(0, PendingSignOut.MaxFarewells)
                    .Select(_ => new Farewell($"app_{Identifiers.ToBase32(Identifiers.NewUuid(_clock))}", SessionId.New(_clock))),
            ],
        };

    private string Written(PendingSignOut pending)
    {
        var http = new DefaultHttpContext();
        _pendings.Write(http, pending);
        var cookie = http.Response.Headers.SetCookie[^1]!.Split(';')[0];
        Assert.StartsWith(Cookie + "=", cookie, StringComparison.Ordinal);
        return cookie[(Cookie.Length + 1)..];
    }

    private PendingSignOut? Read(string text)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers.Cookie = $"{Cookie}={text}";
        return _pendings.Read(http);
    }
}

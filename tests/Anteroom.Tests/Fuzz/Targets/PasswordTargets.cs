using System.Text;
using Anteroom.Server.Credentials.Passwords;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Web;
using FsCheck.Fluent;
using Microsoft.AspNetCore.DataProtection;

namespace Anteroom.Tests.Fuzz.Targets;

/// <summary>What people type for a password, and what their browsers bring along.</summary>
internal static class PasswordTargets
{
    private static readonly UserId User = new(Guid.Parse("01890a5d-ac96-774b-bcce-b302099a8057"));
    private static readonly DateTimeOffset SetAt = DateTimeOffset.UnixEpoch;
    private static readonly CookieNames Names = new(new AnteroomOptions());
    private static readonly KnownDevices Devices = new(Names, new EphemeralDataProtectionProvider(), TimeProvider.System);
    private static readonly string Cookie = Remembered();

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        FuzzTarget.OfText(
            "password",
            [Password.Read, PasswordRules.Judge],
            Gen.OneOf(
                Pieces.Text("abcdefgXYZ0189 -_@äßé\u0301\u0345\u1e9e\u2126\uac00", 10, 60),
                Pieces.Word.Select(word => word + word + "1234567"),
                Gen.Constant("plums sail beside quiet gravel")
            ),
            ["\ud83d", "\ude00", "\ufffe", "\u0301", "\0", "aaaa", "contoso", "password"],
            text =>
            {
                var (password, fault) = PasswordRules.Judge(text, PasswordRules.WordsOf("Contoso"));
                Assert.True(password is null ^ fault is null);
                if (Password.Read(text) is not { } read)
                    return "no password";
                Assert.InRange(read.Length, 1, Password.Longest);
                Assert.True(read.Reveal().IsNormalized(NormalizationForm.FormC));
                Assert.Equal(read.Reveal(), Password.Read(read.Reveal())?.Reveal()); // set and checked alike
                Assert.Equal("[password]", read.ToString());
                return fault?.ToString() ?? "taken";
            }
        ),
        FuzzTarget.OfText(
            "known-device",
            [Devices.Find],
            Gen.Constant(Cookie),
            ["A", "_", "-", "="],
            text =>
            {
                var http = new DefaultHttpContext();
                http.Request.Headers.Cookie = $"{Names.For("devices")}={text}";
                var device = Devices.Find(http, User, SetAt);
                Assert.True(device is null || text.Contains(Cookie, StringComparison.Ordinal)); // sealed: nobody makes one
                return device is null ? "unknown" : "known";
            }
        ),
    ];

    private static string Remembered()
    {
        var http = new DefaultHttpContext();
        Devices.Remember(http, User, SetAt);
        var set = http.Response.Headers.SetCookie.ToString();
        return set[(set.IndexOf('=', StringComparison.Ordinal) + 1)..set.IndexOf(';', StringComparison.Ordinal)];
    }
}

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Anteroom.Tests.EntraEmulator;

/// <summary>Redemptions of a code, field by field, and the verifier of RFC 7636's own example.</summary>
internal static class CodeForms
{
    public const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    public static string S256 { get; } = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    /// <param name="secret">Null for a client that sends none.</param>
    public static (string, string?)[] Of(
        EmulatorStage stage,
        string code,
        string redirectUri = EmulatorStage.RedirectUri,
        string? secret = "stage"
    ) =>
        [
            ("grant_type", "authorization_code"),
            ("client_id", stage.AppId),
            ("client_secret", secret is null ? null : stage.Secret),
            ("code", code),
            ("redirect_uri", redirectUri),
        ];
}

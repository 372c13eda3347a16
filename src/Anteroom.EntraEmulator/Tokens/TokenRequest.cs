using System.Text;
using Anteroom.EntraEmulator.Discovery;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary>A request to a token endpoint, of a client that exists but has proven nothing yet.</summary>
/// <param name="IsV1">It came to the v1.0 endpoint.</param>
internal sealed record TokenRequest(
    HttpContext Http,
    TenantSelector Tenant,
    IReadOnlyDictionary<string, string> Form,
    Application Client,
    PresentedCredential Credential,
    bool IsV1
)
{
    public string Origin => Http.Request.Headers.Origin.ToString();

    /// <summary>A parameter, or null where it is missing or empty.</summary>
    public string? this[string name] => Form.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    /// <summary>The answer may be read by the page of another site: single-page applications only (entra-oidc.md §3.4).</summary>
    public void AllowCrossOrigin() => Http.Response.Headers.AccessControlAllowOrigin = "*";
}

/// <summary>What a client shows of itself: a secret, a signed assertion, or nothing.</summary>
internal sealed record PresentedCredential(string? Secret, string? Assertion, string? AssertionType)
{
    public bool IsNone => Secret is null && Assertion is null;

    /// <summary>Client id and credential from HTTP Basic (each form-encoded, RFC 6749 §2.3.1) or from the form.</summary>
    public static (string? ClientId, PresentedCredential Credential) Read(HttpRequest request, IReadOnlyDictionary<string, string> form)
    {
        var (clientId, secret) = Basic(request.Headers.Authorization.ToString());
        return (
            clientId ?? form.GetValueOrDefault("client_id"),
            new PresentedCredential(
                Value(secret ?? form.GetValueOrDefault("client_secret")),
                Value(form.GetValueOrDefault("client_assertion")),
                Value(form.GetValueOrDefault("client_assertion_type"))
            )
        );
    }

    private static (string?, string?) Basic(string header)
    {
        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
            return default;
        var bytes = new byte[header.Length];
        if (!Convert.TryFromBase64String(header["Basic ".Length..].Trim(), bytes, out var length))
            return default;
        var parts = Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2);
        return parts.Length == 2 ? (Decode(parts[0]), Decode(parts[1])) : default;
    }

    private static string Decode(string value) => Uri.UnescapeDataString(value.Replace('+', ' '));

    private static string? Value(string? value) => string.IsNullOrEmpty(value) ? null : value;
}

/// <summary>How a client has proven itself, as <c>azpacr</c> and <c>appidacr</c> tell it (entra-oidc.md §4.2).</summary>
internal enum ClientProof
{
    Public = 0,
    Secret = 1,
    Assertion = 2,
}

/// <summary>A client whose credential was right, or that needs none.</summary>
internal sealed record ProvenClient(ClientProof Proof);

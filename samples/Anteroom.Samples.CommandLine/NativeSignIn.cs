using System.Buffers.Text;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Anteroom.Samples.CommandLine;

/// <summary>The authorization code flow of an installed application: the person's browser, PKCE, and an answer on loopback (RFC 8252, RFC 7636). There is no secret.</summary>
/// <param name="openBrowser">Shows a page to the person.</param>
public sealed class NativeSignIn(HttpClient http, string issuer, string clientId, Action<Uri> openBrowser)
{
    private const string Scope = "openid profile email";

    /// <param name="entry">User name, address or company code, where the person has said it already; it only saves them typing.</param>
    /// <returns>The claims of the id_token.</returns>
    public async Task<IReadOnlyDictionary<string, string>> RunAsync(string? entry, CancellationToken ct)
    {
        var provider = await GetAsync($"{issuer.TrimEnd('/')}/.well-known/openid-configuration", ct);
        if (provider.GetProperty("issuer").GetString() != issuer) // OpenID Connect Discovery §4.3
            throw new SignInException($"{issuer} calls itself otherwise.");

        using var receiver = new LoopbackReceiver();
        var (state, nonce, verifier) = (NewRandom(), NewRandom(), NewRandom());
        openBrowser(
            new(
                Text(provider, "authorization_endpoint")
                    + "?"
                    + Form(
                        ("client_id", clientId),
                        ("response_type", "code"),
                        ("redirect_uri", receiver.RedirectUri),
                        ("scope", Scope),
                        ("state", state),
                        ("nonce", nonce),
                        ("code_challenge", Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)))),
                        ("code_challenge_method", "S256"),
                        ("login_hint", entry)
                    )
            )
        );

        var answer = await receiver.ReceiveAsync(ct);
        if (answer.GetValueOrDefault("state") != state || answer.GetValueOrDefault("iss", issuer) != issuer) // RFC 9207
            throw new SignInException("The answer belongs to another request.");
        if (!answer.TryGetValue("code", out var code))
            throw new SignInException($"Nobody was signed in: {answer.GetValueOrDefault("error", "no code")}.");

        var tokens = await RedeemAsync(Text(provider, "token_endpoint"), code, verifier, receiver.RedirectUri, ct);
        return Check(Text(tokens, "id_token"), nonce);
    }

    private async Task<JsonElement> RedeemAsync(string endpoint, string code, string verifier, string redirectUri, CancellationToken ct)
    {
        using var body = new StringContent(
            Form(
                ("grant_type", "authorization_code"),
                ("client_id", clientId),
                ("code", code),
                ("code_verifier", verifier),
                ("redirect_uri", redirectUri)
            ),
            Encoding.UTF8,
            "application/x-www-form-urlencoded"
        );
        using var response = await http.PostAsync(new Uri(endpoint), body, ct);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(ct);
        return response.IsSuccessStatusCode ? answer : throw new SignInException($"The code was refused: {Text(answer, "error")}.");
    }

    /// <summary>The token came from the provider itself, over TLS or from this machine, so its signature adds nothing (OpenID Connect Core §3.1.3.7, 6).</summary>
    private Dictionary<string, string> Check(string idToken, string nonce)
    {
        using var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(idToken.Split('.')[1]));
        var claims = payload.RootElement.EnumerateObject().ToDictionary(claim => claim.Name, claim => claim.Value.ToString());
        var isOurs =
            claims.GetValueOrDefault("iss") == issuer
            && claims.GetValueOrDefault("aud") == clientId
            && claims.GetValueOrDefault("nonce") == nonce;
        return isOurs ? claims : throw new SignInException("The token is not for this sign-in.");
    }

    private async Task<JsonElement> GetAsync(string address, CancellationToken ct) =>
        await http.GetFromJsonAsync<JsonElement>(new Uri(address), ct);

    private static string Text(JsonElement document, string member) =>
        document.TryGetProperty(member, out var value) && value.GetString() is { } text
            ? text
            : throw new SignInException($"The provider says nothing of {member}.");

    private static string Form(params (string Name, string? Value)[] fields) =>
        string.Join(
            '&',
            fields.Where(field => field.Value is not null).Select(field => $"{field.Name}={Uri.EscapeDataString(field.Value!)}")
        );

    private static string NewRandom() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}

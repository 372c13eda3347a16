using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Anteroom.Protocols.Primitives;
using Microsoft.AspNetCore.WebUtilities;

namespace Anteroom.Bench.Stage;

/// <summary>What a redemption or refresh gave.</summary>
internal readonly record struct Tokens(string Access, string? Refresh);

/// <summary>An application and one browser that uses it: code flow with PKCE, as a careful client does it (RFC 6749 §4.1, RFC 7636).</summary>
internal sealed class Application(Client client, HttpMessageInvoker http)
{
    private readonly Browser _browser = new(http);

    private sealed record Attempt(string Address, string State, string Nonce, string Verifier);

    public void ForgetBrowser() => _browser.ForgetCookies();

    /// <summary>A browser that the target has never seen, and a person who is signed in at the provider.</summary>
    public async Task<Tokens> SignInAsync(int person, string scope = "openid profile email")
    {
        _browser.ForgetCookies();
        var attempt = Begin(scope);
        var callback = Upstream.SignIn((await _browser.GetAsync(attempt.Address)).Redirect(), person);
        return await RedeemAsync(attempt, (await _browser.GetAsync(callback)).Redirect());
    }

    /// <summary>The browser has a session: the answer to the authorization request is the code.</summary>
    public async Task<Tokens> AuthorizeAsync()
    {
        var attempt = Begin("openid profile email");
        return await RedeemAsync(attempt, (await _browser.GetAsync(attempt.Address)).Redirect());
    }

    public Task<Tokens> RefreshAsync(string refreshToken) =>
        TokensAsync([new("grant_type", "refresh_token"), new("refresh_token", refreshToken)], nonce: null);

    /// <summary>A token for the application itself (RFC 6749 §4.4).</summary>
    public Task<Tokens> ActAsync() => TokensAsync([new("grant_type", "client_credentials"), new("scope", "api")], nonce: null);

    public async Task IntrospectAsync(string accessToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"{client.Target.Address}/connect/introspect")
        {
            Content = new FormUrlEncodedContent([new("token", accessToken)]),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", client.Basic);
        var answer = (await _browser.SendAsync(request)).Expect(HttpStatusCode.OK);
        if (!answer.StartsWith("""{"active":true,""", StringComparison.Ordinal))
            throw new BenchException($"The token is not active: {answer}");
    }

    public async Task UserInfoAsync(string accessToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"{client.Target.Address}/connect/userinfo");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        (await _browser.SendAsync(request)).Expect(HttpStatusCode.OK);
    }

    /// <summary>An authorization request that says nothing about the person, up to the page that asks.</summary>
    public async Task<SignInPage> OpenSignInPageAsync()
    {
        _browser.ForgetCookies();
        var address = QueryHelpers.AddQueryString(client.Authorize.Split("&organization=")[0], Parameters(Begin("openid")));
        var page = new Uri(new Uri(client.Target.Address), (await _browser.GetAsync(address)).Redirect());
        return new(page, (await _browser.GetAsync(page.AbsoluteUri)).Expect(HttpStatusCode.OK), _browser);
    }

    /// <summary>An authorization request up to the address of the provider.</summary>
    public async Task OpenProviderAsync()
    {
        _browser.ForgetCookies();
        (await _browser.GetAsync(Begin("openid").Address)).Redirect();
    }

    private static Dictionary<string, string?> Parameters(Attempt attempt, string scope = "openid") =>
        new()
        {
            ["scope"] = scope,
            ["state"] = attempt.State,
            ["nonce"] = attempt.Nonce,
            ["code_challenge"] = Base64Url.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(attempt.Verifier))),
            ["code_challenge_method"] = "S256",
        };

    private Attempt Begin(string scope)
    {
        var attempt = new Attempt("", Random(), Random(), Random());
        return attempt with { Address = QueryHelpers.AddQueryString(client.Authorize, Parameters(attempt, scope)) };
    }

    private Task<Tokens> RedeemAsync(Attempt attempt, string location)
    {
        var query = QueryHelpers.ParseQuery(new Uri(location).Query);
        if (
            !location.StartsWith(client.RedirectUri, StringComparison.Ordinal)
            || query["state"] != attempt.State
            || query["code"].Count != 1
        )
            throw new BenchException($"No code at the application but {location}");
        return TokensAsync(
            [
                new("grant_type", "authorization_code"),
                new("code", query["code"].ToString()),
                new("redirect_uri", client.RedirectUri),
                new("code_verifier", attempt.Verifier),
            ],
            attempt.Nonce
        );
    }

    private async Task<Tokens> TokensAsync(KeyValuePair<string, string>[] form, string? nonce)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, client.Token) { Content = new FormUrlEncodedContent(form) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", client.Basic);
        using var response = await http.SendAsync(request, CancellationToken.None);
        var body = await response.Content.ReadAsStringAsync();
        if (response.StatusCode != HttpStatusCode.OK)
            throw new BenchException($"{(int)response.StatusCode} from the token endpoint: {body}");
        using var answer = JsonDocument.Parse(body);
        var access = answer.RootElement.GetProperty("access_token").GetString()!;
        if (
            nonce is not null
            && !Payload(answer.RootElement.GetProperty("id_token").GetString()!).Contains($"\"{nonce}\"", StringComparison.Ordinal)
        )
            throw new BenchException("The id_token is for another request.");
        var refresh = answer.RootElement.TryGetProperty("refresh_token", out var found) ? found.GetString() : null;
        return new(access, refresh);
    }

    private static string Payload(string token) =>
        Base64Url.TryDecode(token.Split('.')[1], out var bytes) ? Encoding.UTF8.GetString(bytes) : "";

    private static string Random() => Base64Url.Encode(RandomNumberGenerator.GetBytes(32));
}

using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;

namespace Anteroom.Samples.WebApplication.OpenIdConnect;

/// <summary>The authorization code flow with PKCE, from the link "Sign in" to a validated id_token, and the way out.</summary>
/// <remarks>OpenID Connect Core §3.1, RFC 7636 (PKCE), RFC 9207 (issuer in the response), OpenID Connect RP-Initiated Logout §2.</remarks>
public sealed class RelyingParty(ProviderSettings settings, Provider provider, TokenValidation tokens, IDataProtectionProvider protection)
{
    public const string CallbackPath = "/signin-oidc";
    public const string SignedOutPath = "/signed-out";
    private const string Scope = "openid profile email";

    private static readonly TimeSpan SignInTime = TimeSpan.FromMinutes(15);
    private readonly ITimeLimitedDataProtector _protector = protection.CreateProtector("sign-in").ToTimeLimitedDataProtector();

    /// <summary>Notes what the answer must match in a cookie of this browser, and says where to send it.</summary>
    public async Task<Uri> BeginSignInAsync(HttpContext http, CancellationToken ct)
    {
        var metadata = await provider.GetMetadataAsync(ct);
        var pending = new PendingSignIn(NewRandom(), NewRandom(), NewRandom(), OwnUri(http, CallbackPath), Activity.Current?.Id);
        http.Response.Cookies.Append(
            CookieName(pending.State),
            _protector.Protect(JsonSerializer.Serialize(pending), SignInTime),
            CookieOptions(http)
        );

        return new Uri(
            QueryHelpers.AddQueryString(
                metadata.AuthorizationEndpoint,
                new Dictionary<string, string?>
                {
                    ["client_id"] = settings.ClientId,
                    ["response_type"] = "code",
                    ["redirect_uri"] = pending.RedirectUri,
                    ["scope"] = Scope,
                    ["state"] = pending.State,
                    ["nonce"] = pending.Nonce,
                    ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(pending.Verifier))),
                    ["code_challenge_method"] = "S256",
                }
            )
        );
    }

    /// <summary>Checks the answer, redeems the code and validates the id_token.</summary>
    public async Task<SignedIn> FinishSignInAsync(HttpContext http, CancellationToken ct)
    {
        var answer = http.Request.Query;
        var metadata = await provider.GetMetadataAsync(ct);
        var pending = TakePending(http, answer["state"].ToString());
        // The browser brings no trace context back: without this link a sign-in would be two traces that know nothing of one another.
        if (ActivityContext.TryParse(pending.Trace, traceState: null, out var begun))
            Activity.Current?.AddLink(new ActivityLink(begun));

        // RFC 9207 §2.4: before anything else of the answer is believed.
        if (answer["iss"].ToString() is var issuer && issuer != settings.Authority && (issuer.Length > 0 || metadata.SendsIssuer))
            throw new SignInException("wrong_issuer", "The answer does not come from the provider that was asked.");
        if (answer["error"].ToString() is { Length: > 0 } error)
            throw new SignInException(
                error,
                answer["error_description"].ToString() is { Length: > 0 } words ? words : "The provider gave no description."
            );
        if (answer["code"].ToString() is not { Length: > 0 } code)
            throw new SignInException("no_code", "The answer holds neither a code nor an error.");

        var response = await RedeemAsync(metadata, code, pending, ct);
        var claims = await tokens.ValidateIdTokenAsync(response.IdToken, pending.Nonce, ct);
        return new SignedIn(response.IdToken, response.AccessToken, claims);
    }

    /// <summary>Where to send a browser whose session here has ended, so that it ends at the provider too.</summary>
    public async Task<string> SignOutUriAsync(HttpContext http, string? idToken, CancellationToken ct)
    {
        var metadata = await provider.GetMetadataAsync(ct);
        if (metadata.EndSessionEndpoint is not { } endpoint)
            return SignedOutPath;

        var query = new Dictionary<string, string?>
        {
            ["client_id"] = settings.ClientId,
            ["post_logout_redirect_uri"] = OwnUri(http, SignedOutPath),
        };
        if (idToken is not null)
            query["id_token_hint"] = idToken;
        return QueryHelpers.AddQueryString(endpoint, query);
    }

    /// <summary>The token request (OpenID Connect Core §3.1.3.1), authenticated with the secret when there is one.</summary>
    private async Task<TokenResponse> RedeemAsync(ProviderMetadata metadata, string code, PendingSignIn pending, CancellationToken ct)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = pending.RedirectUri,
            ["code_verifier"] = pending.Verifier,
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, metadata.TokenEndpoint);
        Authenticate(request, form, metadata);
        request.Content = new FormUrlEncodedContent(form);

        try
        {
            using var client = provider.CreateClient();
            using var response = await client.SendAsync(request, ct);
            if (response.IsSuccessStatusCode)
                return await response.Content.ReadFromJsonAsync<TokenResponse>(ct) ?? throw new JsonException("The answer is empty.");

            var refusal = await response.Content.ReadFromJsonAsync<TokenError>(ct);
            throw new SignInException(
                refusal?.Error ?? "token_refused",
                refusal?.Description ?? "The provider refused to redeem the code."
            );
        }
        catch (Exception failure)
            when (failure is HttpRequestException or JsonException or TaskCanceledException && !ct.IsCancellationRequested)
        {
            throw new SignInException("provider_unavailable", "The token endpoint does not answer as it should.", failure);
        }
    }

    private void Authenticate(HttpRequestMessage request, Dictionary<string, string> form, ProviderMetadata metadata)
    {
        if (settings.ClientSecret is not { } secret)
        {
            form["client_id"] = settings.ClientId;
        }
        else if (metadata.TokenEndpointAuthMethods is { } methods && !methods.Contains("client_secret_basic"))
        {
            form["client_id"] = settings.ClientId;
            form["client_secret"] = secret;
        }
        else
        {
            // RFC 6749 §2.3.1: both are form-encoded before they become a user name and a password.
            var credentials = $"{WebUtility.UrlEncode(settings.ClientId)}:{WebUtility.UrlEncode(secret)}";
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Basic",
                Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials))
            );
        }
    }

    /// <summary>The note of this sign-in, usable once: another browser has none, and a second answer finds it gone.</summary>
    private PendingSignIn TakePending(HttpContext http, string state)
    {
        if (state.Length > 0 && http.Request.Cookies[CookieName(state)] is { } cookie)
        {
            http.Response.Cookies.Delete(CookieName(state), CookieOptions(http));
            try
            {
                if (JsonSerializer.Deserialize<PendingSignIn>(_protector.Unprotect(cookie)) is { } pending && pending.State == state)
                    return pending;
            }
            catch (CryptographicException)
            {
                // Older than the sign-in may take, or not ours: as if there were none.
            }
        }
        throw new SignInException("unknown_sign_in", "This sign-in was begun in another browser, or too long ago. Start again.");
    }

    private static CookieOptions CookieOptions(HttpContext http) =>
        new()
        {
            HttpOnly = true,
            Secure = http.Request.IsHttps,
            SameSite = SameSiteMode.Lax,
            Path = CallbackPath,
            MaxAge = SignInTime,
        };

    // One cookie per sign-in, so that two tabs do not disturb one another.
    private static string CookieName(string state) =>
        "sample-sign-in-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(state)).AsSpan(0, 8));

    private static string OwnUri(HttpContext http, string path) => $"{http.Request.Scheme}://{http.Request.Host}{path}";

    private static string NewRandom() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    private sealed record PendingSignIn(string State, string Nonce, string Verifier, string RedirectUri, string? Trace);

    private sealed record TokenResponse(
        [property: JsonPropertyName("id_token"), JsonRequired] string IdToken,
        [property: JsonPropertyName("access_token"), JsonRequired] string AccessToken
    );

    private sealed record TokenError(
        [property: JsonPropertyName("error")] string? Error,
        [property: JsonPropertyName("error_description")] string? Description
    );
}

/// <summary>What a finished sign-in brought.</summary>
public sealed record SignedIn(string IdToken, string AccessToken, JsonElement Claims);

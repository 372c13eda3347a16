using System.Text.Json;
using Anteroom.Entra.Outbound;
using Anteroom.Entra.Providers;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Entra.Requests;

/// <summary>The provider's token endpoint as its verified metadata describes it, asked on behalf of one organization.</summary>
/// <remarks>AuthenticationMethods: <c>token_endpoint_auth_methods_supported</c>, null where the metadata is silent.</remarks>
public sealed record TokenEndpoint(UpstreamProvider Provider, Uri Address, IReadOnlyList<string>? AuthenticationMethods, string Partition);

/// <summary>What the token endpoint gave. Refresh tokens are dropped unless asked for.</summary>
public sealed record UpstreamTokens(string? IdToken, Secret? AccessToken, Secret? RefreshToken, TimeSpan? ExpiresIn)
{
    /// <summary>An id_token is proof of a sign-in until it expires: it is not printed either.</summary>
    public override string ToString() => "[upstream tokens]";
}

/// <summary>Redeems codes and asks for tokens at a provider's token endpoint (RFC 6749 §4.1.3, §6, §4.4; OIDC Core §3.1.3).</summary>
/// <remarks>Nothing is ever sent twice: a code redeemed a second time kills the first redemption at some providers.</remarks>
public sealed class TokenEndpointClient(OutboundHttp http)
{
    private const int LongestIdToken = 64 * 1024;

    /// <summary>Exchanges an authorization code. A success always has an id_token.</summary>
    public async Task<Result<UpstreamTokens, TokenEndpointFailure>> RedeemCodeAsync(
        TokenEndpoint endpoint,
        UpstreamClient client,
        string code,
        string redirectUri,
        Secret codeVerifier,
        CancellationToken ct
    )
    {
        var result = await RequestAsync(
            endpoint,
            client,
            [
                new("grant_type", "authorization_code"),
                new("code", code),
                new("redirect_uri", redirectUri),
                new("code_verifier", codeVerifier.Reveal()),
            ],
            keepRefreshToken: false,
            ct
        );
        if (!result.TryGet(out var tokens, out var failure))
            return failure;
        return tokens.IdToken is null ? new TokenResponseUnusable("id_token") : tokens;
    }

    /// <summary>Asks for an application's own token: shows that client id, secret and tenant fit together, without a person.</summary>
    public Task<Result<UpstreamTokens, TokenEndpointFailure>> RequestClientCredentialsAsync(
        TokenEndpoint endpoint,
        UpstreamClient client,
        string scope,
        CancellationToken ct
    ) => RequestAsync(endpoint, client, [new("grant_type", "client_credentials"), new("scope", scope)], keepRefreshToken: false, ct);

    /// <summary>Asks for fresh tokens; fails after the upstream account was disabled or its sessions were revoked.</summary>
    public Task<Result<UpstreamTokens, TokenEndpointFailure>> RefreshAsync(
        TokenEndpoint endpoint,
        UpstreamClient client,
        Secret refreshToken,
        CancellationToken ct
    ) =>
        RequestAsync(
            endpoint,
            client,
            [new("grant_type", "refresh_token"), new("refresh_token", refreshToken.Reveal())],
            keepRefreshToken: true,
            ct
        );

    /// <summary>Whether the provider knows a client that has no credential: begins a device sign-in (RFC 8628 §3.1), which nobody will finish.</summary>
    /// <param name="endpoint">The provider's device authorization endpoint.</param>
    /// <returns>Null where it does.</returns>
    public async Task<TokenEndpointFailure?> AskForClientAsync(TokenEndpoint endpoint, string clientId, CancellationToken ct)
    {
        var sent = await SendAsync(endpoint, [new("client_id", clientId), new("scope", "openid")], authorization: null, ct);
        return !sent.TryGet(out var response, out var failure) ? new TokenEndpointUnavailable(failure)
            : response.IsSuccess ? null
            : UpstreamTokenError.Read(response);
    }

    private async Task<Result<UpstreamTokens, TokenEndpointFailure>> RequestAsync(
        TokenEndpoint endpoint,
        UpstreamClient client,
        List<KeyValuePair<string, string>> form,
        bool keepRefreshToken,
        CancellationToken ct
    )
    {
        var authorization = client.AuthenticateTo(endpoint.Provider, endpoint.AuthenticationMethods, form);
        var sent = await SendAsync(endpoint, form, authorization, ct);
        if (!sent.TryGet(out var response, out var failure))
            return new TokenEndpointUnavailable(failure);
        return response.IsSuccess ? Read(response, keepRefreshToken) : UpstreamTokenError.Read(response);
    }

    private Task<Result<OutboundResponse, OutboundFailure>> SendAsync(
        TokenEndpoint endpoint,
        IReadOnlyList<KeyValuePair<string, string>> form,
        Secret? authorization,
        CancellationToken ct
    ) =>
        http.SendAsync(
            new OutboundRequest(HttpMethod.Post, endpoint.Address, endpoint.Partition, endpoint.Provider.Key, OutboundLimits.Other)
            {
                Form = form,
                Authorization = authorization,
                Trust = endpoint.Provider.TrustFor(endpoint.Address),
                ReadsErrorBody = true,
            },
            ct
        );

    private static Result<UpstreamTokens, TokenEndpointFailure> Read(OutboundResponse response, bool keepRefreshToken)
    {
        using var document = JsonDocument.Parse(response.Body);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
            return new TokenResponseUnusable("object");
        if (!Text(root, "token_type").Equals("Bearer", StringComparison.OrdinalIgnoreCase) && !root.TryGetProperty("id_token", out _))
            return new TokenResponseUnusable("token_type");

        var idToken = Text(root, "id_token");
        if (idToken.Length > LongestIdToken)
            return new TokenResponseUnusable("id_token");
        return new UpstreamTokens(
            idToken.Length > 0 ? idToken : null,
            SecretOf(Text(root, "access_token")),
            keepRefreshToken ? SecretOf(Text(root, "refresh_token")) : null,
            root.TryGetProperty("expires_in", out var seconds)
            && seconds.ValueKind == JsonValueKind.Number
            && seconds.TryGetInt32(out var count)
            && count > 0
                ? TimeSpan.FromSeconds(count)
                : null
        );
    }

    private static string Text(JsonElement root, string member) =>
        root.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static Secret? SecretOf(string text) => text.Length > 0 ? new Secret(text) : null;
}

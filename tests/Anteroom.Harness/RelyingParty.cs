using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Platform;

namespace Anteroom.Harness;

/// <summary>An application that gets people signed in by Anteroom: authorization code with PKCE, written against the standard only (RFC 6749, RFC 7636).</summary>
public sealed class RelyingParty(AnteroomRig rig, string clientId, string? clientSecret)
{
    /// <summary>Nobody listens there: browsers of the rig stop and show where they were sent.</summary>
    public const string Origin = "https://app.example/";

    public const string RedirectUri = Origin + "callback";
    public const string SignedOutUri = Origin + "signed-out";

    private static readonly HttpClient Http = new(
        new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            MaxConnectionsPerServer = 2_000,
        }
    );

    public string ClientId => clientId;

    public string? ClientSecret => clientSecret;

    /// <summary>Registers an application of the platform, or of one organization.</summary>
    public static async Task<RelyingParty> RegisterAsync(
        AnteroomRig rig,
        OrganizationId? organization = null,
        string clientKind = "confidential",
        Func<ApplicationDraft, ApplicationDraft>? change = null,
        CancellationToken ct = default
    )
    {
        var plain = new ApplicationDraft
        {
            Name = "Sample",
            Protocol = "oidc",
            ClientKind = clientKind,
            RedirectUris = [RedirectUri],
            PostLogoutRedirectUris = [SignedOutUri],
        };
        var registered = await rig.Get<ApplicationRegistry>()
            .RegisterAsync(organization ?? OrganizationId.Platform, change?.Invoke(plain) ?? plain, AnteroomRig.Desk, ct);
        return registered.TryGet(out var made, out var refusal)
            ? new RelyingParty(rig, made.Application.ClientId, made.ClientSecret?.Reveal())
            : throw new InvalidOperationException(string.Join(' ', refusal.Errors.Values.Prepend(refusal.Reason)));
    }

    /// <param name="parameters">Added to, or put in place of, what a plain request carries; null takes one away.</param>
    public AuthorizationAttempt Begin(params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var attempt = new AuthorizationAttempt(Random(), Random(), Random(32));
        Dictionary<string, string?> all = new()
        {
            ["client_id"] = clientId,
            ["redirect_uri"] = RedirectUri,
            ["response_type"] = "code",
            ["scope"] = "openid profile email offline_access",
            ["state"] = attempt.State,
            ["nonce"] = attempt.Nonce,
            ["code_challenge"] = Base64Url.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(attempt.Verifier))),
            ["code_challenge_method"] = "S256",
        };
        foreach (var (name, value) in parameters)
            all[name] = value;
        attempt.Address = Queries.Build($"{rig.Address}/connect/authorize", all);
        return attempt;
    }

    /// <summary>The same attempt, pushed first (RFC 9126): the browser carries only where it waits.</summary>
    public async Task<AuthorizationAttempt> PushAsync(AuthorizationAttempt attempt, int node = 0)
    {
        var pushed = await FormAsync("/connect/par", node, [.. Queries.Read(attempt.Address).Select(pair => (pair.Key, pair.Value))]);
        Dictionary<string, string?> reference = new() { ["client_id"] = clientId, ["request_uri"] = pushed.RequestUri };
        return attempt with { Address = Queries.Build($"{rig.Address}/connect/authorize", reference) };
    }

    /// <summary>Exchanges the code that the browser brought, after checking the answer's state and issuer as a careful client does (RFC 9207).</summary>
    public async Task<TokenAnswer> RedeemAsync(AuthorizationAttempt attempt, Page page, int node = 0)
    {
        var answer = page.Answer;
        if (page.Location?.StartsWith(RedirectUri, StringComparison.Ordinal) != true || !answer.TryGetValue("code", out var code))
            throw new InvalidOperationException($"No code at the application but {(int)page.Status} {page.Location ?? page.Text}");
        if (answer.GetValueOrDefault("state") != attempt.State || answer.GetValueOrDefault("iss") != rig.Address)
            throw new InvalidOperationException("The answer carries another state or issuer.");
        return await RedeemAsync(code, attempt.Verifier, node);
    }

    public Task<TokenAnswer> RedeemAsync(string code, string verifier, int node = 0) =>
        FormAsync(
            "/connect/token",
            node,
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", RedirectUri),
            ("code_verifier", verifier)
        );

    public Task<TokenAnswer> RefreshAsync(string refreshToken, int node = 0) =>
        FormAsync("/connect/token", node, ("grant_type", "refresh_token"), ("refresh_token", refreshToken));

    /// <summary>A request with an access token, e.g. to userinfo.</summary>
    public async Task<(HttpStatusCode Status, string Body)> CallAsync(string path, string accessToken, int node = 0)
    {
        using var request = Request(HttpMethod.Get, path, node);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        using var response = await Http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>A form to an endpoint for clients, with the application's proof of who it is.</summary>
    public async Task<TokenAnswer> FormAsync(string path, int node, params (string Name, string Value)[] form)
    {
        using var request = Request(HttpMethod.Post, path, node);
        var fields = form.ToDictionary(field => field.Name, field => field.Value);
        if (clientSecret is null)
            fields["client_id"] = clientId;
        else
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Basic",
                Convert.ToBase64String(Encoding.ASCII.GetBytes($"{Uri.EscapeDataString(clientId)}:{Uri.EscapeDataString(clientSecret)}"))
            );
        request.Content = new FormUrlEncodedContent(fields);
        using var response = await Http.SendAsync(request);
        return new TokenAnswer(response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private HttpRequestMessage Request(HttpMethod method, string path, int node)
    {
        var address = new Uri(rig.Address + path);
        var request = new HttpRequestMessage(method, rig.RouteTo(node)(address));
        request.Headers.Host = address.Authority;
        return request;
    }

    private static string Random(int bytes = 16) => Base64Url.Encode(RandomNumberGenerator.GetBytes(bytes));
}

/// <summary>One request for a sign-in, with what its answer must match.</summary>
public sealed record AuthorizationAttempt(string State, string Nonce, string Verifier)
{
    public Uri Address { get; internal set; } = null!;
}

/// <summary>What the token endpoint, or another one for clients, said.</summary>
public sealed record TokenAnswer(HttpStatusCode Status, string Body)
{
    private readonly JsonObject? _json = Body.StartsWith('{') ? JsonNode.Parse(Body)!.AsObject() : null;

    public bool IsSuccess => Status == HttpStatusCode.OK;

    public string? Error => this["error"];

    /// <summary>What an answer that is a failure gives for quoting.</summary>
    public string? CorrelationId => this["correlationId"];

    public string IdToken => this["id_token"] ?? throw new InvalidOperationException(Body);

    public string AccessToken => this["access_token"] ?? throw new InvalidOperationException(Body);

    public string RequestUri => this["request_uri"] ?? throw new InvalidOperationException(Body);

    public string RefreshToken => this["refresh_token"] ?? throw new InvalidOperationException(Body);

    /// <summary>The claims of the id_token, unverified: other tests verify signatures.</summary>
    public JsonObject Claims => JsonNode.Parse(Base64Url.TryDecode(IdToken.Split('.')[1], out var bytes) ? bytes : [])!.AsObject();

    public string Subject => (string)Claims["sub"]!;

    private string? this[string member] => (string?)_json?[member];
}

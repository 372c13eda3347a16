using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Anteroom.Protocols.Primitives;
using Npgsql;

namespace Anteroom.Bench.Limits;

/// <summary>The least that a brokered sign-in can cost in .NET: what the protocol asks for, and two commits that survive a power cut. Not a usable server.</summary>
/// <remarks>
/// It has one application and one provider, both without settings; no accounts, no policy, no audit, no rate limits, no headers, no error pages.
/// Requests on the way are in memory. Sessions and codes are rows: written together at the callback, the code is taken at the redemption.
/// </remarks>
internal sealed class FloorProgram(string address, string upstream, NpgsqlDataSource database, TimeProvider clock) : IDisposable
{
    public const string ClientId = "application";
    public const string ClientSecret = "application-secret";
    public const string RedirectUri = "https://app.example/callback";

    private const string SessionCookie = "floor";
    private static readonly byte[] Basic = SHA256.HashData(Encoding.ASCII.GetBytes("Basic " + BasicValue()));

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly RSA _provider = RSA.Create();
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false });
    private readonly ConcurrentDictionary<string, Wish> _wishes = new();

    private sealed record Wish(string State, string Nonce, string Challenge, string OwnNonce, string Verifier);

    public static string BasicValue() => Convert.ToBase64String(Encoding.ASCII.GetBytes($"{ClientId}:{ClientSecret}"));

    public static async Task RunAsync(string address, string upstream, string connectionString, TimeProvider clock)
    {
        await using var database = NpgsqlDataSource.Create(connectionString + ";Max Auto Prepare=20;Auto Prepare Min Usages=1");
        using var floor = new FloorProgram(address, upstream, database, clock);
        await floor.PrepareAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address);
        await using var application = builder.Build();
        application.Run(floor.AnswerAsync);
        await application.RunAsync();
    }

    public void Dispose()
    {
        _key.Dispose();
        _provider.Dispose();
        _http.Dispose();
    }

    private async Task PrepareAsync()
    {
        await using var tables = database.CreateCommand(
            """
            CREATE TABLE IF NOT EXISTS floor_sessions (id text PRIMARY KEY, subject text NOT NULL);
            CREATE TABLE IF NOT EXISTS floor_codes (id text PRIMARY KEY, subject text NOT NULL, nonce text NOT NULL, challenge text NOT NULL);
            """
        );
        await tables.ExecuteNonQueryAsync();
        using var keys = JsonDocument.Parse(await _http.GetStringAsync($"{upstream}/{Stage.Upstream.Tenant}/discovery/v2.0/keys"));
        var key = keys.RootElement.GetProperty("keys")[0];
        _provider.ImportParameters(new() { Modulus = Bytes(key, "n"), Exponent = Bytes(key, "e") });
    }

    private Task AnswerAsync(HttpContext http) =>
        http.Request.Path.Value switch
        {
            "/authorize" => AuthorizeAsync(http),
            "/callback" => CallbackAsync(http),
            "/token" => TokenAsync(http),
            _ => Refuse(http, StatusCodes.Status404NotFound),
        };

    private async Task AuthorizeAsync(HttpContext http)
    {
        var query = http.Request.Query;
        var (state, nonce, challenge) = (query["state"].ToString(), query["nonce"].ToString(), query["code_challenge"].ToString());
        if (query["client_id"] != ClientId || query["redirect_uri"] != RedirectUri || challenge.Length != 43)
        {
            await Refuse(http);
            return;
        }
        if (http.Request.Cookies.TryGetValue(SessionCookie, out var session) && await SubjectOfAsync(session) is { } subject)
        {
            ToApplication(http, await WriteCodeAsync(null, subject, nonce, challenge), state);
            return;
        }

        var wish = new Wish(state, nonce, challenge, Random(), Random());
        var handle = Random();
        _wishes[handle] = wish;
        http.Response.Redirect(
            $"{upstream}/{Stage.Upstream.Tenant}/oauth2/v2.0/authorize?client_id={Stage.Upstream.ClientId}&response_type=code"
                + $"&redirect_uri={Uri.EscapeDataString(address + "/callback")}&scope=openid%20profile&state={handle}&nonce={wish.OwnNonce}"
                + $"&code_challenge={ChallengeOf(wish.Verifier)}&code_challenge_method=S256"
        );
    }

    private async Task CallbackAsync(HttpContext http)
    {
        var query = http.Request.Query;
        if (!_wishes.TryRemove(query["state"].ToString(), out var wish))
        {
            await Refuse(http);
            return;
        }
        var form = new FormUrlEncodedContent([
            new("grant_type", "authorization_code"),
            new("code", query["code"]),
            new("redirect_uri", address + "/callback"),
            new("client_id", Stage.Upstream.ClientId),
            new("client_secret", Stage.Upstream.ClientSecret),
            new("code_verifier", wish.Verifier),
        ]);
        using var answer = await _http.PostAsync($"{upstream}/{Stage.Upstream.Tenant}/oauth2/v2.0/token", form);
        using var tokens = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync());
        if (Subject(tokens.RootElement.GetProperty("id_token").GetString()!, wish.OwnNonce) is not { } subject)
        {
            await Refuse(http);
            return;
        }
        var session = Random();
        var code = await WriteCodeAsync(session, subject, wish.Nonce, wish.Challenge);
        http.Response.Headers.SetCookie = $"{SessionCookie}={session}; path=/; httponly; samesite=lax";
        ToApplication(http, code, wish.State);
    }

    /// <summary>The person, when signature, issuer, audience, nonce and times are right.</summary>
    private string? Subject(string token, string nonce)
    {
        var (first, last) = (token.IndexOf('.', StringComparison.Ordinal), token.LastIndexOf('.'));
        if (
            !Base64Url.TryDecode(token.AsSpan(last + 1), out var signature)
            || !_provider.VerifyData(Encoding.ASCII.GetBytes(token[..last]), signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            || !Base64Url.TryDecode(token.AsSpan(first + 1, last - first - 1), out var payload)
        )
            return null;
        using var parsed = JsonDocument.Parse(payload);
        var claims = parsed.RootElement;
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        return
            claims.GetProperty("iss").ValueEquals($"{upstream}/{Stage.Upstream.Tenant}/v2.0")
            && claims.GetProperty("aud").ValueEquals(Stage.Upstream.ClientId)
            && claims.GetProperty("nonce").ValueEquals(nonce)
            && claims.GetProperty("exp").GetInt64() > now
            && claims.GetProperty("nbf").GetInt64() <= now
            ? claims.GetProperty("oid").GetString()
            : null;
    }

    private async Task TokenAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync();
        var client = SHA256.HashData(Encoding.ASCII.GetBytes(http.Request.Headers.Authorization.ToString()));
        if (!CryptographicOperations.FixedTimeEquals(client, Basic) || form["grant_type"] != "authorization_code")
        {
            await Refuse(http, StatusCodes.Status401Unauthorized);
            return;
        }
        await using var take = database.CreateCommand("DELETE FROM floor_codes WHERE id = $1 RETURNING subject, nonce, challenge");
        take.Parameters.AddWithValue(form["code"].ToString());
        string subject,
            nonce;
        await using (var row = await take.ExecuteReaderAsync())
        {
            if (
                !await row.ReadAsync()
                || ChallengeOf(form["code_verifier"].ToString()) != row.GetString(2)
                || form["redirect_uri"] != RedirectUri
            )
            {
                await Refuse(http);
                return;
            }
            (subject, nonce) = (row.GetString(0), row.GetString(1));
        }

        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var common = $"\"iss\":\"{address}\",\"sub\":\"{subject}\",\"aud\":\"{ClientId}\",\"iat\":{now},\"exp\":{now + 600}";
        var idToken = Jwt.Sign(_key, $"{{{common},\"nonce\":\"{nonce}\"}}");
        var accessToken = Jwt.Sign(_key, $"{{{common},\"scope\":\"openid\",\"jti\":\"{Random()}\"}}");
        await WriteJsonAsync(
            http,
            $"{{\"access_token\":\"{accessToken}\",\"id_token\":\"{idToken}\",\"token_type\":\"Bearer\",\"expires_in\":600}}"
        );
    }

    private async Task<string?> SubjectOfAsync(string session)
    {
        await using var find = database.CreateCommand("SELECT subject FROM floor_sessions WHERE id = $1");
        find.Parameters.AddWithValue(session);
        return await find.ExecuteScalarAsync() as string;
    }

    /// <summary>One transaction: with a new session, or the code alone.</summary>
    private async Task<string> WriteCodeAsync(string? session, string subject, string nonce, string challenge)
    {
        var code = Random();
        await using var batch = database.CreateBatch();
        if (session is not null)
            batch.BatchCommands.Add(Command("INSERT INTO floor_sessions (id, subject) VALUES ($1, $2)", session, subject));
        batch.BatchCommands.Add(
            Command("INSERT INTO floor_codes (id, subject, nonce, challenge) VALUES ($1, $2, $3, $4)", code, subject, nonce, challenge)
        );
        await batch.ExecuteNonQueryAsync();
        return code;
    }

    private static NpgsqlBatchCommand Command(string text, params string[] values)
    {
        var command = new NpgsqlBatchCommand(text);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = value });
        return command;
    }

    private static void ToApplication(HttpContext http, string code, string state) =>
        http.Response.Redirect($"{RedirectUri}?code={code}&state={Uri.EscapeDataString(state)}");

    internal static Task WriteJsonAsync(HttpContext http, string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = bytes.Length;
        return http.Response.Body.WriteAsync(bytes, 0, bytes.Length);
    }

    private static Task Refuse(HttpContext http, int status = StatusCodes.Status400BadRequest)
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static string ChallengeOf(string verifier) => Base64Url.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));

    private static string Random() => Base64Url.Encode(RandomNumberGenerator.GetBytes(32));

    private static byte[] Bytes(JsonElement key, string member) =>
        Base64Url.TryDecode(key.GetProperty(member).GetString(), out var bytes)
            ? bytes
            : throw new BenchException("The key is unreadable.");
}

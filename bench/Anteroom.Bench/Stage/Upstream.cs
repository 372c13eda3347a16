using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Anteroom.Protocols.Primitives;
using Microsoft.AspNetCore.WebUtilities;

namespace Anteroom.Bench.Stage;

/// <summary>A provider with Entra's addresses and claims that keeps nothing: the code itself says who it is for. Runs in our process, so its CPU is nobody's.</summary>
/// <remarks>Its sign-in page is <see cref="SignIn"/>: no request at all, as if the person were signed in there and the network took no time.</remarks>
internal sealed class Upstream : IAsyncDisposable
{
    /// <summary>Of everybody's address.</summary>
    public const string Domain = "contoso.example";

    public const string Tenant = "6d1c7f5e-2c3a-4f0e-9b51-7a8e0c4d2b11";
    public const string ClientId = "9a3b1d7c-5e2f-4c88-a1d0-3f6b7e9c0d42";
    public const string ClientSecret = "a-secret-that-the-bench-does-not-check";
    private const string KeyId = "bench";

    private readonly WebApplication _application;
    private readonly TimeProvider _clock;
    private readonly RSA _key = RSA.Create(2048);
    private readonly string _header = Base64Url.Encode(Encoding.UTF8.GetBytes($$"""{"typ":"JWT","alg":"RS256","kid":"{{KeyId}}"}"""));

    private Upstream(WebApplication application, int port, TimeProvider clock) =>
        (_application, _clock, Address) = (application, clock, $"http://127.0.0.1:{port}");

    public string Address { get; }

    public string Issuer => $"{Address}/{Tenant}/v2.0";

    /// <summary>Under which a person is known there.</summary>
    public static string NameOf(int person) => $"person{person}@{Domain}";

    public static async Task<Upstream> StartAsync(int port, TimeProvider clock, CancellationToken ct)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var application = builder.Build();
        var upstream = new Upstream(application, port, clock);
        application.MapGet("/{tenant}/v2.0/.well-known/openid-configuration", upstream.Metadata);
        application.MapGet("/{tenant}/discovery/v2.0/keys", upstream.Keys);
        application.MapPost("/{tenant}/oauth2/v2.0/token", upstream.TokenAsync);
        await application.StartAsync(ct);
        return upstream;
    }

    /// <summary>Where the provider sends a browser that arrived with this request, once <paramref name="person"/> is signed in.</summary>
    public static string SignIn(string authorize, int person)
    {
        var query = QueryHelpers.ParseQuery(new Uri(authorize).Query);
        var code = Base64Url.Encode(Encoding.UTF8.GetBytes($"{query["nonce"]}\n{query["client_id"]}\n{person}"));
        return QueryHelpers.AddQueryString(
            query["redirect_uri"].ToString(),
            new Dictionary<string, string?>
            {
                ["code"] = code,
                ["state"] = query["state"],
                ["session_state"] = KeyId,
            }
        );
    }

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        _key.Dispose();
    }

    private IResult Metadata()
    {
        var root = $"{Address}/{Tenant}";
        return Json(
            new JsonObject
            {
                ["issuer"] = Issuer,
                ["authorization_endpoint"] = $"{root}/oauth2/v2.0/authorize",
                ["token_endpoint"] = $"{root}/oauth2/v2.0/token",
                ["jwks_uri"] = $"{root}/discovery/v2.0/keys",
                ["end_session_endpoint"] = $"{root}/oauth2/v2.0/logout",
                ["response_types_supported"] = new JsonArray("code", "id_token", "code id_token"),
                ["response_modes_supported"] = new JsonArray("query", "form_post"),
                ["subject_types_supported"] = new JsonArray("pairwise"),
                ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
                ["scopes_supported"] = new JsonArray("openid", "profile", "email"),
                ["token_endpoint_auth_methods_supported"] = new JsonArray("client_secret_post"),
                ["cloud_instance_name"] = new Uri(Address).Authority,
            }
        );
    }

    private IResult Keys()
    {
        var key = _key.ExportParameters(includePrivateParameters: false);
        return Json(
            new JsonObject
            {
                ["keys"] = new JsonArray(
                    new JsonObject
                    {
                        ["kty"] = "RSA",
                        ["use"] = "sig",
                        ["kid"] = KeyId,
                        ["n"] = Base64Url.Encode(key.Modulus),
                        ["e"] = Base64Url.Encode(key.Exponent),
                        ["issuer"] = Issuer,
                    }
                ),
            }
        );
    }

    private async Task<IResult> TokenAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        if (!Base64Url.TryDecode(form["code"].ToString(), out var bytes))
            return Results.BadRequest();
        var parts = Encoding.UTF8.GetString(bytes).Split('\n');
        var (nonce, client, person) = (parts[0], parts[1], int.Parse(parts[2], CultureInfo.InvariantCulture));
        var now = _clock.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["aud"] = client,
            ["iss"] = Issuer,
            ["iat"] = now - 300, // Entra dates back
            ["nbf"] = now - 300,
            ["exp"] = now + 3600,
            ["name"] = $"Person {person}",
            ["email"] = NameOf(person),
            ["nonce"] = nonce,
            ["oid"] = $"00000000-0000-4000-8000-{person:x12}",
            ["preferred_username"] = NameOf(person),
            ["sub"] = $"subject-{person}",
            ["tid"] = Tenant,
            ["uti"] = nonce,
            ["ver"] = "2.0",
        };
        var signed = _header + "." + Base64Url.Encode(Encoding.UTF8.GetBytes(claims.ToJsonString()));
        var signature = _key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return Json(
            new JsonObject
            {
                ["token_type"] = "Bearer",
                ["scope"] = "openid profile email",
                ["expires_in"] = 3600,
                ["access_token"] = "not-used",
                ["id_token"] = signed + "." + Base64Url.Encode(signature),
            }
        );
    }

    private static IResult Json(JsonObject answer) => Results.Text(answer.ToJsonString(), "application/json");
}

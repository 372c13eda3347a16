using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Anteroom.Harness;

namespace Anteroom.Interop.Entra;

/// <summary>An issuer of tokens outside of Entra, as a build system is one: metadata, keys and tokens, on a loopback port.</summary>
internal sealed class FederatedIssuer : IAsyncDisposable
{
    public const string Audience = "api://AzureADTokenExchange";
    private const string KeyId = "the-one-key";

    private readonly RSA _key = RSA.Create(2048);
    private readonly WebApplication _site;

    private FederatedIssuer(WebApplication site, string address) => (_site, Address) = (site, address);

    /// <summary>Also the issuer's name.</summary>
    public string Address { get; }

    public static async Task<FederatedIssuer> StartAsync()
    {
        var port = FreePort.Next();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Services.AddRoutingCore();
        var site = builder.Build();
        var issuer = new FederatedIssuer(site, $"http://localhost:{port}");
        site.UseRouting();
        site.MapGet(
            "/.well-known/openid-configuration",
            () => Json(new JsonObject { ["issuer"] = issuer.Address, ["jwks_uri"] = $"{issuer.Address}/keys" })
        );
        site.MapGet("/keys", () => Json(new JsonObject { ["keys"] = new JsonArray(issuer.Key()) }));
        await site.StartAsync();
        return issuer;
    }

    /// <summary>A token for five minutes from now.</summary>
    public string Issue(string subject, string audience = Audience)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var header = new JsonObject
        {
            ["alg"] = "RS256",
            ["typ"] = "JWT",
            ["kid"] = KeyId,
        };
        var claims = new JsonObject
        {
            ["iss"] = Address,
            ["sub"] = subject,
            ["aud"] = audience,
            ["iat"] = now,
            ["nbf"] = now,
            ["exp"] = now + 300,
        };
        var signed = $"{Encode(header)}.{Encode(claims)}";
        var signature = _key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    public async ValueTask DisposeAsync()
    {
        await _site.DisposeAsync();
        _key.Dispose();
    }

    private JsonObject Key()
    {
        var key = _key.ExportParameters(includePrivateParameters: false);
        return new JsonObject
        {
            ["kty"] = "RSA",
            ["use"] = "sig",
            ["kid"] = KeyId,
            ["n"] = Base64Url.EncodeToString(key.Modulus),
            ["e"] = Base64Url.EncodeToString(key.Exponent),
        };
    }

    private static string Encode(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));

    private static IResult Json(JsonObject body) => Results.Text(body.ToJsonString(), "application/json");
}

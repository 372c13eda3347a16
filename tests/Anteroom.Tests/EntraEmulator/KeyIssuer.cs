using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Anteroom.Tests.EntraEmulator;

/// <summary>An identity provider of somebody else, reduced to what a federated credential needs: discovery and one key.</summary>
internal sealed class KeyIssuer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<string> _paths = [];

    public KeyIssuer(RSA key)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        var parameters = key.ExportParameters(false);
        _app.Run(context =>
        {
            var path = context.Request.Path.Value!;
            lock (_paths)
                _paths.Add(path);
            var body = path.EndsWith("openid-configuration", StringComparison.Ordinal)
                ? new JsonObject { ["issuer"] = ClaimedIssuer ?? Url, ["jwks_uri"] = Url + "/keys" }
                : new JsonObject
                {
                    ["keys"] = new JsonArray(
                        new JsonObject
                        {
                            ["kty"] = "RSA",
                            ["kid"] = "key-1",
                            ["n"] = Base64Url.EncodeToString(parameters.Modulus),
                            ["e"] = Base64Url.EncodeToString(parameters.Exponent),
                        }
                    ),
                };
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(body.ToJsonString());
        });
        _app.StartAsync().GetAwaiter().GetResult();
        var address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Url = $"http://localhost:{new Uri(address).Port}";
    }

    public string Url { get; }

    /// <summary>What its document claims in place of its own address.</summary>
    public string? ClaimedIssuer { get; init; }

    public IReadOnlyList<string> Paths
    {
        get
        {
            lock (_paths)
                return [.. _paths];
        }
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}

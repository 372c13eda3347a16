using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Anteroom.Entra.IdTokens;
using Anteroom.Entra.Outbound;
using Anteroom.Entra.Providers;
using Anteroom.Protocols.Jose;
using Anteroom.Tests.Entra.IdTokens;

namespace Anteroom.Tests.Entra.Providers;

/// <summary>A provider on loopback whose metadata and keys a test bends, and a cache that reads them.</summary>
internal sealed class ProviderScenario : IAsyncDisposable
{
    public ProviderScenario(int capacity = 100)
    {
        Server = ScriptedServer.Replying(Answer);
        Cloud = Cloud.TryCreate("test", Server.Origin, $"{Server.Origin}/graph", [], out var cloud, out var fault)
            ? cloud
            : throw new InvalidOperationException(fault);
        Provider = new EntraProvider(Cloud, IdTokenScenario.Contoso);
        Allowance = OutboundAllowance.TryParse(Server.Origin, null, out var allowance, out fault)
            ? allowance
            : throw new InvalidOperationException(fault);
        Http = new OutboundHttp(new OutboundOptions { Allowances = [Allowance] }, Clock);
        Cache = new ProviderMetadataCache(Http, Clock, Alerts.Enqueue, capacity);
        Published = [IdTokenScenario.Key, IdTokenScenario.OtherKey];
    }

    public ManualClock Clock { get; } = new();
    public ScriptedServer Server { get; }
    public Cloud Cloud { get; }
    public UpstreamProvider Provider { get; set; }
    public OutboundAllowance Allowance { get; }
    public OutboundHttp Http { get; }
    public ProviderMetadataCache Cache { get; }
    public ConcurrentQueue<ProviderAlert> Alerts { get; } = [];

    /// <summary>Bends the metadata before it is sent.</summary>
    public Action<Dictionary<string, object?>> Metadata { get; set; } = _ => { };

    /// <summary>Bends the claims of the tokens before they are signed.</summary>
    public Action<Dictionary<string, object?>> BendToken { get; set; } = _ => { };

    public IReadOnlyList<SigningKey> Published { get; set; }

    /// <summary>Another answer than the documents, while set.</summary>
    public byte[]? Instead { get; set; }

    public byte[]? InsteadOfKeys { get; set; }

    public int MetadataFetches => Server.Requests.Count(request => request.Path.Contains("openid-configuration", StringComparison.Ordinal));
    public int KeyFetches => Server.Requests.Count(request => request.Path.Contains("/keys", StringComparison.Ordinal));

    public async Task<ProviderDocument> DocumentAsync() =>
        (await Cache.GetAsync(Provider, TestContext.Current.CancellationToken)).TryGet(out var document, out var fault)
            ? document
            : throw new InvalidOperationException(fault.Code);

    public async Task<ProviderFault?> FaultAsync() =>
        (await Cache.GetAsync(Provider, TestContext.Current.CancellationToken)).TryGet(out _, out var fault) ? null : fault;

    /// <summary>Signs a token of this provider and validates it as the sign-in flow does.</summary>
    public async Task<string?> SignInAsync(SigningKey key)
    {
        var token = new IdTokenScenario { SigningKey = key };
        token.Claims["iss"] = Cloud.IssuerOf(IdTokenScenario.Contoso);
        foreach (var time in (string[])["iat", "nbf", "exp"])
            token.Claims[time] = Clock.GetUtcNow().AddMinutes(time == "exp" ? 60 : -5).ToUnixTimeSeconds();
        BendToken(token.Claims);
        var expected = new EntraExpectations(Cloud, [IdTokenScenario.Contoso], IdTokenScenario.ClientId, IdTokenScenario.Nonce);
        var validated = await new IdTokenValidator(Cache, Clock).ValidateAsync(
            token.Token(),
            await DocumentAsync(),
            expected,
            TestContext.Current.CancellationToken
        );
        return validated.TryGet(out _, out var refusal) ? null : refusal.Code;
    }

    /// <summary>Waits until the refresh that a request has started in passing is over.</summary>
    public static async Task UntilAsync(Func<Task<bool>> reached)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await reached())
            await Task.Delay(5, limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await Cache.DisposeAsync();
        Http.Dispose();
        await Server.DisposeAsync();
    }

    private byte[] Answer(ScriptedRequest request)
    {
        if (Instead is not null)
            return Instead;
        var tenant = request.Path.Split('/')[1];
        if (request.Path.Contains("/keys", StringComparison.Ordinal))
            return InsteadOfKeys
                ?? Reply.Json(
                    Encoding.UTF8.GetString(IdTokenScenario.KeySet($"{Server.Origin}/{{tenantid}}/v2.0", [.. Published]).ToUtf8())
                );

        var members = new Dictionary<string, object?>
        {
            ["issuer"] = $"{Server.Origin}/{(tenant == "organizations" ? "{tenantid}" : tenant)}/v2.0",
            ["authorization_endpoint"] = $"{Server.Origin}/{tenant}/oauth2/v2.0/authorize",
            ["token_endpoint"] = $"{Server.Origin}/{tenant}/oauth2/v2.0/token",
            ["jwks_uri"] = $"{Server.Origin}/{tenant}/discovery/v2.0/keys",
            ["end_session_endpoint"] = $"{Server.Origin}/{tenant}/oauth2/v2.0/logout",
            ["userinfo_endpoint"] = $"{Server.Origin}/graph/oidc/userinfo",
            ["id_token_signing_alg_values_supported"] = new[] { "RS256" },
            ["token_endpoint_auth_methods_supported"] = new[] { "client_secret_post" },
        };
        Metadata(members);
        return Reply.Json(JsonSerializer.Serialize(members));
    }
}

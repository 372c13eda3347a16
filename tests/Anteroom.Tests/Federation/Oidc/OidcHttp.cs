using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Anteroom.Server.Federation.Oidc.Device;
using Anteroom.Server.Federation.Oidc.Discovery;
using Anteroom.Server.Federation.Oidc.Introspection;
using Anteroom.Server.Federation.Oidc.Jwks;
using Anteroom.Server.Federation.Oidc.PushedAuthorization;
using Anteroom.Server.Federation.Oidc.Revocation;
using Anteroom.Server.Federation.Oidc.Token;
using Anteroom.Server.Federation.Oidc.UserInfo;
using Anteroom.Server.Platform;

namespace Anteroom.Tests.Federation.Oidc;

/// <summary>The endpoints that programs call, over real HTTP, with the scenario's application behind them.</summary>
internal sealed class OidcHttp : IAsyncDisposable
{
    private OidcHttp(OidcScenario scenario, HttpClient client) => (Scenario, Client) = (scenario, client);

    public OidcScenario Scenario { get; }
    public HttpClient Client { get; }

    public static async Task<OidcHttp> StartAsync(OidcScenario scenario)
    {
        var application = scenario.Node.Application;
        DiscoveryEndpoint.Map(application);
        JwksEndpoint.Map(application);
        TokenEndpoint.Map(application);
        UserInfoEndpoint.Map(application);
        IntrospectionEndpoint.Map(application);
        RevocationEndpoint.Map(application);
        PushedAuthorizationEndpoint.Map(application);
        DeviceAuthorizationEndpoint.Map(application);
        await application.StartAsync();
        return new(scenario, new HttpClient { BaseAddress = new Uri(application.Urls.Single()) });
    }

    /// <summary>A redemption that succeeds for <c>client_secret_basic</c>; null removes a field.</summary>
    public async Task<(HttpResponseMessage Response, JsonElement Body)> RedeemAsync(
        Handle code,
        string? authorization = null,
        params (string Name, string? Value)[] changes
    )
    {
        var fields = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code.Reveal(),
            ["redirect_uri"] = OidcScenario.RedirectUri,
            ["code_verifier"] = Scenario.Verifier.Reveal(),
        };
        foreach (var (name, value) in changes)
            if (value is null)
                fields.Remove(name);
            else
                fields[name] = value;
        return await PostAsync("/connect/token", authorization, fields);
    }

    /// <summary>A form to an endpoint for clients.</summary>
    public async Task<(HttpResponseMessage Response, JsonElement Body)> PostAsync(
        string path,
        string? authorization,
        IEnumerable<KeyValuePair<string, string>> fields
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(fields) };
        if (authorization is not null)
            request.Headers.Authorization = AuthenticationHeaderValue.Parse(authorization);
        return await SendAsync(request);
    }

    public async Task<(HttpResponseMessage Response, JsonElement Body)> SendAsync(HttpRequestMessage request)
    {
        var response = await Client.SendAsync(request);
        var text = await response.Content.ReadAsByteArrayAsync();
        return (response, text.Length > 0 ? JsonElement.Parse(text) : default);
    }

    public static string Basic(string id, string secret) =>
        "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes($"{Uri.EscapeDataString(id)}:{Uri.EscapeDataString(secret)}"));

    public string Basic() => Basic(Scenario.Application.ClientId, Scenario.ClientSecret!.Reveal());

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Scenario.DisposeAsync();
    }
}

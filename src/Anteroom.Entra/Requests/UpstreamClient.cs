using Anteroom.Entra.Providers;
using Anteroom.Protocols.OAuth;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Entra.Requests;

/// <summary>Our client at a provider and how it shows who it is (RFC 6749 §2.3.1). Without a secret it is public and has PKCE alone.</summary>
public sealed record UpstreamClient(string ClientId, Secret? ClientSecret)
{
    /// <summary>Adds the client to a token request: fields, or the value of the Authorization header.</summary>
    /// <remarks>Entra takes the secret in the form. Another provider takes Basic unless its metadata names only the form
    /// (<c>client_secret_basic</c> is the default, OIDC Discovery §3).</remarks>
    internal Secret? AuthenticateTo(
        UpstreamProvider provider,
        IReadOnlyList<string>? supportedMethods,
        List<KeyValuePair<string, string>> form
    )
    {
        var basic = ClientSecret is not null && provider is OidcProvider && UsesBasic(supportedMethods);
        if (basic)
            return new Secret(new BasicCredentials(ClientId, ClientSecret!).ToHeader());

        form.Add(new("client_id", ClientId));
        if (ClientSecret is not null)
            form.Add(new("client_secret", ClientSecret.Reveal()));
        return null;
    }

    private static bool UsesBasic(IReadOnlyList<string>? supported) =>
        supported is null || supported.Contains("client_secret_basic") || !supported.Contains("client_secret_post");
}

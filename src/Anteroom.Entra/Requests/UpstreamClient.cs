using Anteroom.Entra.Providers;
using Anteroom.Protocols.OAuth;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Entra.Requests;

/// <summary>Our client at a provider and how it shows who it is (RFC 6749 §2.3). Without a credential it is public and has PKCE alone.</summary>
public sealed record UpstreamClient(string ClientId, Secret? ClientSecret)
{
    private const string JwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /// <summary>A signed statement in a secret's place (RFC 7523 §2.2, <see cref="ClientAssertions"/>): where there is one, no secret is sent.</summary>
    public Secret? Assertion { get; init; }

    public bool HasCredential => ClientSecret is not null || Assertion is not null;

    /// <summary>Adds the client to a token request: fields, or the value of the Authorization header.</summary>
    /// <remarks>Entra takes the secret in the form. Another provider takes Basic unless its metadata names only the form
    /// (<c>client_secret_basic</c> is the default, OIDC Discovery §3).</remarks>
    internal Secret? AuthenticateTo(
        UpstreamProvider provider,
        IReadOnlyList<string>? supportedMethods,
        List<KeyValuePair<string, string>> form
    )
    {
        var basic = Assertion is null && ClientSecret is not null && provider is OidcProvider && UsesBasic(supportedMethods);
        if (basic)
            return new Secret(new BasicCredentials(ClientId, ClientSecret!).ToHeader());

        form.Add(new("client_id", ClientId));
        if (Assertion is not null)
        {
            form.Add(new("client_assertion_type", JwtBearer));
            form.Add(new("client_assertion", Assertion.Reveal()));
        }
        else if (ClientSecret is not null)
            form.Add(new("client_secret", ClientSecret.Reveal()));
        return null;
    }

    private static bool UsesBasic(IReadOnlyList<string>? supported) =>
        supported is null || supported.Contains("client_secret_basic") || !supported.Contains("client_secret_post");
}

using Anteroom.Protocols.Jose;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Entra.Providers;

/// <summary>What we use of a provider's metadata (OIDC Discovery §3), after SEC-070: the issuer is the configured one, every endpoint is the provider's own.</summary>
public sealed record DiscoveryDocument
{
    private const int MaxBytes = 256 * 1024;

    private DiscoveryDocument() { }

    public required string Issuer { get; init; }

    public required Uri AuthorizationEndpoint { get; init; }

    public required Uri TokenEndpoint { get; init; }

    public required Uri KeySetAddress { get; init; }

    /// <summary>Null where the provider has no RP-initiated logout.</summary>
    public Uri? EndSessionEndpoint { get; init; }

    /// <summary><c>token_endpoint_auth_methods_supported</c>; null where the metadata is silent, which means Basic.</summary>
    public IReadOnlyList<string>? TokenEndpointAuthenticationMethods { get; init; }

    /// <summary>Of the announced algorithms those that we accept; RS256 where the metadata is silent.</summary>
    public required IReadOnlyList<SignatureAlgorithm> IdTokenAlgorithms { get; init; }

    /// <summary>The provider sends <c>iss</c> with every authorization response, so one without it is refused (RFC 9207 §2.4, SEC-066).</summary>
    public bool AnnouncesResponseIssuer { get; init; }

    internal static Result<DiscoveryDocument, ProviderFault> Read(UpstreamProvider provider, ReadOnlySpan<byte> body)
    {
        if (!StrictJson.ParseObject(body, MaxBytes).TryGet(out var members, out _))
            return ProviderFault.MalformedMetadata();
        if (!members.TryGetString("issuer", out var issuer) || issuer is null)
            return ProviderFault.MalformedMetadata("issuer");
        if (!string.Equals(issuer, provider.ExpectedIssuer, StringComparison.Ordinal))
            return ProviderFault.IssuerMismatch;

        if (
            !TryReadEndpoint(members, provider, "authorization_endpoint", out var authorization, out var fault)
            || !TryReadEndpoint(members, provider, "token_endpoint", out var token, out fault)
            || !TryReadEndpoint(members, provider, "jwks_uri", out var keys, out fault)
            || !TryReadEndpoint(members, provider, "end_session_endpoint", out var endSession, out fault)
            || !TryReadEndpoint(members, provider, "userinfo_endpoint", out _, out fault)
        )
            return fault;
        if (authorization is null)
            return ProviderFault.MalformedMetadata("authorization_endpoint");
        if (token is null)
            return ProviderFault.MalformedMetadata("token_endpoint");
        if (keys is null)
            return ProviderFault.MalformedMetadata("jwks_uri");
        if (!members.TryGetStrings("token_endpoint_auth_methods_supported", out var methods))
            return ProviderFault.MalformedMetadata("token_endpoint_auth_methods_supported");
        if (!members.TryGetStrings("id_token_signing_alg_values_supported", out var algorithms))
            return ProviderFault.MalformedMetadata("id_token_signing_alg_values_supported");
        if (!members.TryGetBoolean("authorization_response_iss_parameter_supported", out var announces))
            return ProviderFault.MalformedMetadata("authorization_response_iss_parameter_supported");

        return new DiscoveryDocument
        {
            Issuer = issuer,
            AuthorizationEndpoint = authorization,
            TokenEndpoint = token,
            KeySetAddress = keys,
            EndSessionEndpoint = endSession,
            TokenEndpointAuthenticationMethods = methods,
            IdTokenAlgorithms = Accepted(algorithms),
            AnnouncesResponseIssuer = announces ?? false,
        };
    }

    private static SignatureAlgorithm[] Accepted(IReadOnlyList<string>? announced)
    {
        var accepted = new List<SignatureAlgorithm>();
        foreach (var name in announced ?? ["RS256"])
            if (SignatureAlgorithm.TryParse(name, out var algorithm) && !accepted.Contains(algorithm))
                accepted.Add(algorithm);
        return [.. accepted];
    }

    /// <summary>Absent is fine here; present and not the provider's own is not.</summary>
    private static bool TryReadEndpoint(
        JsonMembers members,
        UpstreamProvider provider,
        string name,
        out Uri? endpoint,
        out ProviderFault fault
    )
    {
        endpoint = null;
        fault = ProviderFault.MalformedMetadata(name);
        if (!members.TryGetString(name, out var text))
            return false;
        if (text is null)
            return true;
        if (!Uri.TryCreate(text, UriKind.Absolute, out endpoint) || endpoint.UserInfo.Length > 0 || endpoint.Fragment.Length > 0)
            return false;
        fault = ProviderFault.ForeignEndpoint(name);
        return provider.Owns(endpoint);
    }
}

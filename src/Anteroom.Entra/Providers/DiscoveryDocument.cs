using Anteroom.Protocols.Jose;
using Anteroom.Protocols.OAuth;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Entra.Providers;

/// <summary>What we use of a provider's metadata, after SEC-070: the issuer is the configured one, every address is the provider's own.</summary>
public sealed record DiscoveryDocument
{
    private DiscoveryDocument() { }

    public required string Issuer { get; init; }

    public required Uri AuthorizationEndpoint { get; init; }

    public required Uri TokenEndpoint { get; init; }

    public required Uri KeySetAddress { get; init; }

    /// <summary>Null where the provider has no RP-initiated logout.</summary>
    public Uri? EndSessionEndpoint { get; init; }

    /// <summary>Where a device begins to sign in (RFC 8628 §3.1); null where the provider has none.</summary>
    public Uri? DeviceAuthorizationEndpoint { get; init; }

    /// <summary><c>token_endpoint_auth_methods_supported</c>; null where the metadata is silent, which means Basic.</summary>
    public IReadOnlyList<string>? TokenEndpointAuthenticationMethods { get; init; }

    /// <summary>Of the announced algorithms those that we accept; RS256 where the metadata is silent.</summary>
    public required IReadOnlyList<SignatureAlgorithm> IdTokenAlgorithms { get; init; }

    /// <summary>The provider sends <c>iss</c> with every authorization response, so one without it is refused (RFC 9207 §2.4, SEC-066).</summary>
    public bool AnnouncesResponseIssuer { get; init; }

    internal static Result<DiscoveryDocument, ProviderFault> Read(UpstreamProvider provider, ReadOnlySpan<byte> body)
    {
        if (!ProviderMetadata.Parse(body).TryGet(out var metadata, out var malformed))
            return ProviderFault.MalformedMetadata(malformed.Reason);
        if (!string.Equals(metadata.Issuer, provider.ExpectedIssuer, StringComparison.Ordinal))
            return ProviderFault.IssuerMismatch;
        if (metadata.Addresses.FirstOrDefault(address => !provider.Owns(address)) is { } foreign)
            return ProviderFault.ForeignEndpoint(foreign.IdnHost);
        if (metadata.TokenEndpoint is null)
            return ProviderFault.MalformedMetadata("The document has no token_endpoint.");

        return new DiscoveryDocument
        {
            Issuer = metadata.Issuer,
            AuthorizationEndpoint = metadata.AuthorizationEndpoint,
            TokenEndpoint = metadata.TokenEndpoint,
            KeySetAddress = metadata.JwksUri,
            EndSessionEndpoint = metadata.EndSessionEndpoint,
            DeviceAuthorizationEndpoint = metadata.DeviceAuthorizationEndpoint,
            TokenEndpointAuthenticationMethods = metadata.TokenEndpointAuthMethodsSupported,
            IdTokenAlgorithms = Accepted(metadata.IdTokenSigningAlgValuesSupported),
            AnnouncesResponseIssuer = metadata.AuthorizationResponseIssParameterSupported,
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
}

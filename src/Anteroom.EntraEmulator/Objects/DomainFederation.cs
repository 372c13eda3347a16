namespace Anteroom.EntraEmulator.Objects;

/// <summary>Who signs people of a federated domain in (internalDomainFederation, entra-oidc.md §10.2).</summary>
public sealed record DomainFederation(Guid Id, string DisplayName, string IssuerUri, string PassiveSignInUri)
{
    public string? ActiveSignInUri { get; init; }
    public string? MetadataExchangeUri { get; init; }
    public string? SignOutUri { get; init; }
    public string? SigningCertificate { get; init; }
    public string? NextSigningCertificate { get; init; }

    /// <summary><c>wsFed</c> or <c>saml</c>.</summary>
    public string PreferredAuthenticationProtocol { get; init; } = "wsFed";
    public string PromptLoginBehavior { get; init; } = "nativeSupport";
    public bool IsSignedAuthenticationRequestRequired { get; init; }
    public string FederatedIdpMfaBehavior { get; init; } = "acceptIfMfaDoneByFederatedIdp";
}

namespace Anteroom.EntraEmulator.Objects;

/// <summary>Trust in tokens of another issuer in place of a secret (entra-oidc.md §3.1). Issuer, subject and audience match exactly.</summary>
public sealed record FederatedIdentityCredential(Guid Id, string Name, string Issuer, string Subject, IReadOnlyList<string> Audiences)
{
    public const string DefaultAudience = "api://AzureADTokenExchange";
    public const int MostPerApplication = 20;

    public string? Description { get; init; }
}

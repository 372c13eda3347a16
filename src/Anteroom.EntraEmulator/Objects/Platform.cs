namespace Anteroom.EntraEmulator.Objects;

/// <summary>What a redirect URI is registered under; decides who may redeem (entra-oidc.md §3.4).</summary>
public enum Platform
{
    Web,
    Spa,
    PublicClient,
}

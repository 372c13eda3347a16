using System.Diagnostics.CodeAnalysis;

namespace Anteroom.Samples.WebApplication.OpenIdConnect;

/// <summary>What a relying party must know about its provider; all else comes from the provider's own documents.</summary>
/// <param name="Authority">The issuer (OIDC_AUTHORITY), exactly as the provider writes it.</param>
/// <param name="ClientId">OIDC_CLIENT_ID.</param>
/// <param name="ClientSecret">OIDC_CLIENT_SECRET; absent for a public client, which PKCE alone protects.</param>
/// <param name="Audience">Whom access tokens must be for (OIDC_AUDIENCE); the client_id by default.</param>
/// <param name="CertificateAuthority">Path of a PEM file (OIDC_CA) when the provider's certificate comes from an authority of one's own.</param>
public sealed record ProviderSettings(
    string Authority,
    string ClientId,
    string? ClientSecret,
    string Audience,
    string? CertificateAuthority
)
{
    public static bool TryRead(
        IConfiguration configuration,
        [NotNullWhen(true)] out ProviderSettings? settings,
        [NotNullWhen(false)] out string? problem
    )
    {
        (settings, problem) = (null, null);
        var authority = configuration["OIDC_AUTHORITY"];
        var clientId = configuration["OIDC_CLIENT_ID"];
        var certificateAuthority = configuration["OIDC_CA"];

        if (
            !Uri.TryCreate(authority, UriKind.Absolute, out var uri) || !(uri.Scheme == "https" || (uri.Scheme == "http" && uri.IsLoopback))
        )
            problem = "OIDC_AUTHORITY must be the provider's issuer, an https address (http only on this machine).";
        else if (string.IsNullOrEmpty(clientId))
            problem = "OIDC_CLIENT_ID must be the client id under which this application is registered.";
        else if (!string.IsNullOrEmpty(certificateAuthority) && !File.Exists(certificateAuthority))
            problem = $"OIDC_CA names a file that is not there: {certificateAuthority}";
        else
            settings = new ProviderSettings(
                authority!,
                clientId,
                NullIfEmpty(configuration["OIDC_CLIENT_SECRET"]),
                NullIfEmpty(configuration["OIDC_AUDIENCE"]) ?? clientId,
                NullIfEmpty(certificateAuthority)
            );
        return settings is not null;
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}

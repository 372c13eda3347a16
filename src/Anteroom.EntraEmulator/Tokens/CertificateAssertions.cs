using System.Security.Cryptography.X509Certificates;
using Anteroom.EntraEmulator.Discovery;
using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Hosting;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Signing;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary>private_key_jwt: an assertion signed with a registered certificate, named by <c>x5t#S256</c> or <c>x5t</c> (entra-oidc.md §3.1).</summary>
internal sealed class CertificateAssertions(EntraDirectory directory, TimeProvider clock)
{
    /// <summary>Clocks may differ by this much.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    /// <summary>Null when the assertion proves the client.</summary>
    public AadstsError? Check(TokenRequest request, Application client, CompactJwt assertion)
    {
        if (assertion.Algorithm is not ("RS256" or "PS256"))
            return ClientErrors.AssertionMalformed($"The algorithm '{assertion.Algorithm}' is not supported.");
        var (sha256, sha1) = (assertion.HeaderText("x5t#S256"), assertion.HeaderText("x5t"));
        if (sha256 is null && sha1 is null)
            return ClientErrors.AssertionMalformed(
                "No certificate SHA-1 thumbprint, certificate SHA-256 thumbprint, nor keyId specified in token header."
            );
        if (!string.Equals(assertion.Subject, assertion.Issuer, StringComparison.Ordinal))
            return ClientErrors.AssertionSubject();

        var now = clock.GetUtcNow();
        var delay = TimeSpan.FromSeconds(directory.Settings.CredentialDelaySeconds);
        var credential = client.KeyCredentials.FirstOrDefault(key =>
            key.Usage == "Verify" && (sha256 is not null ? key.ThumbprintSha256 == sha256 : key.Thumbprint == sha1)
        );
        if (credential is null || (delay > TimeSpan.Zero && credential.StartDateTime + delay > now))
            return ClientErrors.AssertionKeyNotFound(client.AppId, sha256 ?? sha1!);
        using var certificate = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(credential.Key));
        using var key = certificate.GetRSAPublicKey();
        if (key is null || !assertion.IsSignedBy(key))
            return ClientErrors.AssertionSignature(client.AppId, sha256 ?? sha1!);
        if (credential.StartDateTime > now + Skew || credential.EndDateTime <= now)
            return ClientErrors.CertificateNotInTime(credential.StartDateTime, credential.EndDateTime);
        return CheckTime(assertion, now) ?? CheckAudience(request, assertion);
    }

    public static AadstsError? CheckTime(CompactJwt assertion, DateTimeOffset now)
    {
        var from = assertion.NotBefore ?? DateTimeOffset.UnixEpoch;
        var until = assertion.ExpiresAt ?? DateTimeOffset.UnixEpoch;
        return from > now + Skew || until + Skew <= now ? ClientErrors.AssertionNotInTime(now, from, until) : null;
    }

    /// <summary>The token endpoint that was called, of either version, or the tenant's issuer; the tenant may be named in another way.</summary>
    private AadstsError? CheckAudience(TokenRequest request, CompactJwt assertion)
    {
        var here = Authority.Of(request.Http);
        var isMeant = assertion.Audiences.Any(audience =>
            Uri.TryCreate(audience, UriKind.Absolute, out var uri)
            && uri.GetLeftPart(UriPartial.Authority).Equals(here.Url, StringComparison.OrdinalIgnoreCase)
            && uri.Segments.Length > 1
            && TenantSelector.Find(directory, uri.Segments[1].Trim('/'))?.Segment == request.Tenant.Segment
            && string.Concat(uri.Segments[2..]).Trim('/') is "oauth2/v2.0/token" or "oauth2/token" or "v2.0" or ""
        );
        return isMeant
            ? null
            : ClientErrors.AssertionAudience(
                string.Join(' ', assertion.Audiences),
                $"{here.Url}/{request.Tenant.Segment}/oauth2/v2.0/token"
            );
    }
}

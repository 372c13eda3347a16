using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Hosting;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Signing;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary>
/// Federated credentials: a token of another issuer stands in for a secret (entra-oidc.md §3.1). Issuer, subject and audience match
/// exactly; RS256 only; the issuer's keys are fetched each time.
/// </summary>
internal sealed class FederatedAssertions(IssuerKeys issuers, TimeProvider clock)
{
    public async Task<AadstsError?> CheckAsync(HttpContext http, Application client, CompactJwt assertion, CancellationToken ct)
    {
        var (issuer, subject) = (assertion.Issuer ?? "", assertion.Subject ?? "");
        var audience = assertion.Audiences.Count == 1 ? assertion.Audiences[0] : string.Join(' ', assertion.Audiences);
        if (Match(client, issuer, subject, audience) is { } mismatch)
            return mismatch;
        if (IsOfEntra(http, issuer) && assertion.ClaimText("scp") is not null)
            return ClientErrors.FederatedUserToken();
        if (assertion.Algorithm != "RS256")
            return ClientErrors.AssertionMalformed($"The algorithm '{assertion.Algorithm}' is not supported for federated credentials.");
        if (await issuers.FindAsync(issuer, assertion.HeaderText("kid"), ct) is not { } keys)
            return ClientErrors.FederatedIssuerUnreachable(issuer);
        try
        {
            if (!keys.Any(assertion.IsSignedBy))
                return ClientErrors.FederatedSignature();
        }
        finally
        {
            foreach (var key in keys)
                key.Dispose();
        }
        return CertificateAssertions.CheckTime(assertion, clock.GetUtcNow());
    }

    /// <summary>In the order in which Entra complains: issuer, subject, audience.</summary>
    private static AadstsError? Match(Application client, string issuer, string subject, string audience)
    {
        var known = client.FederatedIdentityCredentials;
        if (known.Count == 0)
            return ClientErrors.NoFederatedRecord(issuer, subject, audience);
        var ofIssuer = known.Where(credential => credential.Issuer == issuer).ToList();
        if (ofIssuer.Count == 0)
            return ClientErrors.FederatedIssuer(issuer);
        var ofSubject = ofIssuer.Where(credential => credential.Subject == subject).ToList();
        if (ofSubject.Count == 0)
        {
            return ofIssuer.Exists(credential => string.Equals(credential.Subject, subject, StringComparison.OrdinalIgnoreCase))
                ? ClientErrors.FederatedSubjectCase(subject)
                : ClientErrors.FederatedSubject(subject);
        }
        return ofSubject.Exists(credential => credential.Audiences.Contains(audience, StringComparer.Ordinal))
            ? null
            : ClientErrors.FederatedAudience(audience);
    }

    private static bool IsOfEntra(HttpContext http, string issuer) =>
        issuer.StartsWith("https://sts.windows.net/", StringComparison.Ordinal)
        || issuer.StartsWith(Authority.Of(http).Url + "/", StringComparison.Ordinal);
}

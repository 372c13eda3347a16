namespace Anteroom.EntraEmulator.Errors;

/// <summary>Refusals of client credentials: secrets, certificates, federated credentials (entra-oidc.md §2.6, second table).</summary>
internal static class ClientErrors
{
    private const string CertificateHelp =
        "Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials";
    private const string FederationHelp = "https://learn.microsoft.com/entra/workload-id/workload-identity-federation";

    public static AadstsError WrongSecret(Guid appId) =>
        Refused(
            7000215,
            $"Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{appId}'."
        );

    /// <summary>The old wording of a wrong secret, for the switch.</summary>
    public static AadstsError WrongSecretAsOnce() =>
        Refused(50012, "Error validating credentials. AADSTS50012: Invalid client secret is provided.") with
        {
            OlderCode = 70002,
        };

    public static AadstsError ExpiredSecret(Guid appId) =>
        Refused(
            7000222,
            $"The provided client secret keys for app '{appId}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds."
        );

    public static AadstsError NoCredential() =>
        Refused(7000218, "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.");

    public static AadstsError PublicClientSentCredential() =>
        Refused(700025, "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.");

    public static AadstsError AssertionKeyNotFound(Guid appId, string thumbprint) =>
        Refused(
            700027,
            $"The certificate with identifier used to sign the client assertion is not registered on application. [Reason - The key was not found., Thumbprint of key used by client: '{thumbprint}', Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id '{appId}'.]"
        );

    public static AadstsError AssertionSignature(Guid appId, string thumbprint) =>
        Refused(
            700027,
            $"Client assertion failed signature validation. [Reason - Key was found, but use of the key to verify the signature failed., Thumbprint of key used by client: '{thumbprint}', Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id '{appId}'.]"
        );

    public static AadstsError AssertionNotInTime(DateTimeOffset now, DateTimeOffset from, DateTimeOffset until) =>
        Refused(
            700024,
            $"Client assertion is not within its valid time range. Current time: {now:yyyy-MM-ddTHH:mm:ss.fffffffZ}, assertion valid from {from:yyyy-MM-ddTHH:mm:ss.fffffffZ}, expiry time of assertion {until:yyyy-MM-ddTHH:mm:ss.fffffffZ}. {CertificateHelp} ."
        );

    public static AadstsError CertificateNotInTime(DateTimeOffset from, DateTimeOffset until) =>
        Refused(
            1000502,
            $"The provided certificate is not within its specified validity period. The certificate is valid from {from:yyyy-MM-ddTHH:mm:ssZ} to {until:yyyy-MM-ddTHH:mm:ssZ}."
        );

    public static AadstsError CertificateRevoked() => Refused(7000214, "Certificate has been revoked.");

    public static AadstsError CertificateChainRevoked() =>
        Refused(7000277, "The certificate chain of the client assertion contains a revoked certificate.");

    public static AadstsError AssertionBadlySigned() => Refused(7000274, "The JWT client assertion has an invalid signature.");

    public static AadstsError AssertionMalformed(string reason) =>
        Refused(50027, $"JWT token is invalid or malformed. {reason}") with
        {
            Error = "invalid_request",
            Status = 400,
        };

    public static AadstsError AssertionAudience(string audience, string expected) =>
        Refused(
            700023,
            $"Client assertion audience claim does not match Realm issuer. The assertion audience is '{audience}', the expected one is '{expected}'. {CertificateHelp}"
        );

    public static AadstsError AssertionSubject() =>
        Refused(700021, $"Client assertion application identifier doesn't match 'client_id' parameter. {CertificateHelp}");

    public static AadstsError NoFederatedRecord(string issuer, string subject, string audience) =>
        Refused(
            70021,
            $"No matching federated identity record found for presented assertion. Assertion Issuer: '{issuer}'. Assertion Subject: '{subject}'. Assertion Audience: '{audience}'. {FederationHelp}"
        ) with
        {
            Error = "invalid_request",
            Status = 400,
        };

    public static AadstsError FederatedIssuer(string issuer) => NoRecord(700211, "issuer", issuer);

    public static AadstsError FederatedAudience(string audience) => NoRecord(700212, "audience", audience);

    public static AadstsError FederatedSubject(string subject) => NoRecord(700213, "subject", subject);

    public static AadstsError FederatedSubjectCase(string subject) =>
        Refused(
            7002138,
            $"No matching federated identity record found for presented assertion subject '{subject}'. The subject matches with case-insensitive comparison, but not with case-sensitive comparison. Please check your federated identity credential Subject, Audience and Issuer against the presented assertion. {FederationHelp}"
        );

    public static AadstsError FederatedSignature() =>
        Refused(7000272, "The signature of the federated identity credential assertion could not be verified with the keys of its issuer.");

    public static AadstsError FederatedUserToken() =>
        Refused(700229, "Only app-only tokens can be used as Federated Identity Credentials for AAD issuer.");

    public static AadstsError FederatedIssuerUnreachable(string issuer) =>
        Refused(50166, $"Request to External OIDC endpoint failed: {issuer}.") with
        {
            Error = "invalid_request",
            Status = 400,
        };

    public static AadstsError FederatedReplication(string issuer, string subject, string audience) =>
        NoFederatedRecord(issuer, subject, audience) with
        {
            Code = 7000226,
        };

    private static AadstsError NoRecord(int code, string what, string value) =>
        Refused(
            code,
            $"No matching federated identity record found for presented assertion {what} '{value}'. Please check your federated identity credential Subject, Audience and Issuer against the presented assertion. {FederationHelp}"
        );

    private static AadstsError Refused(int code, string message) => new(code, "invalid_client", 401, message);
}

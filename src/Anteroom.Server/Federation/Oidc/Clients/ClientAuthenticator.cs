using System.Security.Cryptography;
using Anteroom.Protocols.Jose;
using Anteroom.Protocols.OAuth;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Federation.Oidc.Clients;

/// <summary>Who calls an endpoint that is for clients (RFC 6749 §2.3, OIDC Core §9, SEC-096, SEC-097): one method, the registered one.</summary>
/// <remarks>Errors: <c>invalid_request</c> for two methods at once, <c>invalid_client</c> for all else; which part was wrong is for the log.</remarks>
public sealed class ClientAuthenticator(
    ApplicationStore applications,
    OrganizationDirectory organizations,
    ClientAssertions assertions,
    AuditTrail audit,
    TimeProvider clock,
    ILogger<ClientAuthenticator> log
)
{
    // Compared with where there is nothing to compare with, so that an unknown client takes as long as a wrong secret.
    private static readonly ApplicationSecret Dummy = new(
        Guid.Empty,
        RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes),
        "",
        DateTimeOffset.MaxValue,
        null,
        DateTimeOffset.MinValue
    );

    public async Task<Result<AuthenticatedClient, OAuthError>> AuthenticateAsync(
        HttpContext http,
        OAuthParameters parameters,
        CancellationToken ct
    )
    {
        if (!Presented.Read(http.Request, parameters).TryGet(out var presented, out var malformed))
            return malformed;

        var application = await applications.FindByClientIdAsync(presented.ClientId, ct);
        var known = application is not null && Matches(application, presented.Secret, clock.GetUtcNow());
        if (application is null)
        {
            if (presented.Secret is { } guess)
                _ = Dummy.Matches(guess);
            return await RefuseAsync("unknown client");
        }
        if (application.Authentication != presented.Method)
            return await RefuseAsync("another method than the registered one");
        if (!known)
            return await RefuseAsync("wrong, revoked or expired secret");
        if (application.DisabledAt is not null)
            return await RefuseAsync("the application is disabled");
        if (await organizations.GetAsync(application.Organization, ct) is not { IsActive: true })
            return await RefuseAsync("the organization is disabled");
        if (presented.Assertion is { } assertion && await assertions.RefusalAsync(assertion, application, ct) is { } refusal)
            return await RefuseAsync(refusal);
        return new AuthenticatedClient(
            application,
            http.AuditContext(new Actor(ActorKind.Application, application.Id.Value, application.Name))
        );

        async Task<OAuthError> RefuseAsync(string reason)
        {
            log.ClientRefused(application?.ClientId ?? "an unknown client", reason);
            if (application is not null)
                await audit.RecordRefusalAsync(
                    application.Organization,
                    http.AuditContext(Actor.Anonymous),
                    new AuditEntry(
                        "application.authentication_refused",
                        AuditResult.Refused,
                        ReasonCodes.Unauthenticated,
                        "application",
                        application.Id.Value,
                        application.Name
                    ),
                    ct
                );
            return OAuthError.InvalidClient("The client is not known or could not be authenticated.");
        }
    }

    // All secrets are compared, so that neither their number nor their order shows in the time.
    private static bool Matches(Application application, Secret? presented, DateTimeOffset now)
    {
        if (application.Authentication is ClientAuthentication.None or ClientAuthentication.PrivateKeyJwt)
            return presented is null;
        if (presented is null)
            return false;
        var matches = false;
        foreach (var secret in application.Secrets.Append(Dummy))
            matches |= secret.Matches(presented) & secret.IsActiveAt(now) & !ReferenceEquals(secret, Dummy);
        return matches;
    }

    /// <summary>What the request shows: a client, a method and, where the method has one, a secret or an assertion.</summary>
    internal sealed record Presented(string ClientId, ClientAuthentication Method, Secret? Secret)
    {
        public UnverifiedJsonWebToken? Assertion { get; private init; }

        public static Result<Presented, OAuthError> Read(HttpRequest request, OAuthParameters parameters)
        {
            var header = request.Headers.Authorization;
            var inBody = parameters["client_secret"];
            if (parameters["client_assertion"] is not null || parameters["client_assertion_type"] is not null)
                return header.Count > 0 || inBody is not null
                    ? OAuthError.InvalidRequest("The client authenticates in more than one way.")
                    : ReadAssertion(parameters);

            if (header.Count == 0)
            {
                if (!parameters.Require("client_id").TryGet(out var clientId, out _))
                    return OAuthError.InvalidClient("The client does not say who it is.");
                return inBody is null
                    ? new Presented(clientId, ClientAuthentication.None, null)
                    : new Presented(clientId, ClientAuthentication.ClientSecretPost, new Secret(inBody));
            }

            if (header.Count > 1 || inBody is not null)
                return OAuthError.InvalidRequest("The client authenticates in more than one way.");
            if (!BasicCredentials.Parse(header.ToString()).TryGet(out var basic, out var malformed))
                return malformed;
            if (parameters["client_id"] is { } named && named != basic.ClientId)
                return OAuthError.InvalidRequest("The client_id is not that of the Authorization header.");
            return new Presented(basic.ClientId, ClientAuthentication.ClientSecretBasic, basic.ClientSecret);
        }

        private static Result<Presented, OAuthError> ReadAssertion(OAuthParameters parameters)
        {
            if (parameters["client_assertion"] is not { } text || parameters["client_assertion_type"] != ClientAssertions.Type)
                return OAuthError.InvalidClient("A client_assertion comes with the client_assertion_type jwt-bearer.");
            if (
                !JsonWebToken.Parse(text).TryGet(out var assertion, out _)
                || !assertion.UnverifiedClaims.TryGetString("iss", out var issuer)
                || string.IsNullOrEmpty(issuer)
            )
                return OAuthError.InvalidClient("The client_assertion is not a signed token that names its issuer.");
            if (parameters["client_id"] is { } named && named != issuer)
                return OAuthError.InvalidRequest("The client_id is not that of the client_assertion.");
            return new Presented(issuer, ClientAuthentication.PrivateKeyJwt, null) { Assertion = assertion };
        }
    }
}

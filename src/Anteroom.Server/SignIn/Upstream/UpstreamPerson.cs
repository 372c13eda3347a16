using Anteroom.Entra.IdTokens;
using Anteroom.Server.Connections;
using Anteroom.Server.Provisioning;
using Anteroom.Server.SignIn.Records;
using Anteroom.Server.SignIn.Sessions;

namespace Anteroom.Server.SignIn.Upstream;

/// <summary>Reads a believed token in our own words: identity, name that admission may look at, evidence, facts for the directory.</summary>
internal static class UpstreamPerson
{
    // RFC 8176 and Entra v1: methods that say that more than one factor was proven.
    private static readonly string[] SecondFactors = ["mfa", "ngcmfa"];

    public static ExternalKey KeyOf(ValidatedIdToken token, Connection connection) =>
        token.Identity switch
        {
            EntraIdentity entra => new EntraKey(entra.Cloud, entra.TenantId, entra.ObjectId),
            OidcIdentity oidc => new OidcKey(connection.Id, oidc.Issuer, oidc.Subject),
            _ => throw new InvalidOperationException("There is no other kind of identity."),
        };

    /// <summary><c>upn</c>, else <c>preferred_username</c> of somebody who is not a guest; never <c>email</c> (design.md §2, authorized domains).</summary>
    public static string? AccountNameOf(ValidatedIdToken token) =>
        token.UserPrincipalName ?? (token.IsGuest == true || token.IdentityProvider is not null ? null : token.PreferredUserName);

    /// <param name="known">The account that the identity is linked to, held by the transaction.</param>
    public static ProvenPerson ProvenBy(ValidatedIdToken token, Connection connection, User? known, DateTimeOffset now) =>
        new(known, EvidenceOf(token, connection, now), FactsOf(token, known is not null))
        {
            Connection = connection,
            AccountName = AccountNameOf(token),
            Upstream = new(connection.Id, token.Issuer, connection.Settings.ClientId, token.SessionId, token.LoginHint),
            Directory = mayCreate => DirectoryFactsOf(token, connection, mayCreate, now),
        };

    public static Evidence EvidenceOf(ValidatedIdToken token, Connection connection, DateTimeOffset now) =>
        new(
            connection.Kind == ConnectionKind.Entra ? "entra" : "oidc",
            token.AuthenticatedAt is { } at && at <= now ? at : now,
            token.AuthenticationMethods,
            token.AuthenticationContext,
            token.AuthenticationContexts,
            connection.Settings.TrustUpstreamMfa && token.AuthenticationMethods.Any(SecondFactors.Contains)
        );

    public static SignInFacts FactsOf(ValidatedIdToken token, bool known)
    {
        var entra = token.Identity as EntraIdentity;
        var name = AccountNameOf(token);
        return new(
            token.Issuer,
            entra?.TenantId,
            entra?.ObjectId,
            name is not null && name.LastIndexOf('@') is >= 0 and var dot ? name[(dot + 1)..].ToLowerInvariant() : null,
            token.IsGuest,
            token.AuthenticationMethods,
            token.AuthenticationContexts,
            known,
            Upstream: null
        );
    }

    /// <summary>What the sign-in tells the directory: never a role by itself, never an address as proof (SEC-073).</summary>
    public static DirectoryFacts DirectoryFactsOf(ValidatedIdToken token, Connection connection, bool mayCreate, DateTimeOffset now)
    {
        var settings = connection.Settings;
        Dictionary<string, Fact> attributes = new(StringComparer.Ordinal)
        {
            [UserAttributes.DisplayName] = new(token.Name),
            [UserAttributes.GivenName] = new(token.GivenName),
            [UserAttributes.FamilyName] = new(token.FamilyName),
            [UserAttributes.Email] = new(token.Email),
        };
        foreach (var mapping in settings.ClaimMappings.Where(mapping => mapping.Active))
            attributes[mapping.Target] = new(token.Values(mapping.Claim) is [var first, ..] ? first : null, mapping.WhenMissing);

        return new DirectoryFacts(FactSource.Token, now)
        {
            Key = KeyOf(token, connection),
            Connection = connection.Id,
            UserName = token.PreferredUserName ?? token.UserPrincipalName ?? (connection.Kind == ConnectionKind.Oidc ? token.Email : null),
            Attributes = attributes,
            MayCreate = mayCreate,
            DefaultRole = settings.DefaultRole,
            MappedRole = settings
                .RoleMappings.FirstOrDefault(mapping => ValuesOf(token, mapping.Claim).Contains(mapping.Value, StringComparer.Ordinal))
                ?.Role,
        };
    }

    private static IReadOnlyList<string> ValuesOf(ValidatedIdToken token, string claim) =>
        claim switch
        {
            "roles" => token.Roles,
            "groups" => token.Groups is TokenGroups.Listed listed ? listed.Values : [],
            _ => [],
        };
}

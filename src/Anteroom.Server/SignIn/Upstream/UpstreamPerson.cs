using Anteroom.Entra.IdTokens;
using Anteroom.Server.Connections;
using Anteroom.Server.Provisioning;
using Anteroom.Server.SignIn.Records;
using Anteroom.Server.SignIn.Sessions;

namespace Anteroom.Server.SignIn.Upstream;

/// <summary>Reads a believed token in our own words: identity, name that admission may look at, evidence, facts for the directory.</summary>
internal static class UpstreamPerson
{
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

    /// <param name="clientId">For which client of ours the token is.</param>
    /// <param name="known">The account that the identity is linked to, held by the transaction.</param>
    /// <param name="acrValues">What the application asked for.</param>
    public static ProvenPerson ProvenBy(
        ValidatedIdToken token,
        Connection connection,
        string clientId,
        User? known,
        string? acrValues,
        DateTimeOffset now
    ) =>
        new(known, EvidenceOf(token, connection, acrValues, now), FactsOf(token, known is not null))
        {
            Connection = connection,
            AccountName = AccountNameOf(token),
            Upstream = new(connection.Id, token.Issuer, clientId, token.SessionId, token.LoginHint)
            {
                IsShared = connection.Settings.Registration == Registration.Shared,
            },
            Directory = mayCreate => DirectoryFactsOf(token, connection, mayCreate, now),
        };

    /// <summary>An application that asked for a level and got it is told so in its own words. Entra's v2 tokens name no methods: there a context is the proof.</summary>
    public static Evidence EvidenceOf(ValidatedIdToken token, Connection connection, string? acrValues, DateTimeOffset now) =>
        new(
            connection.Kind == ConnectionKind.Entra ? Evidence.Entra : Evidence.Oidc,
            token.AuthenticatedAt is { } at && at <= now ? at : now,
            token.AuthenticationMethods,
            AuthContexts.StepUpFor(connection.Settings, acrValues)?.Acr ?? token.AuthenticationContext,
            token.AuthenticationContexts,
            connection.Settings.TrustUpstreamMfa
                && (
                    ProvenFactors.AreSeveral(token.AuthenticationMethods)
                    || (connection.Settings.AuthContext is { } context && token.AuthenticationContexts.Contains(context))
                )
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
            attributes[mapping.Target] = FactOf(token, mapping);

        return new DirectoryFacts(FactSource.Token, now)
        {
            Key = KeyOf(token, connection),
            Connection = connection.Id,
            UserName = token.PreferredUserName ?? token.UserPrincipalName ?? (connection.Kind == ConnectionKind.Oidc ? token.Email : null),
            Attributes = attributes,
            MayCreate = mayCreate,
            DefaultRole = settings.DefaultRole,
            GovernedRoles = GroupRoles.FollowAlways(settings) ? [.. settings.RoleMappings.Select(mapping => mapping.Role)] : [],
            MappedRole = settings
                .RoleMappings.FirstOrDefault(mapping => ValuesOf(token, mapping.Claim).Contains(mapping.Value, StringComparer.Ordinal))
                ?.Role,
        };
    }

    // Groups that did not fit into the token are not missing (SEC-075).
    private static Fact FactOf(ValidatedIdToken token, ClaimMapping mapping) =>
        new(
            token.Values(mapping.Claim) is [var first, ..] ? first : null,
            mapping.Claim == GroupRoles.Claim && token.Groups is TokenGroups.Overage ? WhenMissing.Keep : mapping.WhenMissing
        );

    private static IReadOnlyList<string> ValuesOf(ValidatedIdToken token, string claim) =>
        claim switch
        {
            "roles" => token.Roles,
            GroupRoles.Claim => token.Groups is TokenGroups.Listed listed ? listed.Values : [],
            _ => [],
        };
}

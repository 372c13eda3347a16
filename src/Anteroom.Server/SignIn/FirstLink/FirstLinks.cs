using Anteroom.Entra.IdTokens;
using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Provisioning;

namespace Anteroom.Server.SignIn.FirstLink;

/// <summary>What a name led to: the account to link, or why it is not linked, or nothing of the kind.</summary>
/// <param name="Account">The account that bears the name, held by the transaction; null where there is none.</param>
/// <param name="Because">Why it is not linked; null where it is to be.</param>
internal sealed record NameFound(User? Account, string? Because)
{
    public static NameFound Nobody { get; } = new(null, null);

    public User? ToLink => Because is null ? Account : null;

    public bool NeedsAdministrator => Because == FirstLinkRules.NeedsAdministrator;
}

/// <summary>Looks for the account that somebody had here before they first came by Entra.</summary>
internal static class FirstLinks
{
    /// <summary>Finds and decides; nothing is written. Only for an identity that is linked to nobody.</summary>
    public static async Task<NameFound> FindAsync(Transaction tx, Connection connection, ValidatedIdToken token, CancellationToken ct)
    {
        var settings = connection.Settings;
        if (token.Identity is not EntraIdentity person || NameOf(token, settings.FirstLink) is not { } name)
            return NameFound.Nobody;
        // Letter by letter but for case: names that only look alike are one name elsewhere, and here they are two.
        if (
            await UserStore.LockByUserNameAsync(tx, name, ct) is not { } account
            || !string.Equals(account.UserName, name, StringComparison.OrdinalIgnoreCase)
        )
            return NameFound.Nobody;

        var domain = DomainNames.Normalize(name[(name.LastIndexOf('@') + 1)..]);
        var proof = domain is null ? null : await OrganizationDomains.ProofOfAsync(tx, domain, ct);
        return new(
            account,
            FirstLinkRules.Refusal(
                new(
                    IsPinned: settings.TenantId == person.TenantId,
                    IsGuest: token.IsGuest == true || token.IdentityProvider is not null,
                    proof?.Kind,
                    ProvenByTenant: proof?.Cloud == person.Cloud && proof?.TenantId == person.TenantId,
                    InBrowser: settings.ClientKind == ClientKind.Browser,
                    HasIdentity: await UserStore.HasIdentityAsync(tx, account.Id, ct),
                    IsBlocked: account.Blocks.Count > 0,
                    account.Role.IsAdministrative
                )
            )
        );
    }

    private static string? NameOf(ValidatedIdToken token, FirstLinkName by)
    {
        var name = by switch
        {
            FirstLinkName.Upn => token.UserPrincipalName,
            FirstLinkName.PreferredUserName => token.UserPrincipalName ?? token.PreferredUserName,
            _ => null,
        };
        return name is not null && name.Contains('@', StringComparison.Ordinal) && UserNames.IsValid(name) ? name : null;
    }
}

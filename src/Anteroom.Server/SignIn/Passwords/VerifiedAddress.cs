using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Mail;
using Anteroom.Server.Provisioning;

namespace Anteroom.Server.SignIn.Passwords;

/// <summary>The address that a person can be written to about their password (SEC-226). Pure.</summary>
/// <remarks>
/// Whoever reads that mail can take the account, so the address must come from somebody who answers for the organization's people: an
/// administrator, SCIM or the directory. One that only a token brought counts where its domain is a verified one of the organization, since
/// a provider lets people write into <c>email</c> what they like.
/// </remarks>
public static class VerifiedAddress
{
    /// <returns>Null where there is none.</returns>
    public static EmailAddress? Of(User user, IEnumerable<OrganizationDomain> domains)
    {
        if (!EmailAddress.TryParse(user.Email, out var address) || !user.Stamps.TryGetValue(UserAttributes.Email, out var stamp))
            return null;
        return
            stamp.Source is FactSource.Administrator or FactSource.Scim or FactSource.Graph
            || domains.Any(domain => domain.State == DomainState.Verified && domain.Name == DomainNames.Normalize(address.Domain))
            ? address
            : null;
    }
}

using Anteroom.Server.Credentials.Passwords;
using Anteroom.Server.Organizations;
using Anteroom.Server.Provisioning;

namespace Anteroom.Server.SignIn.Passwords;

/// <summary>The words that nobody here should make a password from: the organization's and the person's own (SEC-211). Pure.</summary>
public static class OwnWords
{
    public static IReadOnlyCollection<string> Of(Organization organization, User user) =>
        PasswordRules.WordsOf(
            organization.Name,
            organization.Slug,
            organization.CompanyCode,
            user.UserName,
            user.DisplayName,
            user.GivenName,
            user.FamilyName,
            user.Email
        );
}

using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;

namespace Anteroom.Server.SignIn.Passwords;

/// <summary>Where and to whom a password is offered (SEC-229).</summary>
public sealed class PasswordOffers(OrganizationDirectory organizations)
{
    /// <summary>Whether the way is shown: an organization may keep it from the page beside its providers, and then only those who know the address find it.</summary>
    public async ValueTask<bool> AreShownAsync(OrganizationId organization, bool besideProviders, CancellationToken ct) =>
        await organizations.GetAsync(organization, ct) is { AllowsPasswords: true } known
        && (!besideProviders || known.Settings.SignIn.ShowLocalForm);
}

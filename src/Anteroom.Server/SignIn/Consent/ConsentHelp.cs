using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.Transactions;
using Anteroom.Server.SignIn.Upstream;

namespace Anteroom.Server.SignIn.Consent;

/// <summary>
/// What somebody gets who came back from Entra because something is missing that an administrator gives: consent to the shared app, with a
/// link to send (HEC-20), or the connection of their tenant, with the way to it. Both can try another account.
/// </summary>
public sealed class ConsentHelp(
    AdminConsentLinks links,
    OrganizationDirectory organizations,
    TransactionCookies transactions,
    TimeProvider clock
)
{
    /// <summary>Whether a refusal is one that an administrator can lift. Pure.</summary>
    public static bool IsMeant(Connection connection, string reason) =>
        connection.Settings.Registration == Registration.Shared
        && reason is ReasonCodes.AdminConsentRequired or ReasonCodes.ConsentRequired or ReasonCodes.TenantNotBound;

    /// <summary>
    /// Why somebody left Entra's pages, where it may have been for consent: who cannot give it has only the way back, which looks like giving
    /// up. Null where it was something else, or the app registration is the customer's own.
    /// </summary>
    internal static string? ReasonOf(Connection connection, CallbackResponse.Error refused)
    {
        if (connection.Settings.Registration != Registration.Shared || refused.Name != "access_denied")
            return null;
        if ((refused.Left ?? refused.Aadsts) is not { } code)
            return ReasonCodes.ConsentRequired;
        return ReasonCatalogue.ForAadsts(code.Value).Code switch
        {
            ReasonCodes.AdminConsentRequired => ReasonCodes.AdminConsentRequired,
            ReasonCodes.ConsentRequired or ReasonCodes.SignInCancelled => ReasonCodes.ConsentRequired, // asked, and declined (AADSTS65004)
            _ => null,
        };
    }

    /// <summary>The person's request goes on from the link for another account; what was sent to Entra before is over.</summary>
    public async Task<ProblemHelp?> OfferAsync(
        HttpContext http,
        SignInTransaction transaction,
        Connection connection,
        string reason,
        CancellationToken ct
    )
    {
        var again = transaction with { Id = TransactionId.New(clock), ChoosesAccount = true, Upstream = null };
        var isKept = await transactions.WriteAsync(http, again, ct);
        var other = isKept ? SignInPaths.With(SignInPaths.Again, again.Id) : null;
        return reason == ReasonCodes.TenantNotBound
            ? new(other, null) { ConnectTenant = await ConsoleAsync(connection, ct) }
            : new(other, await links.OfAsync(connection, ct));
    }

    /// <summary>Where an administrator of the organization connects a tenant; what this browser has shown at Entra counts for nothing there (SEC-063).</summary>
    private async Task<string?> ConsoleAsync(Connection connection, CancellationToken ct) =>
        await organizations.GetAsync(connection.Organization, ct) is { } organization
            ? $"/console/organizations/{organization.Slug}/connections/{connection.Id}/tenants"
            : null;
}

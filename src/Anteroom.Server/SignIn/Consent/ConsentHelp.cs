using Anteroom.Server.Connections;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.Transactions;
using Anteroom.Server.SignIn.Upstream;

namespace Anteroom.Server.SignIn.Consent;

/// <summary>What somebody gets who came back from Entra because consent to the shared app is missing: a link to send to an administrator, and a way to try another account (HEC-20).</summary>
public sealed class ConsentHelp(AdminConsentLinks links, TransactionCookies transactions, TimeProvider clock)
{
    /// <summary>Whether a refusal is about consent. Pure.</summary>
    public static bool IsMeant(Connection connection, string reason) =>
        connection.Settings.Registration == Registration.Shared
        && reason is ReasonCodes.AdminConsentRequired or ReasonCodes.ConsentRequired;

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
    public async Task<ProblemHelp?> OfferAsync(HttpContext http, SignInTransaction transaction, Connection connection, CancellationToken ct)
    {
        var again = transaction with { Id = TransactionId.New(clock), ChoosesAccount = true, Upstream = null };
        var isKept = await transactions.WriteAsync(http, again, ct);
        var link = await links.OfAsync(connection, ct);
        return new(isKept ? SignInPaths.With(SignInPaths.Again, again.Id) : null, link);
    }
}

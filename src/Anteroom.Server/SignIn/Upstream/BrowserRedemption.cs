using Anteroom.Protocols.Primitives;
using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.Transactions;

namespace Anteroom.Server.SignIn.Upstream;

/// <summary>A code of a client without any secret is redeemed by a page in the person's browser, which hands us the id_token (SEC-068). We call nobody's token endpoint.</summary>
/// <remarks>
/// The verifier travels in the transaction's encrypted cookie, as everywhere, and is shown to one page: the answer to the request that
/// brought code, state and that cookie together. From then on the transaction waits for the token alone, so that no second page is shown.
/// </remarks>
internal sealed class BrowserRedemption(
    ConnectionStore connections,
    UpstreamMetadata metadata,
    TransactionCookies transactions,
    AnswerProof proof,
    CompleteSignIn complete,
    FormGuard forms,
    SignInPages pages,
    ProblemPages problems,
    OrganizationDirectory organizations,
    OrganizationHosts hosts,
    TimeProvider clock
)
{
    /// <summary>Shows the page that redeems. Its form ends at the application.</summary>
    public async Task<IResult> AskAsync(
        HttpContext http,
        SignInTransaction transaction,
        Connection connection,
        string code,
        CancellationToken ct
    )
    {
        var found = await metadata.FindAsync(connection, ct);
        if (!found.TryGet(out var document, out var failure) || transaction.Upstream is not { Verifier: { } verifier } sent)
        {
            transactions.Delete(http, transaction.Id);
            return await complete.RefuseAsync(http, transaction, connection, failure ?? new(ReasonCodes.CallbackInvalid), ct);
        }
        var waiting = transaction with { Upstream = sent with { Verifier = null, IsInBrowser = true } };
        if (!await transactions.WriteAsync(http, waiting, ct))
            return problems.For(ReasonCodes.TooManyRequests);

        var organization = await organizations.GetAsync(connection.Organization, ct);
        var model = new RedeemModel(
            problems.Frame(organization, transaction.Request.ApplicationName),
            new(
                SignInPaths.Token,
                [new(SignInPaths.TransactionField, transaction.Id.ToString()), new(FormGuard.FieldName, forms.TokenFor(http))]
            ),
            document.Metadata.TokenEndpoint,
            connection.Settings.ClientId,
            connection.RedirectUri(await hosts.OriginOfAsync(connection.Organization, ct)),
            code,
            verifier
        );
        return new PageResult(context => pages.RedeemAsync(context, model, [new(transaction.Request.ReturnTo)]));
    }

    /// <summary>The page hands over what it got. All of it is checked as if a stranger had written it.</summary>
    public async Task<IResult> AnswerAsync(HttpContext http, CancellationToken ct)
    {
        if (!await forms.IsOurFormAsync(http))
            return problems.For(ReasonCodes.ForgerySuspected);
        var form = await http.Request.ReadFormAsync(ct);
        if (
            !TransactionId.TryParse(form[SignInPaths.TransactionField].ToString(), out var id)
            || await transactions.ReadAsync(http, id, ct) is not { Upstream: { IsInBrowser: true } sent } transaction
            || transaction.Organization is not { } organization
            || await connections.FindAtAsync(organization, sent.Connection, sent.Revision, ct) is not { } connection
        )
            return problems.For(ReasonCodes.TransactionMissing);

        PageLanguages.Wish(http, transaction.Request.UiLocales);
        transactions.Delete(http, transaction.Id); // handed over once (SEC-069)
        if (transaction.IsExpiredAt(clock.GetUtcNow()))
            return problems.For(ReasonCodes.TransactionExpired, problems.Frame(application: transaction.Request.ApplicationName));
        if (RefusalOf(transaction, connection, HandedOver.Read(form), out var token) is { } refusal)
            return await complete.RefuseAsync(http, transaction, connection, refusal, ct);

        var proven = await proof.ProveAsync(connection, transaction, token.Reveal(), ct);
        return proven.TryGet(out var believed, out var failure)
            ? await complete.HandleAsync(http, transaction, connection, believed, ct)
            : await complete.RefuseAsync(http, transaction, connection, failure, ct);
    }

    private static UpstreamFailure? RefusalOf(SignInTransaction transaction, Connection connection, HandedOver handed, out Secret token)
    {
        token = new Secret(handed is HandedOver.Token carried ? carried.Value : "");
        if (!transaction.Request.MayUse(connection))
            return new(ReasonCodes.ConnectionDisabled); // SEC-076
        if (ConnectionFlow.Of(connection.Settings).Redeemer != Redeemer.Browser)
            return new(ReasonCodes.AnswerUnexpected, Detail: "id_token"); // the connection was changed meanwhile
        return handed switch
        {
            HandedOver.Token => null,
            HandedOver.Refused { Aadsts: { } code } => new(ReasonCatalogue.ForAadsts(code.Value).Code, code),
            HandedOver.Refused => new(ReasonCodes.UpstreamRefused, Detail: "browser"),
            HandedOver.Unreadable => new(ReasonCodes.BrowserRedemptionFailed, Detail: "browser"),
            _ => new(ReasonCodes.CallbackInvalid, Detail: "browser"),
        };
    }
}

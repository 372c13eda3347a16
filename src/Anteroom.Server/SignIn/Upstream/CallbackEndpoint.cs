using System.Security.Cryptography;
using System.Text;
using Anteroom.Entra.Requests;
using Anteroom.Server.Connections;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn.Consent;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.SignOut;
using Anteroom.Server.SignIn.Transactions;

namespace Anteroom.Server.SignIn.Upstream;

/// <summary>The provider's answer comes back, at whichever address and by whichever way the connection's modes say. Every check is before the first effect.</summary>
internal sealed class CallbackEndpoint(
    ConnectionStore connections,
    TransactionCookies transactions,
    PostedAnswers posted,
    UpstreamMetadata metadata,
    AnswerProof proof,
    BrowserRedemption browser,
    CompleteSignIn complete,
    SignOutFlow signOut,
    ProblemPages problems,
    TimeProvider clock
)
{
    /// <summary>The answer in the address, or the second half of a posted one.</summary>
    public async Task<IResult> GetAsync(HttpContext http, CallbackPlace? place, CancellationToken ct)
    {
        if (place is null)
            return problems.NotFound();
        if (!http.Request.Query.TryGetValue(PostedAnswers.Field, out var handle))
            return await ReceiveAsync(http, place, CallbackResponse.Read(http.Request.Query), UpstreamResponseMode.Query, ct);

        PagePolicy.Of(http).HideReferrer(); // the address carries the handle
        return http.Request.Query.Count == 1 && await posted.TakeAsync(place.Owner, handle, ct) is { } parts
            ? await ReceiveAsync(http, place, CallbackResponse.Read(parts), UpstreamResponseMode.FormPost, ct)
            : problems.For(ReasonCodes.TransactionMissing);
    }

    /// <summary>A provider's page posts the answer from another site: it is kept, and this browser's cookies are asked for by a GET (<see cref="PostedAnswers"/>).</summary>
    public async Task<IResult> PostAsync(HttpContext http, CallbackPlace? place, CancellationToken ct)
    {
        if (place is null)
            return problems.NotFound();
        if (!PostedAnswers.IsForm(http.Request))
            return problems.For(ReasonCodes.FormExpected); // SEC-016
        if (http.Request.Query.Count > 0)
            return problems.For(ReasonCodes.CallbackInvalid);
        var form = await PostedAnswers.ReadAsync(http.Request, ct);
        if (form is null || CallbackResponse.Read(form) is CallbackResponse.Empty or CallbackResponse.Malformed)
            return problems.For(ReasonCodes.CallbackInvalid);
        return await posted.KeepAsync(http, place.Owner, form, ct) is { } handle
            ? new SeeOther($"{http.Request.Path}?{PostedAnswers.Field}={handle.Reveal()}")
            : problems.For(ReasonCodes.TooManyRequests);
    }

    private async Task<IResult> ReceiveAsync(
        HttpContext http,
        CallbackPlace place,
        CallbackResponse response,
        UpstreamResponseMode by,
        CancellationToken ct
    )
    {
        if (response is CallbackResponse.Empty)
            return await signOut.ReturnAsync(http, ct);
        if (StateOf(response) is not var (state, issuer))
            return problems.For(ReasonCodes.CallbackInvalid);

        // The transaction is this browser's and this address's, or nothing happens (SEC-032, SEC-065, SEC-066).
        if (await FindTransactionAsync(http, place, state, ct) is not var (transaction, connection))
            return problems.For(ReasonCodes.TransactionMissing);
        if (transaction.Upstream!.IsInBrowser)
            return problems.For(ReasonCodes.TransactionReplayed); // it was answered; the page that redeems it goes on undisturbed

        PageLanguages.Wish(http, transaction.Request.UiLocales);
        if (transaction.IsExpiredAt(clock.GetUtcNow()))
        {
            transactions.Delete(http, transaction.Id);
            return problems.For(ReasonCodes.TransactionExpired, problems.Frame(application: transaction.Request.ApplicationName));
        }
        var refusal = await RefusalAsync(place, transaction, connection, response, issuer, by, ct);
        if (refusal is null && ConnectionFlow.Of(connection.Settings).Redeemer == Redeemer.Browser)
            return await browser.AskAsync(http, transaction, connection, ((CallbackResponse.Answer)response).Code!, ct);

        transactions.Delete(http, transaction.Id); // an answer counts once (SEC-069)
        if (refusal is not null)
            return await complete.RefuseAsync(http, transaction, connection, refusal, ct);
        var proven = await proof.ProveAsync(connection, transaction, (CallbackResponse.Answer)response, ct);
        return proven.TryGet(out var token, out var failure)
            ? await complete.HandleAsync(http, transaction, connection, token, ct)
            : await complete.RefuseAsync(http, transaction, connection, failure, ct);
    }

    private static (string State, string? Issuer)? StateOf(CallbackResponse response) =>
        response switch
        {
            CallbackResponse.Answer answer => (answer.State, answer.Issuer),
            CallbackResponse.Error error => (error.State, error.Issuer),
            _ => null,
        };

    private async Task<(SignInTransaction, Connection)?> FindTransactionAsync(
        HttpContext http,
        CallbackPlace place,
        string state,
        CancellationToken ct
    )
    {
        var dot = state.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0 || !TransactionId.TryParse(state[..dot], out var id))
            return null;
        if (
            await transactions.ReadAsync(http, id, ct) is not { Upstream: { } sent, Organization: { } organization } transaction
            || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(sent.State), Encoding.UTF8.GetBytes(state))
        )
            return null;
        if (place.Connection is { } named && (named.Id != sent.Connection || named.Organization != organization))
            return null;
        return await connections.FindAtAsync(organization, sent.Connection, sent.Revision, ct) is { } connection
            ? (transaction, connection)
            : null;
    }

    /// <summary>Why the answer is not even looked into, or null.</summary>
    private async Task<UpstreamFailure?> RefusalAsync(
        CallbackPlace place,
        SignInTransaction transaction,
        Connection connection,
        CallbackResponse response,
        string? issuer,
        UpstreamResponseMode by,
        CancellationToken ct
    )
    {
        if (!transaction.Request.MayUse(connection))
            return new(ReasonCodes.ConnectionDisabled); // SEC-076
        if (connection.Settings.CallbackStyle != place.Style)
            return new(ReasonCodes.CallbackAddressWrong, Detail: "redirect_uri");
        if (!await IssuerFitsAsync(connection, transaction, issuer, ct))
            return new(ReasonCodes.IdTokenIssuer, Detail: "iss");
        return response is CallbackResponse.Error refused
            ? new(ConsentHelp.ReasonOf(connection, refused) ?? ReasonOf(refused), refused.Aadsts, refused.Name)
            : AnswerRules.Fault(ConnectionFlow.Of(connection.Settings), (CallbackResponse.Answer)response, by);
    }

    /// <summary>RFC 9207 §2.4: compared where present, demanded where the provider announces it.</summary>
    private async Task<bool> IssuerFitsAsync(Connection connection, SignInTransaction transaction, string? issuer, CancellationToken ct)
    {
        var found = await metadata.TargetAsync(connection, transaction, ct);
        if (!found.TryGet(out var target, out _))
            return issuer is null; // the exchange tells what is wrong with the provider
        var document = target.Document;
        return issuer is null ? !document.Metadata.AnnouncesResponseIssuer : document.Provider.Issues(issuer);
    }

    private static string ReasonOf(CallbackResponse.Error refused) =>
        refused switch
        {
            { Aadsts: { } code } => ReasonCatalogue.ForAadsts(code.Value).Code,
            { Name: "access_denied" } => ReasonCodes.SignInCancelled,
            { Name: "login_required" } => ReasonCodes.UpstreamLoginRequired,
            { Name: "consent_required" } => ReasonCodes.ConsentRequired,
            { Name: "temporarily_unavailable" } => ReasonCodes.UpstreamUnreachable,
            { Name: "unsupported_response_type" } => ReasonCodes.ResponseTypeNotEnabled,
            _ => ReasonCodes.UpstreamRefused,
        };
}

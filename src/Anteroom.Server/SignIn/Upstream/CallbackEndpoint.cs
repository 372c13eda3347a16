using System.Security.Cryptography;
using System.Text;
using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.SignOut;
using Anteroom.Server.SignIn.Transactions;

namespace Anteroom.Server.SignIn.Upstream;

/// <summary>The provider's answer comes back (<c>/sso/{connectionKey}/callback</c>). Every check is before the first effect.</summary>
internal sealed class CallbackEndpoint(
    ConnectionStore connections,
    OrganizationHosts hosts,
    TransactionCookies transactions,
    UpstreamMetadata metadata,
    CodeExchange exchange,
    CompleteSignIn complete,
    SignOutFlow signOut,
    ProblemPages problems,
    TimeProvider clock
)
{
    public async Task<IResult> HandleAsync(HttpContext http, string key, CancellationToken ct)
    {
        if (await connections.FindByKeyAsync(key, ct) is not { } connection || !await hosts.IsHomeAsync(http, connection.Organization, ct))
            return problems.NotFound();

        var response = CallbackResponse.Read(http.Request.Query);
        switch (response)
        {
            case CallbackResponse.Empty:
                return await signOut.ReturnAsync(http, ct);
            case CallbackResponse.Malformed:
                return problems.For(ReasonCodes.CallbackInvalid);
        }

        // The transaction is this browser's and this connection's, or nothing happens (SEC-032, SEC-065, SEC-066).
        var (state, issuer) = response switch
        {
            CallbackResponse.Code code => (code.State, code.Issuer),
            CallbackResponse.Error error => (error.State, error.Issuer),
            _ => throw new InvalidOperationException("Handled above."),
        };
        if (await FindTransactionAsync(http, connection, state, ct) is not { Upstream: { } sent } transaction)
            return problems.For(ReasonCodes.TransactionMissing);

        PageLanguages.Wish(http, transaction.Request.UiLocales);
        transactions.Delete(http, transaction.Id); // an answer counts once (SEC-069)
        if (transaction.IsExpiredAt(clock.GetUtcNow()))
            return problems.For(ReasonCodes.TransactionExpired, problems.Frame(application: transaction.Request.ApplicationName));
        if (sent.Revision != connection.Revision && connection.State == ConnectionState.Active)
            connection = await connections.FindAsync(connection.Organization, connection.Id, ct) ?? connection; // the cache may be behind
        if (connection.State != ConnectionState.Active)
            return await complete.RefuseAsync(http, transaction, connection, new(ReasonCodes.ConnectionDisabled), ct); // SEC-076
        if (!await IssuerFitsAsync(connection, issuer, ct))
            return await complete.RefuseAsync(http, transaction, connection, new(ReasonCodes.IdTokenIssuer, Detail: "iss"), ct);

        if (response is CallbackResponse.Error refused)
            return await RefusedAsync(http, transaction, connection, refused, ct);

        var exchanged = await exchange.ExchangeAsync(connection, transaction, ((CallbackResponse.Code)response).Value, ct);
        return exchanged.TryGet(out var token, out var failure)
            ? await complete.HandleAsync(http, transaction, connection, token, ct)
            : await complete.RefuseAsync(http, transaction, connection, failure, ct);
    }

    private async Task<SignInTransaction?> FindTransactionAsync(HttpContext http, Connection connection, string state, CancellationToken ct)
    {
        var dot = state.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0 || !TransactionId.TryParse(state[..dot], out var id))
            return null;
        var transaction = await transactions.ReadAsync(http, id, ct);
        return
            transaction?.Upstream is { } sent
            && sent.Connection == connection.Id
            && transaction.Organization == connection.Organization
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(sent.State), Encoding.UTF8.GetBytes(state))
            ? transaction
            : null;
    }

    /// <summary>RFC 9207 §2.4: compared where present, demanded where the provider announces it.</summary>
    private async Task<bool> IssuerFitsAsync(Connection connection, string? issuer, CancellationToken ct)
    {
        var found = await metadata.FindAsync(connection, ct);
        if (!found.TryGet(out var document, out _))
            return issuer is null; // the exchange tells what is wrong with the provider
        return issuer is null ? !document.Metadata.AnnouncesResponseIssuer : issuer == document.Metadata.Issuer;
    }

    private Task<IResult> RefusedAsync(
        HttpContext http,
        SignInTransaction transaction,
        Connection connection,
        CallbackResponse.Error refused,
        CancellationToken ct
    )
    {
        var reason = refused switch
        {
            { Aadsts: { } code } => ReasonCatalogue.ForAadsts(code.Value).Code,
            { Name: "access_denied" } => ReasonCodes.SignInCancelled,
            { Name: "login_required" } => ReasonCodes.UpstreamLoginRequired,
            { Name: "consent_required" } => ReasonCodes.ConsentRequired,
            { Name: "temporarily_unavailable" } => ReasonCodes.UpstreamUnreachable,
            _ => ReasonCodes.UpstreamRefused,
        };
        return complete.RefuseAsync(http, transaction, connection, new(reason, refused.Aadsts, refused.Name), ct);
    }
}

using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.Transactions;
using Anteroom.Server.SignIn.Upstream;

namespace Anteroom.Server.SignIn.Consent;

/// <summary>Goes on with a request whose first account could not come in: to the provider once more, which asks for another one.</summary>
internal sealed class AgainEndpoint(TransactionCookies transactions, UpstreamRedirect upstream, ProblemPages problems, TimeProvider clock)
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet(SignInPaths.Again, (HttpContext http, AgainEndpoint endpoint, CancellationToken ct) => endpoint.GoAsync(http, ct));

    private async Task<IResult> GoAsync(HttpContext http, CancellationToken ct)
    {
        if (
            !TransactionId.TryParse(http.Request.Query[SignInPaths.TransactionField].ToString(), out var id)
            || await transactions.ReadAsync(http, id, ct)
                is not { Organization: not null, ChoosesAccount: true, Upstream: null } transaction
        )
            return problems.For(ReasonCodes.TransactionMissing);
        return transaction.IsExpiredAt(clock.GetUtcNow())
            ? problems.For(ReasonCodes.TransactionExpired, problems.Frame(application: transaction.Request.ApplicationName))
            : await upstream.GoAsync(http, transaction, ct);
    }
}

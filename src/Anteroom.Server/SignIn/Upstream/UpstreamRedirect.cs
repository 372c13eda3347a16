using System.Security.Cryptography;
using Anteroom.Entra.Providers;
using Anteroom.Entra.Requests;
using Anteroom.Protocols.OAuth;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.Passkeys;
using Anteroom.Server.SignIn.Transactions;

namespace Anteroom.Server.SignIn.Upstream;

/// <summary>Sends the browser to the organization's provider, with everything that must come back kept in its transaction.</summary>
public sealed class UpstreamRedirect(
    ConnectionStore connections,
    OrganizationDirectory organizations,
    UpstreamMetadata metadata,
    TransactionCookies transactions,
    CompleteSignIn complete,
    LoginHosts loginHosts,
    PasskeyOffers passkeys,
    FormGuard forms,
    SignInPages pages,
    ProblemPages problems,
    OrganizationHosts hosts,
    TimeProvider clock
)
{
    private const int StateBytes = 16; // 128 bits (SEC-065)

    /// <summary>Whether there is a way to sign in: where not, an entry is answered as an unknown one (HEL-26).</summary>
    public async Task<bool> CanServeAsync(OrganizationId organization, CancellationToken ct) =>
        await HasProvidersAsync(organization, ct)
        || await organizations.GetAsync(organization, ct) is { AllowsPasskeys: true } or { AllowsPasswords: true };

    /// <summary>Whether a provider is among the ways.</summary>
    public async Task<bool> HasProvidersAsync(OrganizationId organization, CancellationToken ct) =>
        (await OfferedAsync(organization, ct)).Count > 0;

    /// <summary>Goes on with the organization's one way to sign in, or asks which.</summary>
    public async Task<IResult> GoAsync(HttpContext http, SignInTransaction transaction, CancellationToken ct)
    {
        if (transaction.Request.Connection is { } named)
            return await connections.FindAsync(transaction.Organization!.Value, named, ct) is { } tried && transaction.Request.MayUse(tried)
                ? await SendAsync(http, transaction, tried, ct)
                : problems.NotFound(); // who has no business with it does not learn that it is there
        var active = await OfferedAsync(transaction.Organization!.Value, ct);
        var organization = await organizations.GetAsync(transaction.Organization.Value, ct);
        var way = SignInWays.Decide(
            new(
                organization?.Settings.SignIn ?? SignInPolicy.Default,
                [.. active.Select(connection => connection.Id)],
                organization is { AllowsPasswords: true },
                await passkeys.AreMadeAsync(http, transaction.Organization, ct),
                transaction.Request.WantsLocal
            )
        );
        return way switch
        {
            SignInWay.Password => await transactions.WriteAsync(http, transaction, ct)
                ? new SeeOther(SignInPaths.With(SignInPaths.Password, transaction.Id))
                : problems.For(ReasonCodes.TooManyRequests),
            SignInWay.Provider taken => await SendAsync(
                http,
                transaction,
                active.First(connection => connection.Id == taken.Connection),
                ct
            ),
            SignInWay.Ask asked => await AskAsync(
                http,
                transaction,
                [.. active.Where(connection => asked.Connections.Contains(connection.Id))],
                asked.WithPassword,
                ct
            ),
            _ => problems.For(ReasonCodes.ConnectionMissing, await FrameAsync(transaction, ct)),
        };
    }

    /// <summary>Goes on with the connection that the person chose, where it is one of the organization's active ones.</summary>
    public async Task<IResult> GoAsync(HttpContext http, SignInTransaction transaction, string chosen, CancellationToken ct)
    {
        if (transaction.Organization is not { } organization)
            return problems.For(ReasonCodes.TransactionMissing);
        if (transaction.Request.Connection is not null)
            return await GoAsync(http, transaction, ct);
        var connection = (await OfferedAsync(organization, ct)).FirstOrDefault(active => active.Id.ToString() == chosen);
        return connection is null
            ? problems.For(ReasonCodes.ConnectionDisabled, await FrameAsync(transaction, ct))
            : await SendAsync(http, transaction, connection, ct);
    }

    /// <summary>The active connections of the kind that the organization offers.</summary>
    private async Task<IReadOnlyList<Connection>> OfferedAsync(OrganizationId id, CancellationToken ct)
    {
        var policy = (await organizations.GetAsync(id, ct))?.Settings.SignIn ?? SignInPolicy.Default;
        return [.. (await connections.ListActiveAsync(id, ct)).Where(connection => SignInWays.Offers(policy, connection.Kind))];
    }

    private async Task<IResult> SendAsync(HttpContext http, SignInTransaction transaction, Connection connection, CancellationToken ct)
    {
        if (!await hosts.IsHomeAsync(http, connection.Organization, ct))
            return problems.For(ReasonCodes.TransactionMissing); // the organization moved to another host meanwhile
        if (ConnectionRules.HostFault(connection.Settings.CallbackStyle, OrganizationHost.Of(http) is not null) is not null)
            return await complete.RefuseAsync(http, transaction, connection, new(ReasonCodes.CallbackStyleUnfit), ct);
        var flow = ConnectionFlow.Of(connection.Settings);
        if (flow.NeedsCredential && UpstreamClients.FaultOf(connection, clock.GetUtcNow()) is { } unfit)
            return await complete.RefuseAsync(http, transaction, connection, new(unfit), ct);
        var frame = await FrameAsync(transaction, ct);
        transaction = transaction with { Upstream = null }; // of an attempt before
        if (!(await metadata.TargetAsync(connection, transaction, ct)).TryGet(out var provider, out var failure))
            return await complete.RefuseAsync(http, transaction, connection, failure, ct);
        var (document, application) = (provider.Document, provider.Application);

        var fresh = Freshness.Of(transaction, connection.Kind);
        var verifier = flow.HasCode ? CodeVerifier.New() : null;
        var sent = new UpstreamRequest(
            connection.Id,
            connection.Revision,
            $"{transaction.Id}.{Base64Url.Encode(RandomNumberGenerator.GetBytes(StateBytes))}",
            Base64Url.Encode(RandomNumberGenerator.GetBytes(StateBytes)),
            verifier?.Reveal(),
            clock.GetUtcNow()
        )
        {
            Tenant = application.IsShared ? provider.Tenant : null,
        };
        if (!await transactions.WriteAsync(http, transaction with { Upstream = sent }, ct))
            return problems.For(ReasonCodes.TooManyRequests, frame);

        var target = new AuthorizeRequest(
            document.Metadata.AuthorizationEndpoint,
            application.ClientId,
            connection.RedirectUri(await hosts.OriginOfAsync(connection.Organization, ct)),
            sent.State,
            sent.Nonce
        )
        {
            ResponseType = flow.Asks,
            ResponseMode = flow.ComesBy,
            CodeChallenge = verifier?.Challenge.Value,
            Scope = GroupRoles.ScopeOf(connection),
            LoginHint = transaction.Entry,
            Prompt = fresh.Prompt,
            MaxAge = fresh.MaxAge,
            AcrValues = transaction.Request.AcrValues,
            Claims = AuthContexts.ClaimsFor(AuthContexts.For(connection.Settings, transaction.Request.AcrValues)),
        }.ToUri(document.Provider);

        return HttpMethods.IsPost(http.Request.Method) && MayLeadFurther(document, transaction)
            ? new PageResult(context => pages.ContinueAsync(context, new(frame, target, connection.Name)))
            : new SeeOther(target.AbsoluteUri);
    }

    // Browsers hold every redirect after a form against its policy, which names the login hosts of the clouds (SEC-005). The hosts of kind
    // oidc are not among them, nor an alias at which a sovereign cloud may have its endpoint; nor is the host to which Entra forwards at once
    // when a login_hint lies in a federated domain of the tenant.
    // Then the answer is a page that goes on by itself: as many requests, and no policy to break. Without a hint Entra shows its own page
    // first, and a plain redirect serves.
    private static bool MayLeadFurther(ProviderDocument document, SignInTransaction transaction) =>
        document.Provider is not EntraProvider entra
        || transaction.Entry is not null
        || document.Metadata.AuthorizationEndpoint.Authority != entra.Cloud.Authority.Authority;

    private async Task<IResult> AskAsync(
        HttpContext http,
        SignInTransaction transaction,
        IReadOnlyList<Connection> active,
        bool password,
        CancellationToken ct
    )
    {
        if (!await transactions.WriteAsync(http, transaction, ct))
            return problems.For(ReasonCodes.TooManyRequests);

        var model = new ChooseConnectionModel(
            await FrameAsync(transaction, ct),
            new(
                SignInPaths.Connection,
                [new(SignInPaths.TransactionField, transaction.Id.ToString()), new(FormGuard.FieldName, forms.TokenFor(http))]
            ),
            [
                .. active.Select(connection => new ConnectionChoice(
                    connection.Id.ToString(),
                    connection.Name,
                    connection.Kind == ConnectionKind.Entra
                )),
            ]
        )
        {
            Passkey = await passkeys.OfAsync(http, transaction, ct),
            Password = password ? SignInPaths.With(SignInPaths.Password, transaction.Id) : null,
        };
        IReadOnlyList<Uri> redirects = [.. await loginHosts.ListAsync(ct), new Uri(transaction.Request.ReturnTo)];
        return new PageResult(context => pages.ChooseConnectionAsync(context, model, redirects));
    }

    private async Task<PageFrame> FrameAsync(SignInTransaction transaction, CancellationToken ct) =>
        problems.Frame(
            transaction.Organization is { } id ? await organizations.GetAsync(id, ct) : null,
            transaction.Request.ApplicationName
        );
}

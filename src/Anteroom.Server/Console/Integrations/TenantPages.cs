using Anteroom.Server.Audit;
using Anteroom.Server.Connections;
using Anteroom.Server.Connections.SharedApp;
using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.TenantProof;

namespace Anteroom.Server.Console.Integrations;

/// <summary>Which tenants' people come in by a connection of the shared app. An administrator connects their own by signing in there; an operator may name one (SEC-063).</summary>
internal static class TenantPages
{
    private const string Path = ConnectionPages.Path + "/{id}/tenants";
    private const string Tenant = "tenantId";
    private const string Domain = "domain";

    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet(Path, ShowAsync).Operation("tenantBindings.list");
        console.MapPost(Path + "/prove", ProveAsync).Operation("connections.update").WithMetadata(Sensitive.Instance);
        console.MapGet(Path + "/proven", ProvenAsync).Operation("connections.update");
        console.MapPost(Path + "/proven", ConnectAsync).Operation("connections.update").WithMetadata(Sensitive.Instance);
        console.MapPost(Path + "/by-domain", ByDomainAsync).Operation("tenantBindings.createByDomain").WithMetadata(Sensitive.Instance);
        console.MapGet(Path + "/name", AskNameAsync).Operation("tenantBindings.create");
        console.MapPost(Path + "/name", NameAsync).Operation("tenantBindings.create");
        console.MapGet(Path + "/{binding}/remove", AskRemovalAsync).Operation("tenantBindings.remove");
        console.MapPost(Path + "/{binding}/remove", RemoveAsync).Operation("tenantBindings.remove");
    }

    public static string AddressOf(HttpContext http, Connection connection) => $"{ConnectionPages.AddressOf(http, connection)}/tenants";

    private static async Task<IResult> ShowAsync(
        string id,
        HttpContext http,
        ConnectionStore connections,
        TenantsView view,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    ) =>
        await FindAsync(http, connections, id, ct) is { } connection
            ? pages.Show("Tenants", await view.OfAsync(http, pages, connection, ct))
            : problems.NotFound();

    /// <summary>The tenant that Entra names for a domain of the organization's own; why it is not connected stands on the page itself.</summary>
    private static async Task<IResult> ByDomainAsync(
        string id,
        HttpContext http,
        ConnectionStore connections,
        BindByDomain bind,
        TenantsView view,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        if (await FindAsync(http, connections, id, ct) is not { } connection)
            return problems.NotFound();
        var domain = (await FormValues.TypedAsync(http, ct))[Domain];
        var bound = await bind.HandleAsync(connection.Organization, connection.Settings.Cloud!, domain, http.Audit(), ct);
        if (bound.TryGet(out _, out var refusal))
            return ConsolePages.Back(AddressOf(http, connection), "tenant.connected");
        if (refusal.Code == ReasonCodes.Conflict)
            return ConsolePages.Back(AddressOf(http, connection), "tenant.known");
        var reason = ReasonCatalogue.Get(refusal.Code);
        var model = await view.OfAsync(http, pages, connection, ct);
        return pages.Show(
            "Tenants",
            model with
            {
                Fault = $"{reason.Happened} {reason.Now} {reason.Administrator}".TrimEnd(),
            },
            StatusCodes.Status422UnprocessableEntity
        );
    }

    private static async Task<IResult> ProveAsync(
        string id,
        HttpContext http,
        ConnectionStore connections,
        SignInDispatcher signIn,
        ConsolePages pages,
        ProblemPages problems,
        AnteroomOptions options,
        CancellationToken ct
    )
    {
        if (await FindAsync(http, connections, id, ct) is not { } connection)
            return problems.NotFound();
        var proven = $"{options.Issuer}{AddressOf(http, connection)}/proven";
        var request = TenantProofProtocol.RequestFor(connection, http.Caller().User, pages["Tenants.Connect"], proven);
        return await signIn.BeginAsync(http, request, ct);
    }

    /// <summary>Asks whether the tenant that the sign-in has shown is to be connected; the address alone does nothing.</summary>
    private static async Task<IResult> ProvenAsync(
        string id,
        HttpContext http,
        ConnectionStore connections,
        TenantProofs proofs,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        if (await FindAsync(http, connections, id, ct) is not { } connection)
            return problems.NotFound();
        PagePolicy.Of(http).HideReferrer(); // the address carries the handle
        var handle = http.Request.Query[TenantProofProtocol.ProofParameter].ToString();
        var found = await proofs.FindAsync(connection.Organization, handle, ct);
        var proven = found is not null && IsCallers(found, http, connection) ? found : null;
        return pages.Show(
            "TenantProven",
            new TenantProvenModel(
                ConnectionPages.FrameOf(http, pages, connection, pages["TenantProven.Title"]),
                AddressOf(http, connection),
                proven is null ? "" : handle,
                proven,
                proven?.Reason is { } reason ? ReasonCatalogue.Get(reason) : null
            )
        );
    }

    /// <summary>The same administrator, in a session of theirs that is fresh (SEC-041), says yes: the proof counts, once.</summary>
    private static async Task<IResult> ConnectAsync(
        string id,
        HttpContext http,
        ConnectionStore connections,
        TenantProofs proofs,
        ChangeTenantBindings change,
        AuditTrail audit,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        if (await FindAsync(http, connections, id, ct) is not { } connection)
            return problems.NotFound();
        var handle = (await FormValues.TypedAsync(http, ct))[TenantProofProtocol.ProofParameter];
        var shown = await proofs.FindAsync(connection.Organization, handle, ct);
        if (
            shown is not { Tenant: { } tenant, Reason: null }
            || !IsCallers(shown, http, connection)
            || await proofs.TakeAsync(connection.Organization, handle, ct) is null
        )
        {
            var entry = new AuditEntry(
                "tenant_binding.refused",
                AuditResult.Refused,
                ReasonCodes.TransactionMissing,
                "connection",
                connection.Id.Value,
                connection.Name
            );
            await audit.RecordRefusalAsync(connection.Organization, http.Audit(), entry, ct);
            return problems.For(ReasonCodes.TransactionMissing, tryAgain: AddressOf(http, connection));
        }
        var kind = http.Caller().IsOperator ? TenantBindingKind.Operator : TenantBindingKind.Administrator;
        var bound = await change.BindAsync(connection.Organization, shown.Cloud, tenant, kind, shown.Domain, http.Audit(), ct);
        return bound.TryGet(out _, out var refusal) ? ConsolePages.Back(AddressOf(http, connection), "tenant.connected")
            : refusal.Code == ReasonCodes.Conflict ? ConsolePages.Back(AddressOf(http, connection), "tenant.known")
            : problems.For(refusal.Code, tryAgain: AddressOf(http, connection));
    }

    private static async Task<IResult> AskNameAsync(
        string id,
        HttpContext http,
        ConnectionStore connections,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    ) =>
        await FindAsync(http, connections, id, ct) is { } connection
            ? pages.Form(NameForm(http, pages, connection, FormValues.Empty))
            : problems.NotFound();

    private static async Task<IResult> NameAsync(
        string id,
        HttpContext http,
        ConnectionStore connections,
        ChangeTenantBindings change,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        if (await FindAsync(http, connections, id, ct) is not { } connection)
            return problems.NotFound();
        var page = NameForm(http, pages, connection, await FormValues.TypedAsync(http, ct));
        if (!Guid.TryParseExact(PastedId.Clean(page.Fields[0].Value), "D", out var tenant))
            return pages.Form(new FormFault(Tenant, pages["Tenants.Name.NoId"]).On(page));
        if (pages.AskForProof(http, page) is { } proof)
            return proof;
        var bound = await change.BindAsync(
            connection.Organization,
            connection.Settings.Cloud!,
            tenant,
            TenantBindingKind.Operator,
            domain: null,
            http.Audit(),
            ct
        );
        return bound.TryGet(out _, out var refusal)
            ? ConsolePages.Back(AddressOf(http, connection), "tenant.connected")
            : pages.Form(FormFault.Of(refusal.Code, refusal.Detail, Tenant).On(page));
    }

    private static async Task<IResult> AskRemovalAsync(
        string id,
        string binding,
        HttpContext http,
        ConnectionStore connections,
        TenantBindings bindings,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    ) =>
        await FindAsync(http, connections, id, ct) is { } connection && await FindAsync(connection, bindings, binding, ct) is { } found
            ? pages.Form(RemovalForm(http, pages, connection, found))
            : problems.NotFound();

    private static async Task<IResult> RemoveAsync(
        string id,
        string binding,
        HttpContext http,
        ConnectionStore connections,
        TenantBindings bindings,
        ChangeTenantBindings change,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        if (
            await FindAsync(http, connections, id, ct) is not { } connection
            || await FindAsync(connection, bindings, binding, ct) is not { } found
        )
            return problems.NotFound();
        if (pages.AskForProof(http, RemovalForm(http, pages, connection, found)) is { } proof)
            return proof;
        return await change.RemoveAsync(connection.Organization, found.Id, http.Audit(), ct)
            ? ConsolePages.Back(AddressOf(http, connection), "tenant.removed")
            : problems.NotFound();
    }

    private static bool IsCallers(ProvenTenant proven, HttpContext http, Connection connection) =>
        proven.By == http.Caller().User && proven.Connection == connection.Id && proven.Cloud == connection.Settings.Cloud;

    /// <summary>One that uses the shared app; an own registration names its tenant itself.</summary>
    private static async Task<Connection?> FindAsync(HttpContext http, ConnectionStore connections, string id, CancellationToken ct) =>
        await ConnectionPages.FindAsync(http, connections, id, ct) is { Settings.Registration: Registration.Shared } connection
            ? connection
            : null;

    private static async Task<TenantBinding?> FindAsync(
        Connection connection,
        TenantBindings bindings,
        string binding,
        CancellationToken ct
    ) =>
        TenantBindingId.TryParse(binding, out var id)
            ? (await bindings.ListAsync(connection.Organization, ct)).FirstOrDefault(one => one.Id == id)
            : null;

    private static FormPage NameForm(HttpContext http, ConsolePages pages, Connection connection, FormValues values) =>
        new(
            FrameOf(http, pages, connection, pages["Tenants.Name"]),
            [
                new(Tenant, pages["Intake.Tenant"], values[Tenant])
                {
                    Required = true,
                    Verbatim = true,
                    Longest = 100,
                },
            ],
            pages["Tenants.Name.Do"],
            AddressOf(http, connection)
        )
        {
            Lead = pages["Tenants.Name.Lead"],
        };

    private static FormPage RemovalForm(HttpContext http, ConsolePages pages, Connection connection, TenantBinding binding) =>
        FormPage.Question(
            FrameOf(http, pages, connection, pages["Tenants.Remove.Title", binding.Domain ?? binding.TenantId.ToString("D")]),
            pages["Remove"],
            AddressOf(http, connection),
            pages["Tenants.Remove.Nobody"],
            pages["Tenants.Remove.Kept"]
        );

    private static ConsoleFrame FrameOf(HttpContext http, ConsolePages pages, Connection connection, string title)
    {
        var above = ConnectionPages.FrameOf(http, pages, connection, title);
        return above with { Trail = [.. above.Trail, new(pages["Tenants.Title"], AddressOf(http, connection))] };
    }
}

/// <param name="Handle">Names the proof, for the form that lets it count.</param>
/// <param name="Proven">Null where it is gone, or somebody else's.</param>
/// <param name="Reason">Why it proves nothing; null where it does.</param>
internal sealed record TenantProvenModel(ConsoleFrame Frame, string Address, string Handle, ProvenTenant? Proven, Reason? Reason)
    : IConsolePage;

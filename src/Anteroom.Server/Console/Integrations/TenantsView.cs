using Anteroom.Server.Connections;
using Anteroom.Server.Connections.SharedApp;
using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn;
using Anteroom.Server.SignIn.Consent;

namespace Anteroom.Server.Console.Integrations;

/// <summary>What the page of a connection's tenants shows, after whichever form of it.</summary>
internal sealed class TenantsView(Database database, TenantBindings bindings, SignInDispatcher signIn, AdminConsentLinks consent)
{
    public async Task<TenantsModel> OfAsync(HttpContext http, ConsolePages pages, Connection connection, CancellationToken ct)
    {
        // The form's answer leads on to the provider (SEC-005).
        foreach (var host in await signIn.LoginHostsAsync(ct))
            PagePolicy.Of(http).AllowFormAction(host);
        var bound = await bindings.ListAsync(connection.Organization, ct);
        return new(
            ConnectionPages.FrameOf(http, pages, connection, pages["Tenants.Title"]),
            [.. bound.Where(binding => binding.Cloud == connection.Settings.Cloud).Reverse()],
            TenantPages.AddressOf(http, connection),
            http.Caller().May("connections.update"),
            http.Caller().May("tenantBindings.create"),
            http.Caller().May("tenantBindings.remove"),
            http.Caller().May("connections.update") ? await consent.OfAsync(connection, ct) : null
        )
        {
            ApplicationConsent = http.Caller().May("tenantBindings.createByDomain")
                ? await consent.OfApplicationAsync(connection, ct)
                : null,
            ProvenDomains = await ProvenAsync(connection, ct),
        };
    }

    /// <summary>By DNS: those of which a tenant may be found.</summary>
    private async Task<IReadOnlyList<string>> ProvenAsync(Connection connection, CancellationToken ct)
    {
        await using var tx = await database.BeginAsync(connection.Organization, ct);
        var domains = await OrganizationDomains.ListAsync(tx, ct);
        return
        [
            .. domains
                .Where(domain => domain is { State: DomainState.Verified, Proof.Kind: DomainProofKind.Dns })
                .Select(domain => domain.Name),
        ];
    }
}

/// <param name="Bindings">The newest first.</param>
/// <param name="MayProve">Whether the caller may connect a tenant by signing in there.</param>
/// <param name="MayName">Whether the caller may connect one by its id.</param>
/// <param name="AdminConsent">Where an administrator of the tenant consents for everybody; null where the caller has nothing to do with it.</param>
internal sealed record TenantsModel(
    ConsoleFrame Frame,
    IReadOnlyList<TenantBinding> Bindings,
    string Address,
    bool MayProve,
    bool MayName,
    bool MayRemove,
    Uri? AdminConsent
) : IConsolePage
{
    /// <summary>
    /// Where an administrator of the tenant lets the app read the tenant's domains; null where the caller may not have a tenant connected by
    /// them, or no app serves.
    /// </summary>
    public Uri? ApplicationConsent { get; init; }

    public IReadOnlyList<string> ProvenDomains { get; init; } = [];

    /// <summary>Why no tenant was connected.</summary>
    public string? Fault { get; init; }

    public string DomainsAddress => Navigation.Of(Frame.Room!, "domains");
}

using Anteroom.Protocols.Primitives;
using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Api;

/// <summary>A connection as it is sent (design.md §6).</summary>
internal sealed record ConnectionBody(
    string Name,
    ConnectionKind Kind,
    string? ClientId = null,
    string? Cloud = null,
    string? Authority = null,
    IReadOnlyList<string>? EndpointHosts = null,
    Registration Registration = Registration.Own,
    ClientKind ClientKind = ClientKind.Confidential,
    ResponseMode ResponseMode = ResponseMode.Code,
    CallbackStyle? CallbackStyle = null,
    string? TenantId = null,
    string? ClientSecret = null,
    DateOnly? ClientSecretExpiresOn = null,
    IReadOnlyList<string>? AuthorizedDomains = null,
    ProvisioningMode Provisioning = ProvisioningMode.Create,
    string? DefaultRole = null,
    IReadOnlyList<ClaimMapping>? ClaimMappings = null,
    IReadOnlyList<RoleMapping>? RoleMappings = null,
    RoleMappingApplies RoleMappingApplies = RoleMappingApplies.AtCreation,
    bool MfaRequired = false,
    bool TrustUpstreamMfa = false,
    string? AuthContext = null,
    IReadOnlyList<StepUp>? StepUps = null,
    IReadOnlyList<string>? Testers = null,
    CredentialKind Credential = CredentialKind.Secret,
    FirstLinkName FirstLink = FirstLinkName.Upn
)
{
    public ConnectionDraft ToDraft() =>
        new(
            Name,
            Kind,
            TenantId,
            ClientSecret is null ? null : new Secret(ClientSecret),
            new ConnectionSettings
            {
                ClientId = ClientId ?? "",
                ClientSecretExpiresOn = ClientSecretExpiresOn,
                Credential = Credential,
                Cloud = Cloud,
                Authority = Authority,
                EndpointHosts = EndpointHosts ?? [],
                Registration = Registration,
                ClientKind = ClientKind,
                ResponseMode = ResponseMode,
                CallbackStyle =
                    CallbackStyle
                    ?? (Registration == Registration.Shared ? Connections.CallbackStyle.Central : Connections.CallbackStyle.Connection),
                AuthorizedDomains = AuthorizedDomains ?? [],
                Provisioning = Provisioning,
                FirstLink = FirstLink,
                DefaultRole = DefaultRole ?? BuiltInRoles.Worker,
                ClaimMappings = ClaimMappings ?? [],
                RoleMappings = RoleMappings ?? [],
                RoleMappingApplies = RoleMappingApplies,
                MfaRequired = MfaRequired,
                TrustUpstreamMfa = TrustUpstreamMfa,
                AuthContext = AuthContext,
                StepUps = StepUps ?? [],
                Testers = Testers ?? [],
            }
        );
}

internal sealed record PatchConnectionBody
{
    public Patched<string> Name { get; init; }
    public Patched<string> ClientId { get; init; }
    public Patched<string> Cloud { get; init; }
    public Patched<string> Authority { get; init; }
    public Patched<IReadOnlyList<string>> EndpointHosts { get; init; }
    public Patched<Registration?> Registration { get; init; }
    public Patched<ClientKind?> ClientKind { get; init; }
    public Patched<ResponseMode?> ResponseMode { get; init; }
    public Patched<CallbackStyle?> CallbackStyle { get; init; }
    public Patched<string> TenantId { get; init; }
    public Patched<string> ClientSecret { get; init; }
    public Patched<DateOnly?> ClientSecretExpiresOn { get; init; }
    public Patched<CredentialKind?> Credential { get; init; }
    public Patched<string> Certificate { get; init; }
    public Patched<IReadOnlyList<string>> AuthorizedDomains { get; init; }
    public Patched<ProvisioningMode?> Provisioning { get; init; }
    public Patched<FirstLinkName?> FirstLink { get; init; }
    public Patched<string> DefaultRole { get; init; }
    public Patched<IReadOnlyList<ClaimMapping>> ClaimMappings { get; init; }
    public Patched<IReadOnlyList<RoleMapping>> RoleMappings { get; init; }
    public Patched<RoleMappingApplies?> RoleMappingApplies { get; init; }
    public Patched<bool?> MfaRequired { get; init; }
    public Patched<bool?> TrustUpstreamMfa { get; init; }
    public Patched<string> AuthContext { get; init; }
    public Patched<IReadOnlyList<StepUp>> StepUps { get; init; }
    public Patched<IReadOnlyList<string>> Testers { get; init; }

    public ConnectionDraft ApplyTo(Connection current)
    {
        var settings = current.Settings;
        var registration = Or(Registration, settings.Registration) ?? Connections.Registration.Own;
        if (registration == Connections.Registration.Shared)
            settings = settings with // what belonged to the own app that it had does not stay
            {
                ClientId = "",
                TenantId = null,
                TenantDomain = null,
                Credential = CredentialKind.Secret,
            };
        return new(
            Or(Name, current.Name) ?? "",
            current.Kind,
            Or(TenantId, settings.TenantDomain ?? settings.TenantId?.ToString("D")),
            ClientSecret.Value is { } secret ? new Secret(secret) : null,
            settings with
            {
                ClientId = Or(ClientId, settings.ClientId) ?? "",
                // The day belongs to its secret: another one's is told with it, or not known.
                ClientSecretExpiresOn = Or(ClientSecretExpiresOn, ClientSecret.IsPresent ? null : settings.ClientSecretExpiresOn),
                Credential = Or(Credential, settings.Credential) ?? CredentialKind.Secret,
                Certificate = Certificate.Value is { } thumbprint ? new(thumbprint, default) : settings.Certificate,
                Cloud = Or(Cloud, settings.Cloud),
                Authority = Or(Authority, settings.Authority),
                EndpointHosts = Or(EndpointHosts, settings.EndpointHosts) ?? [],
                Registration = registration,
                ClientKind = Or(ClientKind, settings.ClientKind) ?? Connections.ClientKind.Confidential,
                ResponseMode = Or(ResponseMode, settings.ResponseMode) ?? Connections.ResponseMode.Code,
                CallbackStyle = Or(CallbackStyle, settings.CallbackStyle) ?? Connections.CallbackStyle.Connection,
                AuthorizedDomains = Or(AuthorizedDomains, settings.AuthorizedDomains) ?? [],
                Provisioning = Or(Provisioning, settings.Provisioning) ?? ProvisioningMode.Create,
                FirstLink = Or(FirstLink, settings.FirstLink) ?? FirstLinkName.Upn,
                DefaultRole = Or(DefaultRole, settings.DefaultRole) ?? BuiltInRoles.Worker,
                ClaimMappings = Or(ClaimMappings, settings.ClaimMappings) ?? [],
                RoleMappings = Or(RoleMappings, settings.RoleMappings) ?? [],
                RoleMappingApplies = Or(RoleMappingApplies, settings.RoleMappingApplies) ?? Connections.RoleMappingApplies.AtCreation,
                MfaRequired = Or(MfaRequired, settings.MfaRequired) ?? false,
                TrustUpstreamMfa = Or(TrustUpstreamMfa, settings.TrustUpstreamMfa) ?? false,
                AuthContext = Or(AuthContext, settings.AuthContext),
                StepUps = Or(StepUps, settings.StepUps) ?? [],
                Testers = Or(Testers, settings.Testers) ?? [],
            }
        )
        {
            DropsSecret = ClientSecret is { IsPresent: true, Value: null }, // RFC 7396 §1: null takes away
        };
    }

    private static T? Or<T>(Patched<T> patch, T? current) => patch.IsPresent ? patch.Value : current;
}

internal sealed record ActivateBody(string? WithoutTest = null);

internal sealed record SecretView(string Last4, DateTimeOffset? SetAt);

/// <summary>A connection as it is shown; the secret only by its end and its date (SEC-267).</summary>
internal sealed record ConnectionView(
    string Id,
    string Key,
    string Name,
    ConnectionKind Kind,
    ConnectionState State,
    int Revision,
    string? Cloud,
    string? Authority,
    IReadOnlyList<string> EndpointHosts,
    Registration Registration,
    ClientKind ClientKind,
    ResponseMode ResponseMode,
    CallbackStyle CallbackStyle,
    string? TenantId,
    string? ClientId,
    CredentialKind Credential,
    SecretView? ClientSecret,
    DateOnly? ClientSecretExpiresOn,
    CertificateInUse? Certificate,
    IReadOnlyList<string> AuthorizedDomains,
    ProvisioningMode Provisioning,
    FirstLinkName FirstLink,
    string DefaultRole,
    IReadOnlyList<ClaimMapping> ClaimMappings,
    IReadOnlyList<RoleMapping> RoleMappings,
    RoleMappingApplies RoleMappingApplies,
    bool MfaRequired,
    bool TrustUpstreamMfa,
    string? AuthContext,
    IReadOnlyList<StepUp> StepUps,
    IReadOnlyList<string> Testers,
    string RedirectUri,
    string LogoutUri,
    DateTimeOffset CreatedAt
)
{
    /// <param name="origin">Where the organization's people sign in.</param>
    public static ConnectionView Of(Connection connection, string origin)
    {
        var settings = connection.Settings;
        return new(
            connection.Id.ToString(),
            connection.Key,
            connection.Name,
            connection.Kind,
            connection.State,
            connection.Revision,
            settings.Cloud,
            settings.Authority,
            settings.EndpointHosts,
            settings.Registration,
            settings.ClientKind,
            settings.ResponseMode,
            settings.CallbackStyle,
            settings.TenantId?.ToString("D"),
            settings.ClientId.Length > 0 ? settings.ClientId : null,
            settings.Credential,
            connection.SecretLast4 is { } last4 ? new(last4, connection.SecretAt) : null,
            settings.ClientSecretExpiresOn,
            settings.Certificate,
            settings.AuthorizedDomains,
            settings.Provisioning,
            settings.FirstLink,
            settings.DefaultRole,
            settings.ClaimMappings,
            settings.RoleMappings,
            settings.RoleMappingApplies,
            settings.MfaRequired,
            settings.TrustUpstreamMfa,
            settings.AuthContext,
            settings.StepUps,
            settings.Testers,
            connection.RedirectUri(origin),
            connection.LogoutUri(origin),
            connection.CreatedAt
        );
    }
}

internal sealed record TestView(IReadOnlyList<ConnectionTestStep> Steps);

/// <summary>Connections of an organization and their life cycle.</summary>
internal static class ConnectionEndpoints
{
    private const string Path = "/organizations/{slug}/connections";

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet(Path, ListAsync).Operation("connections.list").Produces<ApiList<ConnectionView>>();
        api.MapPost(Path, CreateAsync)
            .Operation("connections.create")
            .Accepts<ConnectionBody>("application/json")
            .Produces<ConnectionView>(201);
        api.MapGet(Path + "/{id}", GetAsync).Operation("connections.get").Produces<ConnectionView>();
        api.MapPatch(Path + "/{id}", PatchAsync)
            .Operation("connections.update")
            .Versioned()
            .Accepts<PatchConnectionBody>("application/merge-patch+json", "application/json")
            .Produces<ConnectionView>();
        api.MapPost(Path + "/{id}/test", TestAsync).Operation("connections.test").Produces<TestView>();
        MapStep(api, "submit", ConnectionStep.Submit);
        MapStep(api, "approve", ConnectionStep.Approve);
        MapStep(api, "activate", ConnectionStep.Activate).Accepts<ActivateBody>(isOptional: true, "application/json");
        MapStep(api, "disable", ConnectionStep.Disable);
    }

    private static RouteHandlerBuilder MapStep(RouteGroupBuilder api, string word, ConnectionStep step) =>
        api.MapPost(
                $"{Path}/{{id}}/{word}",
                (string id, HttpContext http, ChangeConnectionState change, OrganizationHosts hosts, CancellationToken ct) =>
                    StepAsync(id, step, http, change, hosts, ct)
            )
            .Operation($"connections.{word}")
            .Produces<ConnectionView>();

    private static async Task<IResult> ListAsync(
        HttpContext http,
        ConnectionStore connections,
        OrganizationHosts hosts,
        CancellationToken ct
    )
    {
        var all = await connections.ListAsync(http.TargetOrganization().Id, ct);
        return ApiResults.Ok(
            new ApiList<ConnectionView>(
                [.. all.Select(connection => ConnectionView.Of(connection, hosts.OriginOf(http.TargetOrganization())))],
                null
            )
        );
    }

    private static async Task<IResult> CreateAsync(
        HttpContext http,
        SaveConnection save,
        Database database,
        OrganizationHosts hosts,
        CancellationToken ct
    )
    {
        if (!(await ApiBody.ReadAsync<ConnectionBody>(http, ct)).TryGet(http, out var body, out var problem))
            return problem;
        var organization = http.TargetOrganization();
        if (await GrantsTooMuchAsync(http, database, body.RoleMappings ?? [], ct))
            return ApiResults.Problem(http, ReasonCodes.Forbidden, "roleMappings name a role with more permissions than the key has.");
        var made = await save.CreateAsync(organization.Id, body.ToDraft(), http.ApiAudit(), ct);
        return made.TryGet(out var connection, out var refusal)
            ? ApiResults.Created(
                http,
                $"/api/v1/organizations/{organization.Slug}/connections/{connection.Id}",
                ConnectionView.Of(connection, hosts.OriginOf(http.TargetOrganization())),
                connection.Version
            )
            : ApiResults.Problem(http, refusal.Code, refusal.Detail);
    }

    private static async Task<IResult> GetAsync(
        string id,
        HttpContext http,
        ConnectionStore connections,
        OrganizationHosts hosts,
        CancellationToken ct
    ) =>
        await FindAsync(id, http, connections, ct) is { } connection
            ? ApiResults.Versioned(http, ConnectionView.Of(connection, hosts.OriginOf(http.TargetOrganization())), connection.Version)
            : ApiResults.NotFound(http);

    private static async Task<IResult> PatchAsync(
        string id,
        HttpContext http,
        SaveConnection save,
        Database database,
        OrganizationHosts hosts,
        CancellationToken ct
    )
    {
        if (!http.TryGetIfMatch(out var version, out var unmatched))
            return unmatched!;
        if (!(await ApiBody.ReadAsync<PatchConnectionBody>(http, ct)).TryGet(http, out var body, out var problem))
            return problem;
        if (!ConnectionId.TryParse(id, out var connectionId))
            return ApiResults.NotFound(http);
        if (await GrantsTooMuchAsync(http, database, body.RoleMappings.Value ?? [], ct))
            return ApiResults.Problem(http, ReasonCodes.Forbidden, "roleMappings name a role with more permissions than the key has.");
        var saved = await save.ChangeAsync(
            http.TargetOrganization().Id,
            connectionId,
            version,
            current => body.ApplyTo(current),
            http.ApiAudit(),
            ct,
            isOperator: IsOperator(http)
        );
        return saved.TryGet(out var connection, out var refusal)
            ? ApiResults.Versioned(http, ConnectionView.Of(connection, hosts.OriginOf(http.TargetOrganization())), connection.Version)
            : ApiResults.Problem(http, refusal.Code, refusal.Detail);
    }

    private static async Task<IResult> TestAsync(
        string id,
        HttpContext http,
        ConnectionStore connections,
        TestConnection test,
        CancellationToken ct
    ) =>
        await FindAsync(id, http, connections, ct) is { } connection
            ? ApiResults.Ok(new TestView(await test.RunAsync(connection, ct)))
            : ApiResults.NotFound(http);

    private static async Task<IResult> StepAsync(
        string id,
        ConnectionStep step,
        HttpContext http,
        ChangeConnectionState change,
        OrganizationHosts hosts,
        CancellationToken ct
    )
    {
        string? withoutTest = null;
        if (step == ConnectionStep.Activate && ApiBody.IsSent(http))
        {
            if (!(await ApiBody.ReadAsync<ActivateBody>(http, ct)).TryGet(http, out var body, out var problem))
                return problem;
            withoutTest = body.WithoutTest;
            if (withoutTest is { Length: 0 or > 200 })
                return ApiResults.Problem(http, ReasonCodes.ValidationFailed, "withoutTest says why, in 1 to 200 characters.");
        }
        if (!ConnectionId.TryParse(id, out var connectionId))
            return ApiResults.NotFound(http);
        var changed = await change.HandleAsync(
            http.TargetOrganization(),
            connectionId,
            step,
            IsOperator(http),
            withoutTest,
            http.ApiAudit(),
            ct
        );
        return changed.TryGet(out var connection, out var refusal)
            ? ApiResults.Versioned(http, ConnectionView.Of(connection, hosts.OriginOf(http.TargetOrganization())), connection.Version)
            : ApiResults.Problem(http, refusal.Code, refusal.Detail);
    }

    private static bool IsOperator(HttpContext http) =>
        http.Caller() is { IsPlatform: true } caller && caller.Permissions.Contains(Permissions.OrganizationsOperate);

    internal static async Task<Connection?> FindAsync(string id, HttpContext http, ConnectionStore connections, CancellationToken ct) =>
        ConnectionId.TryParse(id, out var connectionId)
            ? await connections.FindAsync(http.TargetOrganization().Id, connectionId, ct)
            : null;

    private static async Task<bool> GrantsTooMuchAsync(
        HttpContext http,
        Database database,
        IReadOnlyList<RoleMapping> mappings,
        CancellationToken ct
    )
    {
        if (mappings.Count == 0)
            return false;
        await using var tx = await database.BeginAsync(http.TargetOrganization().Id, ct);
        var roles = await RoleStore.ListAsync(tx, ct);
        return roles.Any(role => mappings.Any(mapping => mapping.Role == role.Key) && !http.Caller().Holds(role.Permissions));
    }
}

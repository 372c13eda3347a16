using System.Text.Json.Serialization;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Api;

internal sealed record CreateOrganizationBody(
    string Slug,
    string Name,
    string? CompanyCode = null,
    IReadOnlyList<string>? Domains = null,
    bool OwnHost = false
);

internal sealed record PatchOrganizationBody
{
    public Patched<string> Name { get; init; }
    public Patched<string> CompanyCode { get; init; }
    public Patched<string> Status { get; init; }
    public Patched<bool?> SelfServiceActivation { get; init; }
    public Patched<bool?> OwnHost { get; init; }
    public Patched<string> Contact { get; init; }
    public Patched<string> IntakeMode { get; init; }
    public Patched<bool?> IntakeAccountRequired { get; init; }
}

/// <summary>What a connection's app registration must have now, after its organization moved to another host.</summary>
internal sealed record MovedConnection(string Id, string Name, string RedirectUri, string LogoutUri);

/// <param name="Host">The organization's own host as an address; null for those that sign in on the base host.</param>
/// <param name="Contact">Of the platform alone, as the two after it: what its operators decide for everybody.</param>
/// <param name="MovedConnections">Only in the answer to the change that moved them: these addresses are to be registered at the providers.</param>
internal sealed record OrganizationView(
    string Id,
    string Slug,
    string Name,
    string? CompanyCode,
    OrganizationStatus Status,
    bool SelfServiceActivation,
    bool OwnHost,
    string? Host,
    DateTimeOffset CreatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Contact = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? IntakeMode = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? IntakeAccountRequired = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<MovedConnection>? MovedConnections = null
)
{
    public static OrganizationView Of(Organization organization, OrganizationHosts hosts) =>
        new(
            organization.Id.ToString(),
            organization.Slug,
            organization.Name,
            organization.CompanyCode,
            organization.Status,
            organization.Settings.SelfServiceActivation,
            organization.Settings.OwnHost,
            hosts.OwnOriginOf(organization),
            organization.CreatedAt,
            organization.IsPlatform ? organization.Settings.Operator.Contact : null,
            organization.IsPlatform ? organization.Settings.Operator.IntakeMode : null,
            organization.IsPlatform ? organization.Settings.Operator.IntakeAccountRequired : null
        );
}

/// <param name="AllowPasskeys">Null is the default: passkeys for the platform's people alone.</param>
/// <param name="AllowPasswords">Null is the default: no passwords.</param>
internal sealed record SignInPolicyBody(
    bool ShowLocalForm,
    string? AutoConnectConnectionId = null,
    bool KnownNamesRedirect = true,
    bool? AllowPasskeys = null,
    bool? AllowPasswords = null,
    string? AuthenticationMethod = null
);

/// <summary>Organizations and their sign-in policy.</summary>
internal static class OrganizationEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/organizations", CreateAsync)
            .Operation("organizations.create")
            .Accepts<CreateOrganizationBody>("application/json")
            .Produces<OrganizationView>(201);
        api.MapGet("/organizations", ListAsync).Operation("organizations.list").Paged().Searched().Produces<ApiList<OrganizationView>>();
        api.MapGet("/organizations/{slug}", Get).Operation("organizations.get").Produces<OrganizationView>();
        api.MapPatch("/organizations/{slug}", PatchAsync)
            .Operation("organizations.update")
            .Versioned()
            .Accepts<PatchOrganizationBody>("application/merge-patch+json", "application/json")
            .Produces<OrganizationView>();
        api.MapPost("/organizations/{slug}/company-code/renew", RenewAsync)
            .Operation("organizations.renewCompanyCode")
            .Produces<OrganizationView>();
        api.MapGet("/organizations/{slug}/sign-in-policy", GetPolicy).Operation("signInPolicy.get").Produces<SignInPolicyBody>();
        api.MapPut("/organizations/{slug}/sign-in-policy", PutPolicyAsync)
            .Operation("signInPolicy.put")
            .Accepts<SignInPolicyBody>("application/json")
            .Produces<SignInPolicyBody>();
    }

    private static async Task<IResult> CreateAsync(
        HttpContext http,
        CreateOrganization create,
        OrganizationHosts hosts,
        CancellationToken ct
    )
    {
        if (!(await ApiBody.ReadAsync<CreateOrganizationBody>(http, ct)).TryGet(http, out var body, out var problem))
            return problem;
        var made = await create.HandleAsync(
            new(body.Slug, body.Name, body.CompanyCode, body.Domains ?? [], body.OwnHost),
            http.ApiAudit(),
            ct
        );
        return made.TryGet(out var organization, out var refusal)
            ? ApiResults.Created(
                http,
                $"/api/v1/organizations/{organization.Slug}",
                OrganizationView.Of(organization, hosts),
                organization.Version
            )
            : ApiResults.Problem(http, refusal.Code, refusal.Detail);
    }

    private static async Task<IResult> ListAsync(HttpContext http, Database database, OrganizationHosts hosts, CancellationToken ct)
    {
        if (Paging.From(http) is not { } paging)
            return ApiResults.Problem(http, ReasonCodes.ValidationFailed, "limit is 1 to 200; after is a next of this list.");
        var search = SearchText.Of(http.Request.Query["search"]);
        var rows = await OrganizationStore.ListAsync(database, search, paging.After, paging.Limit + 1, ct);
        return ApiResults.Ok(paging.Page(rows, row => row.Slug, row => OrganizationView.Of(row, hosts)));
    }

    private static IResult Get(HttpContext http, OrganizationHosts hosts) =>
        ApiResults.Versioned(http, OrganizationView.Of(http.TargetOrganization(), hosts), http.TargetOrganization().Version);

    private static async Task<IResult> PatchAsync(
        HttpContext http,
        ChangeOrganization change,
        ConnectionStore connections,
        OrganizationHosts hosts,
        CancellationToken ct
    )
    {
        if (!http.TryGetIfMatch(out var version, out var unmatched))
            return unmatched!;
        if (!(await ApiBody.ReadAsync<PatchOrganizationBody>(http, ct)).TryGet(http, out var body, out var problem))
            return problem;
        if (EditOf(body) is not { } edit)
            return ApiResults.Problem(
                http,
                ReasonCodes.ValidationFailed,
                "status is 'active' or 'disabled'; name and companyCode cannot be removed."
            );
        var target = http.TargetOrganization().Id;
        var changed = await change.EditAsync(target, version, edit, http.Caller().IsPlatform, http.ApiAudit(), ct);
        if (!changed.TryGet(out var organization, out _) || organization.Settings.OwnHost == http.TargetOrganization().Settings.OwnHost)
            return Answer(http, hosts, changed);

        // Sign-ins fail at the providers until the new addresses are registered there, so they are told at once.
        var origin = hosts.OriginOf(organization);
        var moved = (await connections.ListAsync(organization.Id, ct)).Select(connection => new MovedConnection(
            connection.Id.ToString(),
            connection.Name,
            connection.RedirectUri(origin),
            connection.LogoutUri(origin)
        ));
        return ApiResults.Versioned(
            http,
            OrganizationView.Of(organization, hosts) with
            {
                MovedConnections = [.. moved],
            },
            organization.Version
        );
    }

    /// <returns>Null where a member is null or a word that it cannot be.</returns>
    private static OrganizationEdit? EditOf(PatchOrganizationBody body)
    {
        if (
            body.Name is { IsPresent: true, Value: null }
            || body.CompanyCode is { IsPresent: true, Value: null }
            || (body.Status.IsPresent && body.Status.Value is not ("active" or "disabled"))
        )
            return null;
        return new()
        {
            Name = body.Name.Value,
            CompanyCode = body.CompanyCode.Value,
            IsActive = body.Status.IsPresent ? body.Status.Value == "active" : null,
            SelfServiceActivation = body.SelfServiceActivation.IsPresent ? body.SelfServiceActivation.Value ?? true : null,
            OwnHost = body.OwnHost.IsPresent ? body.OwnHost.Value ?? false : null,
            Contact = body.Contact.IsPresent ? body.Contact.Value ?? "" : null,
            IntakeMode = body.IntakeMode.IsPresent ? body.IntakeMode.Value ?? OperatorSettings.Browser : null,
            IntakeAccountRequired = body.IntakeAccountRequired.IsPresent ? body.IntakeAccountRequired.Value ?? true : null,
        };
    }

    private static async Task<IResult> RenewAsync(
        HttpContext http,
        ChangeOrganization change,
        OrganizationHosts hosts,
        CancellationToken ct
    ) => Answer(http, hosts, await change.RenewCompanyCodeAsync(http.TargetOrganization().Id, http.ApiAudit(), ct));

    private static IResult Answer(HttpContext http, OrganizationHosts hosts, Result<Organization, OrganizationRefusal> changed) =>
        changed.TryGet(out var organization, out var refusal)
            ? ApiResults.Versioned(http, OrganizationView.Of(organization, hosts), organization.Version)
            : ApiResults.Problem(http, refusal.Code, refusal.Detail);

    private static IResult GetPolicy(HttpContext http) =>
        ApiResults.Versioned(http, View(http.TargetOrganization()), http.TargetOrganization().Version);

    private static async Task<IResult> PutPolicyAsync(HttpContext http, ChangeSignInPolicy change, CancellationToken ct)
    {
        if (!(await ApiBody.ReadAsync<SignInPolicyBody>(http, ct)).TryGet(http, out var body, out var problem))
            return problem;
        ConnectionId? connection = null;
        if (body.AutoConnectConnectionId is { } text)
        {
            if (!ConnectionId.TryParse(text, out var id))
                return ApiResults.Problem(http, ReasonCodes.ValidationFailed, ChangeSignInPolicy.NoSuchConnection);
            connection = id;
        }
        var policy = new SignInPolicy
        {
            ShowLocalForm = body.ShowLocalForm,
            AutoConnectConnection = connection?.Value,
            KnownNamesRedirect = body.KnownNamesRedirect,
            AllowPasskeys = body.AllowPasskeys,
            AllowPasswords = body.AllowPasswords,
            AuthenticationMethod = body.AuthenticationMethod,
        };
        var changed = await change.HandleAsync(http.TargetOrganization().Id, version: null, policy, http.ApiAudit(), ct);
        return changed.TryGet(out var organization, out var refusal)
            ? ApiResults.Versioned(http, View(organization), organization.Version)
            : ApiResults.Problem(http, refusal.Code, refusal.Detail);
    }

    private static SignInPolicyBody View(Organization organization)
    {
        var policy = organization.Settings.SignIn;
        return new(
            policy.ShowLocalForm,
            policy.AutoConnectConnection is { } id ? new ConnectionId(id).ToString() : null,
            policy.KnownNamesRedirect,
            organization.AllowsPasskeys,
            organization.AllowsPasswords,
            policy.AuthenticationMethod
        );
    }
}

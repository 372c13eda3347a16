using Anteroom.Entra.Providers;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Provisioning;

namespace Anteroom.Server.Api;

/// <summary>Users of an organization: everything ends in <see cref="AdministerUsers"/>.</summary>
internal static class UserEndpoints
{
    private const string Path = "/organizations/{slug}/users";

    private const string NoIdentity = "externalIdentity has tenantId and objectId, both GUIDs, and a cloud that is known.";

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet(Path, ListAsync).Operation("users.list").Paged().Searched().Produces<ApiList<UserView>>();
        api.MapPost(Path, CreateAsync).Operation("users.create").Accepts<CreateUserBody>("application/json").Produces<UserView>(201);
        api.MapGet(Path + "/{id}", GetAsync).Operation("users.get").Produces<UserView>();
        api.MapPatch(Path + "/{id}", PatchAsync)
            .Operation("users.update")
            .Versioned()
            .Accepts<PatchUserBody>("application/merge-patch+json", "application/json")
            .Produces<UserView>();
        api.MapDelete(Path + "/{id}", DeleteAsync).Operation("users.delete").Produces(204);
        api.MapPost(Path + "/{id}/deactivate", DeactivateAsync)
            .Operation("users.deactivate")
            .Accepts<BlockBody>(isOptional: true, "application/json")
            .Produces<UserView>();
        api.MapPost(Path + "/{id}/activate", ActivateAsync).Operation("users.activate").Produces<UserView>();
        UserPasswordEndpoints.Map(api);
        UserPasskeyEndpoints.Map(api);
        api.MapGet(Path + "/{id}/explain", ExplainAsync).Operation("users.explain").Produces<ExplainView>();
    }

    private static async Task<IResult> ListAsync(HttpContext http, UserStore users, CancellationToken ct)
    {
        if (Paging.From(http) is not { } paging)
            return ApiResults.Problem(http, ReasonCodes.ValidationFailed, "limit is 1 to 200; after is a next of this list.");
        var organization = http.TargetOrganization().Id;
        var search = SearchText.Of(http.Request.Query["search"]);
        var rows = await users.ListAsync(organization, search, paging.After, paging.Limit + 1, ct);
        var identities = await IdentitiesAsync(users, organization, [.. rows.Select(row => row.User)], ct);
        return ApiResults.Ok(paging.Page(rows, row => row.Key, row => UserView.Of(row.User, identities[row.User.Id.Value])));
    }

    private static async Task<Dictionary<Guid, IReadOnlyList<ExternalIdentity>>> IdentitiesAsync(
        UserStore users,
        OrganizationId organization,
        IReadOnlyList<User> rows,
        CancellationToken ct
    )
    {
        var all = await users.IdentitiesAsync(organization, [.. rows.Select(user => user.Id.Value)], ct);
        return rows.ToDictionary(user => user.Id.Value, user => (IReadOnlyList<ExternalIdentity>)[.. all[user.Id.Value]]);
    }

    private static async Task<IResult> CreateAsync(
        HttpContext http,
        AdministerUsers administer,
        CloudStore clouds,
        UserStore users,
        CancellationToken ct
    )
    {
        if (!(await ApiBody.ReadAsync<CreateUserBody>(http, ct)).TryGet(http, out var body, out var problem))
            return problem;
        EntraKey? key = null;
        if (body.ExternalIdentity is { } named && (key = await KeyAsync(named, clouds, ct)) is null)
            return Invalid(http, NoIdentity);
        var attributes = new Dictionary<string, string>();
        Add(attributes, UserAttributes.DisplayName, body.DisplayName);
        Add(attributes, UserAttributes.GivenName, body.GivenName);
        Add(attributes, UserAttributes.FamilyName, body.FamilyName);
        Add(attributes, UserAttributes.Email, body.Email);
        foreach (var (name, value) in body.Custom ?? new Dictionary<string, string>())
            Add(attributes, UserAttributes.CustomPrefix + name, value);

        var organization = http.TargetOrganization();
        var wanted = new NewUser(body.UserName, body.Role ?? BuiltInRoles.Worker) { Attributes = attributes, Identity = key };
        var created = await administer.CreateAsync(organization, wanted, http.ApiAdministrator(), ct);
        if (!created.TryGet(out var user, out var refusal))
            return ApiResults.Problem(http, refusal.Code, refusal.Detail);
        return ApiResults.Created(
            http,
            $"/api/v1/organizations/{organization.Slug}/users/{user.Id}",
            UserView.Of(user, await users.IdentitiesAsync(organization.Id, user.Id, ct)),
            user.Version
        );
    }

    private static async Task<IResult> GetAsync(string id, HttpContext http, UserStore users, CancellationToken ct)
    {
        if (!UserId.TryParse(id, out var userId) || await users.FindAsync(http.TargetOrganization().Id, userId, ct) is not { } user)
            return ApiResults.NotFound(http);
        return ApiResults.Versioned(http, UserView.Of(user, await users.IdentitiesAsync(user.Organization, user.Id, ct)), user.Version);
    }

    private static async Task<IResult> PatchAsync(
        string id,
        HttpContext http,
        AdministerUsers administer,
        CloudStore clouds,
        UserStore users,
        CancellationToken ct
    )
    {
        if (!http.TryGetIfMatch(out var version, out var unmatched))
            return unmatched!;
        if (!(await ApiBody.ReadAsync<PatchUserBody>(http, ct)).TryGet(http, out var body, out var problem))
            return problem;
        if (body.UserName is { IsPresent: true, Value: null } || body.Role is { IsPresent: true, Value: null })
            return Invalid(http, "userName and role cannot be removed.");
        EntraKey? key = null;
        if (
            body.ExternalIdentity.IsPresent
            && (body.ExternalIdentity.Value is not { } named || (key = await KeyAsync(named, clouds, ct)) is null)
        )
            return Invalid(http, NoIdentity);
        if (!UserId.TryParse(id, out var userId))
            return ApiResults.NotFound(http);
        var attributes = new Dictionary<string, string?>();
        Patch(attributes, UserAttributes.DisplayName, body.DisplayName);
        Patch(attributes, UserAttributes.GivenName, body.GivenName);
        Patch(attributes, UserAttributes.FamilyName, body.FamilyName);
        Patch(attributes, UserAttributes.Email, body.Email);
        foreach (var (name, value) in body.Custom.Value ?? [])
            attributes[UserAttributes.CustomPrefix + name] = value;

        var edit = new UserEdit
        {
            UserName = body.UserName.Value,
            Role = body.Role.Value,
            Identity = key,
            Attributes = attributes,
        };
        var changed = await administer.ChangeAsync(http.TargetOrganization(), userId, version, edit, http.ApiAdministrator(), ct);
        return await AnswerAsync(http, users, changed, ct);
    }

    private static async Task<IResult> DeleteAsync(string id, HttpContext http, AdministerUsers administer, CancellationToken ct)
    {
        if (!UserId.TryParse(id, out var userId))
            return ApiResults.NotFound(http);
        return await administer.DeleteAsync(http.TargetOrganization().Id, userId, http.ApiAdministrator(), ct) is { } refusal
            ? ApiResults.Problem(http, refusal.Code, refusal.Detail)
            : Results.NoContent();
    }

    private static async Task<IResult> DeactivateAsync(
        string id,
        HttpContext http,
        AdministerUsers administer,
        UserStore users,
        CancellationToken ct
    )
    {
        var body = new BlockBody();
        if (ApiBody.IsSent(http) && !(await ApiBody.ReadAsync<BlockBody>(http, ct)).TryGet(http, out body, out var problem))
            return problem;
        if (!UserId.TryParse(id, out var userId))
            return ApiResults.NotFound(http);
        var (organization, channels) = (http.TargetOrganization().Id, body.Channels ?? Channels.All);
        var blocked = await administer.DeactivateAsync(organization, userId, channels, body.Reason, http.ApiAdministrator(), ct);
        return await AnswerAsync(http, users, blocked, ct);
    }

    private static async Task<IResult> ActivateAsync(
        string id,
        HttpContext http,
        AdministerUsers administer,
        UserStore users,
        CancellationToken ct
    ) =>
        UserId.TryParse(id, out var userId)
            ? await AnswerAsync(
                http,
                users,
                await administer.ActivateAsync(http.TargetOrganization().Id, userId, http.ApiAdministrator(), ct),
                ct
            )
            : ApiResults.NotFound(http);

    private static async Task<IResult> AnswerAsync(
        HttpContext http,
        UserStore users,
        Result<User, ProvisioningRefusal> changed,
        CancellationToken ct
    ) =>
        changed.TryGet(out var user, out var refusal)
            ? ApiResults.Versioned(http, UserView.Of(user, await users.IdentitiesAsync(user.Organization, user.Id, ct)), user.Version)
            : ApiResults.Problem(http, refusal.Code, refusal.Detail);

    private static async Task<IResult> ExplainAsync(string id, HttpContext http, UserStore users, CancellationToken ct)
    {
        if (!UserId.TryParse(id, out var userId) || await users.FindAsync(http.TargetOrganization().Id, userId, ct) is not { } user)
            return ApiResults.NotFound(http);
        return ApiResults.Ok(Explanations.Of(user));
    }

    private static async Task<EntraKey?> KeyAsync(ExternalIdentityBody named, CloudStore clouds, CancellationToken ct) =>
        Guid.TryParseExact(named.TenantId, "D", out var tenant)
        && Guid.TryParseExact(named.ObjectId, "D", out var objectId)
        && await clouds.FindAsync(named.Cloud ?? Cloud.Global.Key, ct) is { } cloud
            ? new EntraKey(cloud.Key, tenant, objectId)
            : null;

    private static void Add(Dictionary<string, string> attributes, string name, string? value)
    {
        if (value is not null)
            attributes[name] = value;
    }

    private static void Patch(Dictionary<string, string?> attributes, string name, Patched<string> value)
    {
        if (value.IsPresent)
            attributes[name] = value.Value;
    }

    private static IResult Invalid(HttpContext http, string detail) => ApiResults.Problem(http, ReasonCodes.ValidationFailed, detail);
}

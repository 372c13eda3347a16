using Anteroom.Entra.Providers;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Provisioning;

namespace Anteroom.Server.Api;

/// <summary>Users of an organization: everything ends in <see cref="Provisioner"/>.</summary>
internal static class UserEndpoints
{
    private const string Path = "/organizations/{slug}/users";

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
        api.MapPost(Path + "/{id}/deactivate", DeactivateAsync).Operation("users.deactivate").Produces<UserView>();
        api.MapPost(Path + "/{id}/activate", ActivateAsync).Operation("users.activate").Produces<UserView>();
        api.MapGet(Path + "/{id}/explain", ExplainAsync).Operation("users.explain").Produces<ExplainView>();
    }

    private static async Task<IResult> ListAsync(HttpContext http, UserStore users, CancellationToken ct)
    {
        if (Paging.From(http) is not { } paging)
            return ApiResults.Problem(http, ReasonCodes.ValidationFailed, "limit is 1 to 200; after is a next of this list.");
        var organization = http.TargetOrganization().Id;
        var search = SearchText.Of(http.Request.Query["search"]);
        var rows = await users.ListAsync(organization, search, paging.After, paging.Limit + 1, ct);
        var identities = await IdentitiesAsync(users, organization, rows, ct);
        return ApiResults.Ok(
            paging.Page(rows, user => UserNames.Fold(user.UserName), user => UserView.Of(user, identities[user.Id.Value]))
        );
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
        Database database,
        Provisioner provisioner,
        CloudStore clouds,
        UserStore users,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        if (!(await ApiBody.ReadAsync<CreateUserBody>(http, ct)).TryGet(http, out var body, out var problem))
            return problem;
        EntraKey? key = null;
        if (body.ExternalIdentity is { } named && (key = await KeyAsync(named, clouds, ct)) is null)
            return Invalid(http, "externalIdentity has tenantId and objectId, both GUIDs, and a cloud that is known.");
        var attributes = new Dictionary<string, Fact>();
        Add(attributes, UserAttributes.DisplayName, body.DisplayName);
        Add(attributes, UserAttributes.GivenName, body.GivenName);
        Add(attributes, UserAttributes.FamilyName, body.FamilyName);
        Add(attributes, UserAttributes.Email, body.Email);
        foreach (var (name, value) in body.Custom ?? new Dictionary<string, string>())
            Add(attributes, UserAttributes.CustomPrefix + name, value);

        var now = clock.GetUtcNow();
        var organization = http.TargetOrganization();
        await using var tx = await database.BeginAsync(organization.Id, ct);
        if (await RoleProblemAsync(http, tx, body.Role ?? BuiltInRoles.Worker, ct) is { } role)
            return role;
        var facts = new DirectoryFacts(FactSource.Administrator, now)
        {
            Key = key,
            UserName = body.UserName,
            Attributes = attributes,
            AssignedRole = body.Role ?? BuiltInRoles.Worker,
            MayCreate = true,
        };
        var applied = await provisioner.ApplyAsync(tx, facts, AuthorityRules.Of(http.TargetOrganization()), http.ApiAudit(), now, ct);
        if (!applied.TryGet(out var made, out var refusal))
            return ApiResults.Problem(http, refusal.Code, refusal.Detail);
        if (!made.Created)
            return ApiResults.Problem(http, ReasonCodes.Conflict, "The external identity belongs to another user.");
        if (Kept(http, made.Changes) is { } kept)
            return kept;
        await tx.CommitAsync(ct);
        var identities = await users.IdentitiesAsync(organization.Id, made.User.Id, ct);
        return ApiResults.Created(
            http,
            $"/api/v1/organizations/{organization.Slug}/users/{made.User.Id}",
            UserView.Of(made.User, identities),
            made.User.Version
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
        Database database,
        Provisioner provisioner,
        UserStore users,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        if (!http.TryGetIfMatch(out var version, out var unmatched))
            return unmatched!;
        if (!(await ApiBody.ReadAsync<PatchUserBody>(http, ct)).TryGet(http, out var body, out var problem))
            return problem;
        if (body.UserName is { IsPresent: true, Value: null } || body.Role is { IsPresent: true, Value: null })
            return Invalid(http, "userName and role cannot be removed.");
        if (!UserId.TryParse(id, out var userId))
            return ApiResults.NotFound(http);
        var attributes = new Dictionary<string, Fact>();
        Patch(attributes, UserAttributes.DisplayName, body.DisplayName);
        Patch(attributes, UserAttributes.GivenName, body.GivenName);
        Patch(attributes, UserAttributes.FamilyName, body.FamilyName);
        Patch(attributes, UserAttributes.Email, body.Email);
        foreach (var (name, value) in body.Custom.Value ?? [])
            attributes[UserAttributes.CustomPrefix + name] = new(value, WhenMissing.Clear);

        var now = clock.GetUtcNow();
        await using var tx = await database.BeginAsync(http.TargetOrganization().Id, ct);
        if (await UserStore.LockAsync(tx, userId, ct) is not { } current)
            return ApiResults.NotFound(http);
        if (version is { } seen && seen != current.Version)
            return ApiResults.Problem(http, ReasonCodes.VersionMismatch);
        if (await TooPowerfulAsync(http, tx, current, body.Role.Value, ct) is { } role)
            return role;
        var facts = new DirectoryFacts(FactSource.Administrator, now)
        {
            User = userId,
            UserName = body.UserName.Value,
            Attributes = attributes,
            AssignedRole = body.Role.Value,
        };
        var applied = await provisioner.ApplyAsync(tx, facts, AuthorityRules.Of(http.TargetOrganization()), http.ApiAudit(), now, ct);
        if (!applied.TryGet(out var changed, out var refusal))
            return ApiResults.Problem(http, refusal.Code, refusal.Detail);
        if (Kept(http, changed.Changes) is { } kept)
            return kept;
        await tx.CommitAsync(ct);
        return ApiResults.Versioned(
            http,
            UserView.Of(changed.User, await users.IdentitiesAsync(changed.User.Organization, userId, ct)),
            changed.User.Version
        );
    }

    private static async Task<IResult> DeleteAsync(
        string id,
        HttpContext http,
        Database database,
        DeleteUser delete,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        if (!UserId.TryParse(id, out var userId))
            return ApiResults.NotFound(http);
        await using var tx = await database.BeginAsync(http.TargetOrganization().Id, ct);
        if (await UserStore.LockAsync(tx, userId, ct) is { } user && await TooPowerfulAsync(http, tx, user, null, ct) is { } forbidden)
            return forbidden;
        if (await delete.HandleAsync(tx, userId, http.ApiAudit(), clock.GetUtcNow(), ct) is { } refusal)
            return ApiResults.Problem(http, refusal.Code, refusal.Detail);
        await tx.CommitAsync(ct);
        return Results.NoContent();
    }

    private static async Task<IResult> DeactivateAsync(
        string id,
        HttpContext http,
        Database database,
        Blocks blocks,
        UserStore users,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var body = new BlockBody();
        if (
            http.Request.ContentLength is not (null or 0)
            && !(await ApiBody.ReadAsync<BlockBody>(http, ct)).TryGet(http, out body, out var problem)
        )
            return problem;
        return await ChangeAsync(
            id,
            http,
            database,
            users,
            (tx, userId) =>
                blocks.BlockAsync(
                    tx,
                    userId,
                    BlockSource.Administrator,
                    body.Channels ?? Channels.All,
                    body.Reason,
                    http.ApiAudit(),
                    clock.GetUtcNow(),
                    ct
                ),
            ct
        );
    }

    private static Task<IResult> ActivateAsync(
        string id,
        HttpContext http,
        Database database,
        Blocks blocks,
        UserStore users,
        TimeProvider clock,
        CancellationToken ct
    ) =>
        ChangeAsync(
            id,
            http,
            database,
            users,
            (tx, userId) => blocks.LiftAsync(tx, userId, BlockSource.Administrator, http.ApiAudit(), clock.GetUtcNow(), ct),
            ct
        );

    private static async Task<IResult> ChangeAsync(
        string id,
        HttpContext http,
        Database database,
        UserStore users,
        Func<Transaction, UserId, Task<Result<User, ProvisioningRefusal>>> change,
        CancellationToken ct
    )
    {
        if (!UserId.TryParse(id, out var userId))
            return ApiResults.NotFound(http);
        await using var tx = await database.BeginAsync(http.TargetOrganization().Id, ct);
        if (
            await UserStore.LockAsync(tx, userId, ct) is { } current
            && await TooPowerfulAsync(http, tx, current, null, ct) is { } forbidden
        )
            return forbidden;
        if (!(await change(tx, userId)).TryGet(out var user, out var refusal))
            return ApiResults.Problem(http, refusal.Code, refusal.Detail);
        await tx.CommitAsync(ct);
        return ApiResults.Versioned(http, UserView.Of(user, await users.IdentitiesAsync(user.Organization, userId, ct)), user.Version);
    }

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

    private static void Add(Dictionary<string, Fact> attributes, string name, string? value)
    {
        if (value is not null)
            attributes[name] = new(value);
    }

    private static void Patch(Dictionary<string, Fact> attributes, string name, Patched<string> value)
    {
        if (value.IsPresent)
            attributes[name] = new(value.Value, WhenMissing.Clear);
    }

    private static Task<IResult?> TooPowerfulAsync(HttpContext http, Transaction tx, User user, string? role, CancellationToken ct)
    {
        // Who may not give a role may not take it from somebody either (SEC-263).
        if (!http.Caller().Holds(user.Role.Permissions))
            return Task.FromResult<IResult?>(
                ApiResults.Problem(http, ReasonCodes.Forbidden, "The user has more permissions than the key.")
            );
        return role is null ? Task.FromResult<IResult?>(null) : RoleProblemAsync(http, tx, role, ct);
    }

    private static async Task<IResult?> RoleProblemAsync(HttpContext http, Transaction tx, string key, CancellationToken ct)
    {
        if (await RoleStore.FindAsync(tx, key, ct) is not { } role)
            return Invalid(http, $"role '{key}' is not a role of the organization.");
        return http.Caller().Holds(role.Permissions)
            ? null
            : ApiResults.Problem(http, ReasonCodes.Forbidden, $"The role '{key}' has more permissions than the key.");
    }

    /// <summary>A person who types a value is told when it does not count; a directory is not.</summary>
    private static IResult? Kept(HttpContext http, Changes changes) =>
        changes.Kept.FirstOrDefault(kept => kept.Because != KeptBecause.Missing) switch
        {
            null => null,
            { Because: KeptBecause.Outranked or KeptBecause.Outdated } held => ApiResults.Problem(
                http,
                ReasonCodes.Conflict,
                $"{held.Attribute} is kept by {Words.Of(held.Holder!.Value)}, which outranks an administrator."
            ),
            { } wrong => Invalid(
                http,
                $"{wrong.Attribute} is too long, holds characters that are not text, or is no field of the organization."
            ),
        };

    private static IResult Invalid(HttpContext http, string detail) => ApiResults.Problem(http, ReasonCodes.ValidationFailed, detail);
}

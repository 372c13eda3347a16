using Anteroom.Protocols.Primitives;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Provisioning;

namespace Anteroom.Server.Api;

internal sealed record GroupBody(string Name);

internal sealed record GroupView(string Id, string Name, string Source, DateTimeOffset CreatedAt)
{
    public static GroupView Of(Group group) =>
        new(Identifiers.Format(Groups.IdPrefix, group.Id), group.Name, group.Source, group.CreatedAt);
}

internal sealed record MemberBody(string UserId);

internal sealed record MemberView(string UserId, string UserName, IReadOnlyList<string> Sources, DateTimeOffset At);

/// <summary>Groups of an organization and their members by hand.</summary>
internal static class GroupEndpoints
{
    private const string Path = "/organizations/{slug}/groups";

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet(Path, ListAsync).Operation("groups.list").Paged().Produces<ApiList<GroupView>>();
        api.MapPost(Path, CreateAsync).Operation("groups.create").Accepts<GroupBody>("application/json").Produces<GroupView>(201);
        api.MapDelete(Path + "/{id}", DeleteAsync).Operation("groups.delete").Produces(204);
        api.MapGet(Path + "/{id}/members", MembersAsync).Operation("groups.members").Paged().Produces<ApiList<MemberView>>();
        api.MapPost(Path + "/{id}/members", AddAsync).Operation("groups.addMember").Accepts<MemberBody>("application/json").Produces(204);
        api.MapDelete(Path + "/{id}/members/{userId}", RemoveAsync).Operation("groups.removeMember").Produces(204);
    }

    private static async Task<IResult> ListAsync(HttpContext http, Groups groups, CancellationToken ct)
    {
        if (!ApiIds.TryReadPage(http, out var paging, out var after))
            return ApiIds.BadPage(http);
        var found = await groups.ListAsync(http.TargetOrganization().Id, after, paging.Limit + 1, ct);
        return ApiResults.Ok(paging.Page(found, group => group.Id.ToString("N"), GroupView.Of));
    }

    private static async Task<IResult> CreateAsync(HttpContext http, Groups groups, CancellationToken ct)
    {
        if (!(await ApiBody.ReadAsync<GroupBody>(http, ct)).TryGet(http, out var body, out var problem))
            return problem;
        var created = await groups.CreateAsync(http.TargetOrganization().Id, body.Name, http.ApiAudit(), ct);
        if (!created.TryGet(out var made, out var refusal))
            return ApiResults.Problem(http, refusal.Code, refusal.Detail);
        var group = GroupView.Of(made);
        return ApiResults.Created(http, $"/api/v1/organizations/{http.TargetOrganization().Slug}/groups/{group.Id}", group);
    }

    private static async Task<IResult> DeleteAsync(string id, HttpContext http, Groups groups, CancellationToken ct)
    {
        if (!Identifiers.TryParse(Groups.IdPrefix, id, out var group))
            return ApiResults.NotFound(http);
        return await groups.DeleteAsync(http.TargetOrganization().Id, group, http.ApiAudit(), ct) is { } refusal
            ? ApiResults.Problem(http, refusal.Code, refusal.Detail)
            : Results.NoContent();
    }

    private static async Task<IResult> MembersAsync(string id, HttpContext http, Groups groups, CancellationToken ct)
    {
        if (!ApiIds.TryReadPage(http, out var paging, out var after))
            return ApiIds.BadPage(http);
        if (
            !Identifiers.TryParse(Groups.IdPrefix, id, out var group)
            || await groups.MembersAsync(http.TargetOrganization().Id, group, after, paging.Limit + 1, ct) is not { } members
        )
            return ApiResults.NotFound(http);
        return ApiResults.Ok(
            paging.Page(
                members,
                member => member.UserId.ToString("N"),
                member => new MemberView(new UserId(member.UserId).ToString(), member.UserName, member.Source.Split(','), member.At)
            )
        );
    }

    private static async Task<IResult> AddAsync(string id, HttpContext http, Groups groups, CancellationToken ct)
    {
        if (!(await ApiBody.ReadAsync<MemberBody>(http, ct)).TryGet(http, out var body, out var problem))
            return problem;
        return
            Identifiers.TryParse(Groups.IdPrefix, id, out var group)
            && UserId.TryParse(body.UserId, out var user)
            && await groups.AddMemberAsync(http.TargetOrganization().Id, group, user, http.ApiAudit(), ct)
            ? Results.NoContent()
            : ApiResults.NotFound(http);
    }

    private static async Task<IResult> RemoveAsync(string id, string userId, HttpContext http, Groups groups, CancellationToken ct) =>
        Identifiers.TryParse(Groups.IdPrefix, id, out var group)
        && UserId.TryParse(userId, out var user)
        && await groups.RemoveMemberAsync(http.TargetOrganization().Id, group, user, http.ApiAudit(), ct)
            ? Results.NoContent()
            : ApiResults.NotFound(http);
}

/// <summary>Pages whose key is the id of a row.</summary>
internal static class ApiIds
{
    public static bool TryReadPage(HttpContext http, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Paging? paging, out Guid after)
    {
        after = Guid.Empty;
        paging = Paging.From(http);
        return paging is not null && (paging.After is null || Guid.TryParseExact(paging.After, "N", out after));
    }

    public static IResult BadPage(HttpContext http) =>
        ApiResults.Problem(http, ReasonCodes.ValidationFailed, "limit is 1 to 200; after is a next of this list.");
}

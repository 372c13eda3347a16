using System.Text.Json.Serialization;
using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Server.Organizations.Proof;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Api;

internal sealed record DomainBody(string Name);

/// <param name="Host">The record's whole name.</param>
internal sealed record DomainRecordView(string Host, string Type, string Value);

/// <param name="Code">Of the reason catalogue; absent where the record was found.</param>
/// <param name="Message">What was looked up, where, and what was seen.</param>
/// <param name="Cure">What to do about it.</param>
/// <param name="Seen">Some of the other values.</param>
internal sealed record DomainCheckView(
    DateTimeOffset At,
    DomainCheckResult Result,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Code,
    string Message,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Cure,
    IReadOnlyList<string> Seen
);

/// <param name="Proof">What proves it; null where nothing does.</param>
/// <param name="Record">What to put into DNS; it proves the domain, and has to stay.</param>
/// <param name="LastCheck">Null before the first look.</param>
/// <param name="LostFrom">When a verified domain may be asserted again because its record is away; null where nothing is missing.</param>
internal sealed record DomainView(
    string Name,
    DomainState State,
    DateTimeOffset? VerifiedAt,
    DomainProofKind? Proof,
    DateTimeOffset CreatedAt,
    DomainRecordView? Record,
    DomainCheckView? LastCheck,
    DateTimeOffset? LostFrom
)
{
    public static DomainView Of(OrganizationDomain domain) =>
        new(
            domain.Name,
            domain.State,
            domain.VerifiedAt,
            domain.Proof?.Kind,
            domain.CreatedAt,
            domain.Challenge is { } record ? new(record.Host, DomainChallenge.RecordType, record.Value) : null,
            domain is { Challenge: { } challenge, LastCheck: { } check } ? Of(check, challenge) : null,
            domain.LostFrom
        );

    private static DomainCheckView Of(DomainCheck check, DomainChallenge challenge)
    {
        var reason = check.Code is { } code ? ReasonCatalogue.Get(code) : null;
        return new(
            check.At,
            check.Result,
            reason?.Code,
            check.Told(challenge),
            reason is null ? null : $"{reason.Now} {reason.Administrator}".TrimEnd(),
            check.Seen
        );
    }
}

/// <summary>Domains of an organization and their proof (SEC-269).</summary>
internal static class DomainEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/organizations/{slug}/domains", ListAsync).Operation("domains.list").Produces<ApiList<DomainView>>();
        api.MapPost("/organizations/{slug}/domains", AddAsync)
            .Operation("domains.add")
            .Accepts<DomainBody>("application/json")
            .Produces<DomainView>(201);
        api.MapPost("/organizations/{slug}/domains/{name}/verify", VerifyAsync).Operation("domains.verify").Produces<DomainView>();
        api.MapPost("/organizations/{slug}/domains/{name}/verify-by-tenant", VerifyByTenantAsync)
            .Operation("domains.verifyByTenant")
            .Produces<DomainView>();
        api.MapDelete("/organizations/{slug}/domains/{name}", RemoveAsync).Operation("domains.remove").Produces(204);
    }

    private static async Task<IResult> ListAsync(HttpContext http, ProveDomain prove, CancellationToken ct)
    {
        var domains = await prove.ListAsync(http.TargetOrganization().Id, ct);
        return ApiResults.Ok(new ApiList<DomainView>([.. domains.Select(DomainView.Of)], null));
    }

    private static async Task<IResult> AddAsync(HttpContext http, ChangeDomains domains, CancellationToken ct)
    {
        if (!(await ApiBody.ReadAsync<DomainBody>(http, ct)).TryGet(http, out var body, out var problem))
            return problem;
        var added = await domains.AddAsync(http.TargetOrganization().Id, body.Name, http.ApiAudit(), ct);
        if (!added.TryGet(out var domain, out var refusal))
            return ApiResults.Problem(http, refusal.Code, refusal.Detail);
        return ApiResults.Created(
            http,
            $"/api/v1/organizations/{http.TargetOrganization().Slug}/domains/{domain.Name}",
            DomainView.Of(domain)
        );
    }

    /// <summary>A look that finds nothing is an answer, not a refusal: it says what was seen.</summary>
    private static async Task<IResult> VerifyAsync(string name, HttpContext http, ProveDomain prove, CancellationToken ct)
    {
        var looked = await prove.CheckAsync(http.TargetOrganization().Id, name, http.ApiAudit(), ct);
        return looked.TryGet(out var domain, out var refusal)
            ? ApiResults.Ok(DomainView.Of(domain))
            : ApiResults.Problem(http, refusal.Code, refusal.Detail);
    }

    /// <inheritdoc cref="VerifyAsync"/>
    private static async Task<IResult> VerifyByTenantAsync(string name, HttpContext http, ProveByTenant prove, CancellationToken ct)
    {
        var looked = await prove.CheckAsync(http.TargetOrganization().Id, name, http.ApiAudit(), ct);
        return looked.TryGet(out var domain, out var refusal)
            ? ApiResults.Ok(DomainView.Of(domain))
            : ApiResults.Problem(http, refusal.Code, refusal.Detail);
    }

    private static async Task<IResult> RemoveAsync(string name, HttpContext http, ChangeDomains domains, CancellationToken ct) =>
        await domains.RemoveAsync(http.TargetOrganization().Id, name, http.ApiAudit(), ct)
            ? Results.NoContent()
            : ApiResults.NotFound(http);
}

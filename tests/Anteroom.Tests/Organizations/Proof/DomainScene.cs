using System.Net.Http.Headers;
using System.Text;
using Anteroom.Harness;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Organizations;
using Anteroom.Server.Organizations.Proof;
using Anteroom.Server.Platform.Jobs;
using Anteroom.Tests.Api;

namespace Anteroom.Tests.Organizations.Proof;

/// <summary>An organization that has a domain, the domain's DNS, and a program that asks for it by the API.</summary>
internal sealed class DomainScene : IDisposable
{
    private readonly AnteroomRig _rig;
    private readonly HttpClient _http = new();

    private DomainScene(AnteroomRig rig, Organization organization, string domain, string key)
    {
        (_rig, Organization, Domain) = (rig, organization, domain);
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        _http.DefaultRequestHeaders.Host = new Uri(rig.Address).Authority;
    }

    public Organization Organization { get; }

    public string Domain { get; }

    public string Host => $"{DomainChallenge.Label}.{Domain}";

    public OrganizationRows Rows => new(_rig.Database, Organization.Id);

    /// <param name="domain">One that only this test uses, where nothing is said.</param>
    public static async Task<DomainScene> CreateAsync(AnteroomRig rig, string? domain = null)
    {
        var mark = Identifiers.ToBase32(Identifiers.NewUuid(rig.Clock))[^12..];
        domain ??= $"fabrikam-{mark}.example";
        var made = await rig.Get<CreateOrganization>()
            .HandleAsync(new("fabrikam-" + mark, "Fabrikam", null, [domain]), AnteroomRig.Desk, default);
        Assert.True(made.TryGet(out var organization, out var refusal), refusal?.ToString());
        await using var tx = await rig.Database.BeginAsync(organization.Id, default);
        var (_, key) = await rig.Get<ApiKeys>()
            .CreateAsync(tx, "test", Permissions.OfOrganizations, TimeSpan.FromDays(300), AnteroomRig.Desk, default);
        await tx.CommitAsync(default);
        return new(rig, organization, domain, key.Reveal());
    }

    public async Task<Answer> SendAsync(HttpMethod method, string path, string? json = null, int? node = null)
    {
        var origin = node is { } number ? _rig.Nodes[number]!.Address.AbsoluteUri.TrimEnd('/') : _rig.Address;
        using var request = new HttpRequestMessage(method, $"{origin}/api/v1/organizations/{Organization.Slug}/domains{path}");
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await _http.SendAsync(request);
        return new((int)response.StatusCode, await response.Content.ReadAsStringAsync(), null);
    }

    public Task<Answer> VerifyAsync(int? node = null) => SendAsync(HttpMethod.Post, $"/{Domain}/verify", node: node);

    public async Task<string> ValueAsync()
    {
        var list = await SendAsync(HttpMethod.Get, "");
        return (string)list.Json["items"]!.AsArray().Single(item => (string?)item!["name"] == Domain)!["record"]!["value"]!;
    }

    /// <summary>Puts the record into DNS and has it looked for.</summary>
    public async Task<Answer> ProveAsync()
    {
        _rig.Dns.Set(Host, await ValueAsync());
        return await VerifyAsync();
    }

    public async Task<OrganizationDomain> ReadAsync()
    {
        await using var tx = await _rig.Database.BeginAsync(Organization.Id, default);
        return (await OrganizationDomains.ListAsync(tx, default)).Single(domain => domain.Name == Domain);
    }

    /// <summary>The job, as the worker runs it.</summary>
    public static async Task RecheckAsync(AnteroomRig rig, CancellationToken ct = default) =>
        await rig
            .Services.GetServices<IJobHandler>()
            .OfType<RecheckDomains>()
            .Single()
            .RunAsync(new(Guid.Empty, Server.Platform.OrganizationId.Platform, RecheckDomains.JobKind, default, 1), ct);

    public void Dispose() => _http.Dispose();
}

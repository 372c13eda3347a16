using Anteroom.Entra.Graph;
using Anteroom.Entra.IdTokens;
using Anteroom.Entra.Providers;
using Anteroom.Protocols.Primitives;
using Anteroom.Tests.Entra.Outbound;

namespace Anteroom.Tests.Entra.Graph;

/// <summary>What is asked of Graph, where, and what of its answers is believed.</summary>
public sealed class GraphClientTests : IAsyncDisposable
{
    private const string First = "/graph/v1.0/me/transitiveMemberOf?$select=id&$top=999";

    private static readonly Guid Tenant = new("6f0c2b1e-0000-4000-8000-1a2b3c4d5e6f");

    private readonly OutboundScenario _scenario;
    private Func<ScriptedRequest, byte[]> _reply = _ => Reply.Json("""{"value":[]}""");

    public GraphClientTests() => _scenario = new OutboundScenario(request => _reply(request));

    public ValueTask DisposeAsync() => _scenario.DisposeAsync();

    private string Base => $"{_scenario.Server.Origin}/graph/v1.0";

    private GraphAccess Access =>
        Cloud.TryCreate("test", _scenario.Server.Origin, $"{_scenario.Server.Origin}/graph", [], out var cloud, out var fault)
            ? new(cloud, Tenant, "org", new Secret("a-token"))
            : throw new InvalidOperationException(fault);

    private async Task<Result<TokenGroups.Listed, GraphFailure>> OwnGroupsAsync() =>
        await new PersonGroups(new GraphClient(_scenario.Http)).OfSignedInAsync(Access, TestContext.Current.CancellationToken);

    private async Task<string> RefusalAsync() =>
        (await OwnGroupsAsync()).TryGet(out _, out var failure) ? throw new InvalidOperationException() : failure.ToString();

    private static string Group(string id) => $$"""{"@odata.type":"#microsoft.graph.group","id":"{{id}}","displayName":null}""";

    [Fact]
    [Trait("Security", "SEC-075")]
    public async Task All_pages_are_read_and_only_groups_count()
    {
        _reply = request =>
            Reply.Json(
                request.Path switch
                {
                    First =>
                        $$"""{"value":[{{Group("a")}},{"@odata.type":"#microsoft.graph.directoryRole","id":"r"}],"@odata.nextLink":"{{Base}}/me/more?$skiptoken=1"}""",
                    "/graph/v1.0/me/more?$skiptoken=1" => $$"""{"value":[],"@odata.nextLink":"{{Base}}/me/more?$skiptoken=2"}""",
                    _ => $$"""{"value":[{{Group("b")}}]}""",
                }
            );

        Assert.True((await OwnGroupsAsync()).TryGet(out var groups, out _));
        Assert.Equal(["a", "b"], groups.Values);
        Assert.Equal(3, _scenario.Server.Requests.Count);
        Assert.All(_scenario.Server.Requests, request => Assert.Equal("Bearer a-token", request.Headers["Authorization"]));
    }

    [Fact]
    public async Task Somebody_is_asked_for_by_object_id()
    {
        var person = new Guid("5f0f1c9e-6f0c-4d2b-9d5e-0b9a4f6b7c11");
        var found = await new PersonGroups(new GraphClient(_scenario.Http)).OfAsync(Access, person, TestContext.Current.CancellationToken);
        Assert.True(found.TryGet(out var groups, out _));
        Assert.Empty(groups.Values);
        Assert.Equal($"/graph/v1.0/users/{person}/transitiveMemberOf?$select=id&$top=999", _scenario.Server.Requests.Single().Path);
    }

    [Theory] // a token goes to Graph and nowhere else, whatever Graph's answer says
    [Trait("Security", "SEC-075")]
    [InlineData("https://graph.windows.net/v1.0/me/more")]
    [InlineData("http://127.0.0.1:{port}/graph/v1.0/me/more")]
    [InlineData("http://localhost:{port}/graph/v2.0/me/more")]
    [InlineData("http://localhost:{port}/graph/v1.0/../../elsewhere")]
    [InlineData("http://someone@localhost:{port}/graph/v1.0/me/more")]
    [InlineData("http://localhost:1/graph/v1.0/me/more")]
    [InlineData("file:///graph/v1.0/me/more")]
    public async Task A_next_page_elsewhere_is_not_asked_for(string next)
    {
        var address = next.Replace("{port}", $"{_scenario.Server.Port}", StringComparison.Ordinal);
        _reply = _ => Reply.Json($$"""{"value":[{{Group("a")}}],"@odata.nextLink":"{{address}}"}""");

        Assert.Equal("graph_elsewhere", await RefusalAsync());
        Assert.Single(_scenario.Server.Requests);
    }

    [Theory] // half a list is no list
    [InlineData("""[]""")]
    [InlineData("""{"values":[]}""")]
    [InlineData("""{"value":{}}""")]
    [InlineData("""{"value":["a"]}""")]
    [InlineData("""{"value":[{"id":"a"}]}""")]
    [InlineData("""{"value":[{"@odata.type":"#microsoft.graph.group"}]}""")]
    [InlineData("""{"value":[{"@odata.type":"#microsoft.graph.group","id":1}]}""")]
    [InlineData("""{"value":[],"@odata.nextLink":1}""")]
    [InlineData("""{"value":[],"@odata.nextLink":"more"}""")]
    [InlineData("""{"value":[],"value":[]}""")]
    public async Task An_answer_of_another_shape_is_no_list(string body)
    {
        _reply = _ => Reply.Json(body);
        Assert.Equal("graph_malformed", await RefusalAsync());
    }

    [Fact]
    public async Task Pages_without_end_are_given_up()
    {
        _reply = _ => Reply.Json($$"""{"value":[],"@odata.nextLink":"{{Base}}/me/more"}""");
        Assert.Equal("graph_too_many", await RefusalAsync());
        Assert.Equal(100, _scenario.Server.Requests.Count);
    }

    [Theory]
    [InlineData(
        """{"error":{"code":"Authorization_RequestDenied","message":"Insufficient privileges"}}""",
        "graph_refused 403 Authorization_RequestDenied"
    )]
    [InlineData("""{"error":{"code":"<script>","message":""}}""", "graph_refused 403")]
    [InlineData("""{"error":"denied"}""", "graph_refused 403")]
    [InlineData("[]", "graph_refused 403")]
    public async Task A_refusal_is_kept_by_its_code(string body, string kept)
    {
        _reply = _ => Reply.Json(body, 403);
        Assert.Equal(kept, await RefusalAsync());
    }

    [Fact]
    [Trait("Security", "SEC-303")]
    public async Task After_a_retry_after_nothing_is_sent_before_the_time()
    {
        _reply = _ => Reply.Json("{}", 429, "Retry-After: 2.5");
        Assert.Equal("graph_unavailable outbound_status 429", await RefusalAsync());
        _reply = _ => Reply.Json("""{"value":[]}""");

        Assert.Equal("graph_unavailable outbound_retry_later", await RefusalAsync());
        Assert.Single(_scenario.Server.Requests);
        _scenario.Clock.Advance(TimeSpan.FromSeconds(4));
        Assert.True((await OwnGroupsAsync()).TryGet(out _, out _));
    }
}

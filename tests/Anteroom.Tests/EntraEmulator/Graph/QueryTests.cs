namespace Anteroom.Tests.EntraEmulator.Graph;

/// <summary>Filter, search, count and order, and what needs <c>ConsistencyLevel: eventual</c> (graph.md §4.4).</summary>
[Collection(GraphCollection.Name)]
public sealed class QueryTests(GraphStage stage)
{
    [Theory] // graph.md §4.4, "Exact failures"
    [InlineData("users/$count", 400, "Request_BadRequest", "$count is not currently supported.")]
    [InlineData(
        "users?$search=\"displayName:wa\"",
        400,
        "Request_UnsupportedQuery",
        "Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'"
    )]
    [InlineData("users?$filter=endsWith(mail,'x')", 400, "Request_UnsupportedQuery", "Unsupported Query.")]
    [InlineData(
        "users?$filter=companyName eq 'x'",
        400,
        "Request_UnsupportedQuery",
        "The request uses a filter property that is not indexed"
    )]
    [InlineData("users?$filter=not(accountEnabled eq true)", 400, "Request_UnsupportedQuery", "Unsupported Query.")]
    [InlineData("users?$filter=displayName ne 'x'", 400, "Request_UnsupportedQuery", "Unsupported Query.")]
    [InlineData(
        "users?$filter=startswith(displayName,'a')&$orderby=displayName",
        400,
        "Request_UnsupportedQuery",
        "Sorting not supported for current query."
    )]
    [InlineData("users?$orderby=jobTitle", 400, "Request_UnsupportedQuery", "Sorting not supported for current query.")]
    [InlineData("users?$filter=passwordPolicies eq 'x'", 400, "Request_UnsupportedQuery", null)]
    [InlineData("users?$filter=contains(displayName,'x')", 400, "Request_UnsupportedQuery", null)]
    [InlineData(
        "users?$filter=unicorn eq 'x'",
        400,
        "BadRequest",
        "Invalid filter clause: Could not find a property named 'unicorn' on type 'microsoft.graph.user'."
    )]
    [InlineData("users?$filter=displayName eq 'x", 400, "BadRequest", null)]
    [InlineData("users?$filter=displayName like 'x'", 400, "BadRequest", null)]
    [InlineData("users?$filter=(((displayName eq 'x')", 400, "BadRequest", null)]
    [InlineData("users?$top=1000", 400, "Request_BadRequest", "Invalid page size specified: '1000'. Must be between 1 and 999 inclusive.")]
    [InlineData("users?$top=0", 400, "Request_BadRequest", "Invalid page size specified: '0'. Must be between 1 and 999 inclusive.")]
    [InlineData("users?$top=many", 400, "BadRequest", null)]
    [InlineData("users?$skiptoken=RFNwdAIAAQ", 400, "Directory_ExpiredPageToken", null)]
    public async Task Queries_that_the_service_refuses(string path, int status, string code, string? message)
    {
        var caller = await (await stage.NewTenantAsync()).CallerAsync("User.Read.All");
        (await caller.GetAsync(path)).Refuses(status, code, message);
    }

    [Theory]
    [InlineData("displayName eq 'ADA Berg'", "Ada Berg")] // comparison ignores case
    [InlineData("displayName eq 'O''Neil'", "O'Neil")] // a quote is doubled
    [InlineData("startswith(displayName,'Bo')", "Bo Carter")]
    [InlineData("accountEnabled eq false", "Bo Carter")]
    [InlineData("department eq 'IT' and accountEnabled eq true", "Ada Berg")]
    [InlineData("department eq 'IT' or displayName eq 'O''Neil'", "Ada Berg,Bo Carter,O'Neil")]
    [InlineData("displayName in ('Ada Berg','O''Neil')", "Ada Berg,O'Neil")]
    [InlineData("otherMails/any(m:m eq 'bo@home.example')", "Bo Carter")]
    [InlineData("createdDateTime ge 2026-01-01T00:00:00Z", "Ada Berg,Bo Carter,O'Neil")]
    [InlineData("createdDateTime lt 2026-01-01T00:00:00Z", "")]
    [InlineData("mail eq null", "O'Neil")]
    public async Task Filters_of_the_ordinary_index(string filter, string expected)
    {
        var caller = await PeopleAsync();
        var answer = (await caller.GetAsync($"users?$filter={Uri.EscapeDataString(filter)}")).Succeeds();
        Assert.Equal(expected, string.Join(',', answer.Names().Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("$filter=endsWith(mail,'@contoso.example')", "Ada Berg,Bo Carter")]
    [InlineData("$filter=not startswith(displayName,'A')", "Bo Carter,O'Neil")]
    [InlineData("$filter=department ne 'IT'", "O'Neil")]
    [InlineData("$search=\"displayName:car\"", "Bo Carter")] // the second word begins so
    [InlineData("$search=\"displayName:ada\" OR \"mail:bo\"", "Ada Berg,Bo Carter")]
    [InlineData("$search=\"displayName:bo\" AND \"displayName:car\"", "Bo Carter")]
    [InlineData("$filter=department eq 'IT'&$orderby=displayName desc", "Bo Carter,Ada Berg")]
    public async Task Advanced_queries_with_header_and_count(string query, string expected)
    {
        var caller = await PeopleAsync();
        var answer = (await caller.GetAsync($"users?{query}&$count=true", eventual: true)).Succeeds();
        var names = query.Contains("orderby", StringComparison.Ordinal) ? answer.Names() : answer.Names().Order(StringComparer.Ordinal);
        Assert.Equal(expected, string.Join(',', names));
        Assert.Equal(answer.Values.Count(), (int)answer.Json["@odata.count"]!);
    }

    [Fact] // graph.md §4.4: silently ignored
    public async Task A_count_without_the_header_is_ignored_and_with_it_plain_text()
    {
        var caller = await PeopleAsync();
        Assert.DoesNotContain("@odata.count", (await caller.GetAsync("users?$count=true")).Succeeds().Text, StringComparison.Ordinal);
        var count = (await caller.GetAsync("users/$count", eventual: true)).Succeeds();
        Assert.Equal(("3", "text/plain"), (count.Text, count.Headers["Content-Type"]));
        Assert.Equal("1", (await caller.GetAsync("users/$count?$filter=accountEnabled eq false", eventual: true)).Succeeds().Text);
    }

    [Fact]
    public async Task A_deep_clause_is_refused_and_not_followed_into_the_ground()
    {
        var caller = await (await stage.NewTenantAsync()).CallerAsync("User.Read.All");
        var filter = new string('(', 4_000) + "accountEnabled eq true" + new string(')', 4_000);
        (await caller.GetAsync($"users?$filter={filter}")).Refuses(400, "BadRequest");
    }

    private async Task<GraphClient> PeopleAsync()
    {
        var tenant = await stage.NewTenantAsync();
        await tenant.AddUserAsync(
            "ada",
            new
            {
                displayName = "Ada Berg",
                mail = "ada@contoso.example",
                department = "IT",
            }
        );
        await tenant.AddUserAsync(
            "bo",
            new
            {
                displayName = "Bo Carter",
                mail = "bo@contoso.example",
                department = "IT",
                accountEnabled = false,
                otherMails = new[] { "bo@home.example" },
            }
        );
        await tenant.AddUserAsync("neil", new { displayName = "O'Neil" });
        return await tenant.CallerAsync("User.Read.All");
    }
}

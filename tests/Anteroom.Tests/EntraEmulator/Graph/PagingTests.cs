namespace Anteroom.Tests.EntraEmulator.Graph;

/// <summary>Pages (graph.md §4.3): opaque links, followed as they are.</summary>
[Collection(GraphCollection.Name)]
public sealed class PagingTests(GraphStage stage)
{
    [Theory]
    [InlineData("users?$top=3&$select=displayName", 4)]
    [InlineData("users?$top=5", 2)]
    [InlineData("users?$top=10", 1)]
    [InlineData("users", 1)]
    [InlineData("users?$top=4&$orderby=displayName", 3)]
    [InlineData("users?$top=4&$filter=startswith(displayName,'user')", 3)]
    public async Task Every_user_comes_once_and_the_last_page_has_no_link(string path, int pages)
    {
        var caller = await TenAsync();
        var (users, count) = await caller.AllAsync(path);
        Assert.Equal(pages, count);
        Assert.Equal(
            Enumerable.Range(0, 10).Select(i => $"user{i}"),
            users.Select(user => (string)user["displayName"]!).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task An_order_goes_over_pages()
    {
        var caller = await TenAsync();
        var (users, _) = await caller.AllAsync("users?$top=3&$orderby=displayName desc");
        Assert.Equal(Enumerable.Range(0, 10).Reverse().Select(i => $"user{i}"), users.Select(user => (string)user["displayName"]!));
    }

    [Fact] // graph.md §4.3: the link carries the options but not the headers; the count is on the first page only
    public async Task The_link_carries_the_options_and_the_header_must_be_repeated()
    {
        var caller = await TenAsync();
        var first = (
            await caller.GetAsync("users?$top=4&$count=true&$filter=endsWith(userPrincipalName,'.example')&$select=id", eventual: true)
        ).Succeeds();
        Assert.Equal(10, (int)first.Json["@odata.count"]!);
        Assert.Contains("$skiptoken=", first.NextLink, StringComparison.Ordinal);
        var second = (await caller.GetAsync(first.NextLink!, eventual: true)).Succeeds();
        Assert.DoesNotContain("@odata.count", second.Text, StringComparison.Ordinal);
        Assert.Equal(["id"], second.Values.First().Select(member => member.Key));
        (await caller.GetAsync(first.NextLink!)).Refuses(400, "Request_UnsupportedQuery", "Unsupported Query.");
    }

    [Fact] // graph.md §4.3
    public async Task A_page_may_be_empty_and_still_have_a_next_link()
    {
        await using var _ = await stage.SwitchAsync(new { emptyPages = true });
        var caller = await TenAsync();
        var (users, pages) = await caller.AllAsync("users?$top=4");
        Assert.Equal((10, 5), (users.Count, pages));
    }

    [Fact]
    public async Task A_token_of_another_list_is_refused()
    {
        var caller = await TenAsync();
        var link = (await caller.GetAsync("users?$top=2")).NextLink!;
        (await caller.GetAsync(link.Replace("/users?", "/groups?", StringComparison.Ordinal))).Refuses(400, "Directory_ExpiredPageToken");
    }

    [Fact]
    public async Task Who_is_added_between_two_pages_moves_nobody()
    {
        var tenant = await stage.NewTenantAsync();
        for (var i = 0; i < 6; i++)
        {
            await tenant.AddUserAsync($"user{i}");
            stage.Emulator.Clock.Advance(TimeSpan.FromMilliseconds(1)); // object ids grow with time
        }
        var caller = await tenant.CallerAsync("User.Read.All", "User.ReadWrite.All");
        var first = (await caller.GetAsync("users?$top=3")).Succeeds();
        await caller.DeleteAsync($"users/user1@{tenant.Domain}");
        await tenant.AddUserAsync("late");
        var (rest, _) = await caller.AllAsync(first.NextLink!);
        Assert.Equal(["user3", "user4", "user5", "late"], rest.Select(user => (string)user["displayName"]!));
    }

    private async Task<GraphClient> TenAsync()
    {
        var tenant = await stage.NewTenantAsync();
        for (var i = 0; i < 10; i++)
            await tenant.AddUserAsync($"user{i}");
        return await tenant.CallerAsync("User.Read.All", "Group.Read.All");
    }
}

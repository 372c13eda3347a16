using Anteroom.Harness;

namespace Anteroom.Tests.EndToEnd;

/// <summary>What every refusal has in common (security.md §16): a page with a code and an id, the same in the audit, and not one row more.</summary>
internal static class Refused
{
    public static async Task AssertAsync(Contoso contoso, Page page, IReadOnlyDictionary<string, long> before, params string[] reasons)
    {
        AssertPage(page, reasons);
        Assert.Equal(before, await contoso.Rows.CountAsync());
        var refusal = await contoso.Rows.LastRefusalAsync();
        Assert.Equal(page.Reason, refusal.Reason);
        Assert.Equal(page.CorrelationId, refusal.CorrelationId);
        Assert.Equal(
            "refused",
            await contoso.Rows.FirstAsync<string>(
                "SELECT decision FROM sign_ins WHERE organization_id = @organization AND correlation_id = @id",
                new { id = page.CorrelationId }
            )
        );
    }

    /// <summary>For refusals before an organization is known, which nothing records.</summary>
    public static void AssertPage(Page page, params string[] reasons)
    {
        Assert.True(page.Reason is not null, $"No problem page but {(int)page.Status} at {page.Address}: {page.Location} {page.Text}");
        Assert.Contains(page.Reason, reasons);
        Assert.InRange((int)page.Status, 400, 599);
        Assert.NotEqual(500, (int)page.Status);
        Assert.False(string.IsNullOrEmpty(page.CorrelationId));
        Assert.DoesNotContain("Exception", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", page.Body, StringComparison.Ordinal);
    }
}

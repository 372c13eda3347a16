using Anteroom.Harness;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Tests.Platform.Database;

public sealed class StatementTextTests
{
    [Theory]
    [InlineData("SELECT 1", "SELECT 1", "")]
    [InlineData("WHERE a = @one AND b = @two", "WHERE a = $1 AND b = $2", "one two")]
    [InlineData("@two, @one, @two", "$1, $2, $1", "two one")]
    [InlineData("@details::jsonb, @by_hand", "$1::jsonb, $2", "details by_hand")]
    [InlineData("channels <@ '{web}' AND x @> @y", "channels <@ '{web}' AND x @> $1", "y")]
    [InlineData("'mira@example.com', @a", "'mira@example.com', $1", "a")]
    [InlineData("'it''s @no name', @a", "'it''s @no name', $1", "a")]
    [InlineData("LIMIT @limit", "LIMIT $1", "limit")]
    [InlineData("@", "@", "")]
    [InlineData("", "", "")]
    public void Names_become_numbers(string sql, string expected, string names)
    {
        var text = StatementText.Of(sql);
        Assert.Equal(expected, text.Sql);
        Assert.Equal(names, string.Join(' ', text.Names));
    }

    [Fact]
    public void A_literal_has_an_end() => Assert.Throws<ArgumentException>(() => StatementText.Of("SELECT 'a, @b"));

    [Fact]
    public async Task A_name_that_nobody_gives_is_told_before_anything_is_sent()
    {
        await using var test = await TestDatabase.CreateAsync(migrated: false);
        var missing = await Assert.ThrowsAsync<ArgumentException>(() =>
            test.Database.In(OrganizationId.Platform).ListAsync<string>("SELECT @absent", new { present = 1 }, default)
        );
        Assert.Contains("@absent", missing.Message, StringComparison.Ordinal);
    }
}

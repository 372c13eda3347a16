using Anteroom.Server.Console.Frame;

namespace Anteroom.Tests.Console;

/// <summary>Two edits of one object: what is asked, as a table.</summary>
public sealed class MergeTests
{
    [Theory]
    [InlineData("Mira", "Mira", "Mira K.", null)] // nobody else changed anything: saved as typed
    [InlineData("Mira", "Mira", "Mira", null)]
    [InlineData("Mira", "Miriam", "Mira", "Theirs")]
    [InlineData("Mira", "Miriam", "Mira K.", "Open")]
    [InlineData("Mira", "Miriam", "Miriam", null)] // both want the same
    [InlineData("", "Miriam", "", "Theirs")]
    [InlineData("Mira", "", "Mira K.", "Open")]
    public void Asks_about_what_both_touched(string was, string theirs, string mine, string? pick)
    {
        var fields = Merge.Of([new Field("name", "Name", theirs)], Values(was), Values(mine));
        Assert.Equal(pick, fields.SingleOrDefault()?.Pick.ToString());
    }

    [Fact]
    public void Keeps_what_only_the_second_changed_as_the_second_wants_it()
    {
        var fields = Merge.Of(
            [new Field("name", "Name", "Miriam"), new Field("email", "E-mail", "old@example.com")],
            new([new("name", "Mira"), new("email", "old@example.com")]),
            new([new("name", "Mira"), new("email", "new@example.com")])
        );
        Assert.Equal([("name", MergePick.Theirs), ("email", MergePick.Mine)], fields.Select(field => (field.Field.Name, field.Pick)));
    }

    [Fact]
    public void Leaves_out_what_cannot_be_changed_and_what_is_never_shown()
    {
        var fields = Merge.Of(
            [
                new Field("name", "Name", "Miriam") { Locked = "It comes from SCIM." },
                new Field("password", "Password", "") { Kind = FieldKind.Secret },
            ],
            Values("Mira"),
            new([new("name", "Mira"), new("password", "typed")])
        );
        Assert.Empty(fields);
    }

    private static FormValues Values(string name) => new([new("name", name)]);
}

using System.Text;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Tests.Protocols.Primitives;

[Trait("Security", "SEC-099")] // claims of a wrong JSON type are refused, and never taken for absent
public sealed class JsonMembersTests
{
    [Fact]
    public void An_absent_member_is_no_error_and_has_no_value()
    {
        var members = Parse("{}");
        Assert.True(members.TryGetString("x", out var text) && text is null);
        Assert.True(members.TryGetBoolean("x", out var truth) && truth is null);
        Assert.True(members.TryGetInt64("x", out var number) && number is null);
        Assert.True(members.TryGetNumericDate("x", out var date) && date is null);
        Assert.True(members.TryGetStrings("x", out var texts) && texts is null);
        Assert.True(members.TryGetObject("x", out var inner) && inner is null);
        Assert.False(members.Contains("x"));
    }

    [Theory]
    [InlineData("\"text\"", "string strings")]
    [InlineData("\"1\"", "string strings")]
    [InlineData("true", "boolean")]
    [InlineData("false", "boolean")]
    [InlineData("null", "")]
    [InlineData("1", "int date")]
    [InlineData("0", "int date")]
    [InlineData("-1", "int")]
    [InlineData("1.5", "date")]
    [InlineData("1e3", "date")]
    [InlineData("9223372036854775807", "int")]
    [InlineData("9223372036854775808", "")]
    [InlineData("253402300799", "int date")]
    [InlineData("253402300800", "int")]
    [InlineData("1e400", "")]
    [InlineData("[]", "strings")]
    [InlineData("[\"a\",\"b\"]", "strings")]
    [InlineData("[\"a\",1]", "")]
    [InlineData("[null]", "")]
    [InlineData("{}", "object")]
    public void Each_value_is_read_as_its_own_type_only(string value, string readable)
    {
        var members = Parse($$"""{"x":{{value}}}""");
        var read = new List<string>();
        if (members.TryGetString("x", out var text) && text is not null)
            read.Add("string");
        if (members.TryGetBoolean("x", out var truth) && truth is not null)
            read.Add("boolean");
        if (members.TryGetInt64("x", out var number) && number is not null)
            read.Add("int");
        if (members.TryGetNumericDate("x", out var date) && date is not null)
            read.Add("date");
        if (members.TryGetStrings("x", out var texts) && texts is not null)
            read.Add("strings");
        if (members.TryGetObject("x", out var inner) && inner is not null)
            read.Add("object");

        Assert.Equal(readable, string.Join(' ', read));
        Assert.True(members.Contains("x"));
        if (readable.Length == 0)
            Assert.False(members.TryGetString("x", out _));
    }

    [Fact]
    public void Values_arrive_whole()
    {
        var members = Parse("""{"b":true,"i":-7,"d":1700000000.9,"one":"a","two":["a","b"],"o":{"k":"v"}}""");
        Assert.True(members.TryGetBoolean("b", out var truth) && truth is true);
        Assert.True(members.TryGetInt64("i", out var number) && number == -7);
        Assert.True(members.TryGetNumericDate("d", out var date) && date == DateTimeOffset.FromUnixTimeSeconds(1700000000));
        Assert.True(members.TryGetStrings("one", out var one));
        Assert.Equal(["a"], one!);
        Assert.True(members.TryGetStrings("two", out var two));
        Assert.Equal(["a", "b"], two!);
        Assert.True(members.TryGetObject("o", out var inner) && inner!.TryGetString("k", out var v) && v == "v");
    }

    private static JsonMembers Parse(string text) =>
        StrictJson.ParseObject(Encoding.UTF8.GetBytes(text), 4096).TryGet(out var members, out var error)
            ? members
            : throw new InvalidOperationException(error.Reason);
}

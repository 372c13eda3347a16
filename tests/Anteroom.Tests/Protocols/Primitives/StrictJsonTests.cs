using System.Text;
using System.Text.Json;
using Anteroom.Protocols.Primitives;
using FsCheck.Fluent;

namespace Anteroom.Tests.Protocols.Primitives;

public sealed class StrictJsonTests
{
    private const int Roomy = 4096;

    [Fact]
    public void Reads_an_object()
    {
        var members = Accepted("""{"a":"1","nested":{"b":[1,true,null]}}""");
        Assert.True(members.TryGetString("a", out var a));
        Assert.Equal("1", a);
    }

    [Theory, Trait("Security", "SEC-099")]
    [InlineData("""{"a":1,"a":2}""", "duplicate_member")]
    [InlineData("""{"a":1,"a":1}""", "duplicate_member")]
    [InlineData("""{"x":{"a":1,"a":2}}""", "duplicate_member")]
    [InlineData("""{"x":[[{"a":1,"a":2}]]}""", "duplicate_member")]
    [InlineData("""{"a":1,"\u0061":2}""", "duplicate_member")] // the same name, spelled twice
    [InlineData("""{"a":1}{"a":1}""", "malformed")] // leftover input
    [InlineData("""{"a":1} x""", "malformed")]
    [InlineData("""{"a":1}]""", "malformed")]
    [InlineData("""{"a":1""", "malformed")] // truncation
    [InlineData("""{"a":1,}""", "malformed")]
    [InlineData("""{"a":1}//""", "malformed")]
    [InlineData("""{'a':1}""", "malformed")]
    [InlineData("""{"a":01}""", "malformed")]
    [InlineData("""{"a":NaN}""", "malformed")]
    [InlineData("\uFEFF{}", "malformed")] // a byte order mark
    [InlineData("", "malformed")]
    [InlineData("[]", "not_an_object")]
    [InlineData("\"a\"", "not_an_object")]
    [InlineData("null", "not_an_object")]
    [InlineData("""{"a":"\ud800"}""", "not_utf8")] // half a surrogate pair
    [InlineData("""{"a":"\udc00"}""", "not_utf8")]
    [InlineData("""{"a":"\ud800\ud800"}""", "not_utf8")]
    [InlineData("""{"a":"\ud800x"}""", "not_utf8")]
    [InlineData("""{"\uD800":1}""", "not_utf8")]
    [InlineData("""{"a":"\\\ud800"}""", "not_utf8")]
    public void Refuses_what_is_not_one_clear_object(string text, string code) => Assert.Equal(code, Refused(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("""{"a":"\\ud800"}""", "\\ud800")] // an escaped backslash, then plain letters
    [InlineData("""{"a":"\ud83d\ude00"}""", "😀")]
    [InlineData("""{"a":"\\\ud83d\ude00"}""", "\\😀")]
    [InlineData("""{"a":"\u00e9\n"}""", "é\n")]
    public void Reads_escapes(string text, string value)
    {
        Assert.True(Accepted(text).TryGetString("a", out var a));
        Assert.Equal(value, a);
    }

    [Fact]
    public void Refuses_bytes_that_are_not_utf8()
    {
        Assert.Equal("not_utf8", Refused([.. "{\"a\":\""u8, 0xff, .. "\"}"u8]));
        Assert.Equal("not_utf8", Refused([.. "{\"a\":\""u8, 0xc0, 0x80, .. "\"}"u8])); // overlong NUL
        Assert.Equal("not_utf8", Refused([.. "{\"a\":\""u8, 0xed, 0xa0, 0x80, .. "\"}"u8])); // a surrogate in UTF-8
    }

    [Fact, Trait("Security", "SEC-366")]
    public void Refuses_the_thirty_third_level()
    {
        Assert.Equal("malformed", Refused(Encoding.UTF8.GetBytes(Nested(33))));
        Accepted(Nested(32));
        Assert.Equal("malformed", Refused(Encoding.UTF8.GetBytes("{\"a\":" + new string('[', 2000))));

        static string Nested(int levels) => string.Concat(Enumerable.Repeat("{\"a\":", levels - 1)) + "{}" + new string('}', levels - 1);
    }

    [Fact]
    public void Refuses_one_byte_too_many()
    {
        var text = """{"a":"é"}"""u8.ToArray();
        Assert.Equal("too_large", StrictJson.ParseObject(text, text.Length - 1).TryGet(out _, out var error) ? null : error.Code);
        Assert.True(StrictJson.ParseObject(text, text.Length).TryGet(out _, out _));
    }

    [Fact]
    public void No_bytes_make_it_throw_and_all_accepted_strings_can_be_read() =>
        Prop.ForAll(
                Gen.Elements(
                        "{",
                        "}",
                        "\"a\"",
                        ":",
                        ",",
                        "[",
                        "]",
                        "1",
                        "\"\\ud800\"",
                        "\"\\udc00\"",
                        "\\",
                        "\"",
                        "u",
                        "null",
                        "\u00e9",
                        " "
                    )
                    .ArrayOf()
                    .ToArbitrary(),
                parts =>
                {
                    if (StrictJson.ParseObject(Encoding.UTF8.GetBytes(string.Concat(parts)), Roomy).TryGet(out var members, out _))
                        foreach (var member in members.Element.EnumerateObject())
                            _ = member.Name + (member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString() : "");
                }
            )
            .Holds();

    [Fact]
    public void Random_bytes_never_make_it_throw() =>
        Prop.ForAll<byte[]>(bytes =>
            {
                _ = StrictJson.ParseObject([.. "{\""u8, .. bytes], Roomy);
            })
            .Holds();

    private static JsonMembers Accepted(string text)
    {
        Assert.True(StrictJson.ParseObject(Encoding.UTF8.GetBytes(text), Roomy).TryGet(out var members, out var error), error?.Reason);
        return members;
    }

    private static string? Refused(byte[] utf8) => StrictJson.ParseObject(utf8, Roomy).TryGet(out _, out var error) ? null : error.Code;
}

using System.Text;
using System.Text.Json;
using Anteroom.Protocols.Primitives;
using FsCheck.Fluent;

namespace Anteroom.Tests.Fuzz.Targets;

internal static class PrimitiveTargets
{
    private const int MostJson = 64 * 1024;

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        FuzzTarget.OfText(
            "base64url",
            [Base64Url.TryDecode],
            Gen.Choose(0, 70).SelectMany(Pieces.Base64UrlOf),
            ["A", "AA", "AB", "-_", "+/"],
            text =>
            {
                if (!Base64Url.TryDecode(text, out var bytes))
                    return "refused";
                Assert.Equal(text, Base64Url.Encode(bytes)); // one value, one spelling (SEC-099)
                return $"{bytes.Length % 3}";
            }
        ),
        FuzzTarget.OfText(
            "identifier",
            [Identifiers.TryParse, Identifiers.TryFromBase32],
            Gen.Zip(Gen.Frequency((4, Gen.Constant("org")), (1, Gen.Constant("usr"))), Pieces.Uuid)
                .Select(id => Identifiers.Format(id.Item1, id.Item2)),
            ["org_", "usr_", "7", "h", "8"],
            text =>
            {
                Assert.Equal(
                    Identifiers.TryParse("org", text, out var value),
                    text.StartsWith("org_", StringComparison.Ordinal) && Identifiers.TryFromBase32(text.AsSpan(4), out _)
                );
                if (!Identifiers.TryParse("org", text, out value))
                    return "refused";
                Assert.Equal(text, Identifiers.Format("org", value));
                return "read";
            }
        ),
        new FuzzTarget(
            "strict-json",
            [StrictJson.ParseObject],
            Pieces.Object(Pieces.Word, 4).Select(Pieces.Utf8),
            ["{", "}", "[", "]", ":", ",", "\"a\":1", "\"a\":", "\\u0061", "//", "/**/", "NaN", "1.0", "01"],
            ReadJson
        ),
    ];

    private static string ReadJson(byte[] utf8)
    {
        if (!StrictJson.ParseObject(utf8, MostJson).TryGet(out var members, out var refused))
            return refused.Code;
        Assert.True(utf8.Length <= MostJson);
        Walk(members.Element);
        foreach (var member in members.Element.EnumerateObject())
        {
            var (name, kind) = (member.Name, member.Value.ValueKind);
            // False means "another type", for each of the readers (JsonMembers).
            Assert.Equal(kind == JsonValueKind.String, members.TryGetString(name, out var text) && text is not null);
            Assert.Equal(kind is JsonValueKind.True or JsonValueKind.False, members.TryGetBoolean(name, out var flag) && flag is not null);
            Assert.Equal(kind == JsonValueKind.Object, members.TryGetObject(name, out var inner) && inner is not null);
            Assert.True(!members.TryGetInt64(name, out var number) || (kind == JsonValueKind.Number && number is not null));
            Assert.True(!members.TryGetNumericDate(name, out var date) || (kind == JsonValueKind.Number && date is not null));
            Assert.True(!members.TryGetStrings(name, out var texts) || texts!.All(item => item is not null));
        }
        return $"{members.Element.GetPropertyCount()} members";
    }

    private static void Walk(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var names = new HashSet<string>(StringComparer.Ordinal);
                foreach (var member in element.EnumerateObject())
                {
                    Assert.True(names.Add(member.Name), "A member is there twice.");
                    Walk(member.Value);
                }
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                    Walk(item);
                break;
            case JsonValueKind.String:
                // Half a surrogate pair would not survive (RFC 8259 §8.2).
                var text = element.GetString()!;
                Assert.Equal(text, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)));
                break;
            default:
                break;
        }
    }
}

using System.Globalization;
using System.Text;
using Anteroom.Protocols.Primitives;
using FsCheck;
using FsCheck.Fluent;

namespace Anteroom.Tests.Fuzz;

/// <summary>What valid input is made of.</summary>
internal static class Pieces
{
    public static readonly Gen<string> Word = Gen.Elements("a", "b", "sub", "openid", "contoso", "mira", "x1", "A-Z", "_", "0");

    public static Gen<string> Text(string alphabet, int least, int most) =>
        from length in Gen.Choose(least, most)
        from characters in Gen.Elements(alphabet.ToCharArray()).ArrayOf(length)
        select new string(characters);

    public static Gen<byte[]> Bytes(int count) =>
        Gen.Choose(0, 255).ArrayOf(count).Select(values => values.Select(value => (byte)value).ToArray());

    public static Gen<Guid> Uuid { get; } = Bytes(16).Select(bytes => new Guid(bytes));

    public static Gen<string> Base64UrlOf(int count) => Bytes(count).Select(bytes => Base64Url.Encode(bytes));

    /// <summary>Any JSON, a few levels deep.</summary>
    public static Gen<string> Json(int levels) =>
        levels == 0
            ? Scalar
            : Gen.Frequency(
                (3, Scalar),
                (1, Json(levels - 1).ArrayOf(3).Select(items => $"[{string.Join(',', items)}]")),
                (2, Object(Word, levels))
            );

    /// <summary>A JSON object whose members have names of the reader's own, sometimes twice.</summary>
    public static Gen<string> Object(Gen<string> names, int levels) =>
        from count in Gen.Choose(0, 6)
        from members in Gen.Zip(names, Json(levels - 1)).ArrayOf(count)
        select $"{{{string.Join(',', members.Select(member => $"\"{member.Item1}\":{member.Item2}"))}}}";

    /// <summary>Parameters as a query or form carries them.</summary>
    public static Gen<string> Form(params (string Name, Gen<string> Value)[] parameters) =>
        from chosen in Gen.Shuffle(parameters)
        from left in Gen.Choose(0, 3)
        from values in Gen.CollectToArray(
            chosen.Skip(left == 3 ? 1 : 0),
            parameter => parameter.Value.Select(value => $"{parameter.Name}={Uri.EscapeDataString(value)}")
        )
        select string.Join('&', values);

    private static readonly Gen<string> Scalar = Gen.OneOf(
        Gen.Elements(
            "null",
            "true",
            "false",
            "\"\"",
            "\"\\u00e9\"",
            "\"\\ud83d\\ude00\"",
            "\"a\\\\b\"",
            "1e9",
            "-0",
            "1.5",
            "253402300800"
        ),
        Gen.Choose(int.MinValue, int.MaxValue).Select(number => number.ToString(CultureInfo.InvariantCulture)),
        Word.Select(word => $"\"{word}\"")
    );

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}

using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Anteroom.Tests.Fuzz;

/// <summary>What becomes of input on the way to somebody who means harm: cut, doubled, turned round, crossed with another, grown, given wrong bytes.</summary>
internal static class Mutations
{
    /// <summary>More than any reader takes, so that each shows what it does about too much.</summary>
    private const int MostBytes = 1_100_000;

    private const int MostLevels = 5_000;

    // What readers of text stumble over: ends of strings and lines, separators, escapes, white space, letters that look or fold alike.
    private static readonly byte[][] Pieces =
    [
        .. new[]
        {
            "\0",
            "\r\n",
            "\t",
            " ",
            "\u00a0",
            "\u200b",
            "\u202e",
            "\ufeff",
            "\u0130",
            "\u212a",
            "\u0660",
            "\ufffd",
            "\uffff",
            "\ud83d\ude00",
            "e\u0301",
            "%00",
            "%0d%0a",
            "%",
            "%2",
            "+",
            "=",
            "==",
            "&",
            ";",
            ",",
            ".",
            "..",
            "/",
            "\\",
            "\"",
            "'",
            "@",
            "#",
            "?",
            ":",
            "-",
            "-1",
            "0",
            "9223372036854775808",
            "1e400",
            "null",
            "true",
            "[]",
            "{}",
            "\\u0000",
            "\\ud800",
        }.Select(Encoding.UTF8.GetBytes),
        [0x80],
        [0xc0, 0xaf], // an overlong "/"
        [0xed, 0xa0, 0x80], // half a surrogate pair
        [0xff],
    ];

    private static readonly Gen<int> Any = Gen.Choose(0, int.MaxValue);

    private sealed record Step(int Kind, int A, int B, int N);

    /// <summary>Valid input, input changed in one to five ways, and now and then bytes that never were anything.</summary>
    /// <param name="corpus">Asked anew each time: what was found interesting joins in.</param>
    public static Gen<FuzzInput> Of(FuzzTarget target, Func<int, byte[]?> corpus)
    {
        byte[][] words = [.. target.Words.Select(Encoding.UTF8.GetBytes), .. Pieces];
        var small = from kind in Gen.Choose(0, 11) from a in Any from b in Any from n in Gen.Choose(1, 24) select new Step(kind, a, b, n);
        var large = from kind in Gen.Choose(12, 14) from a in Any from b in Any from n in Gen.Choose(1, 20) select new Step(kind, a, b, n);
        var known = from at in Any from made in target.Valid select corpus(at) ?? made;
        var start = Gen.Frequency((3, target.Valid), (2, known));
        var changed =
            from input in start
            from count in Gen.Choose(1, 5)
            from steps in Gen.Frequency((80, small), (1, large)).ArrayOf(count)
            from other in start
            select steps.Aggregate(input, (bytes, step) => Apply(bytes, step, words, other));
        var noise = from bytes in Gen.Choose(0, 255).ArrayOf() select bytes.Select(value => (byte)value).ToArray();
        return Gen.Frequency((2, target.Valid), (12, changed), (1, noise)).Select(bytes => new FuzzInput(bytes));
    }

    private static byte[] Apply(byte[] input, Step step, byte[][] words, byte[] other)
    {
        var at = step.A % (input.Length + 1);
        var end = Math.Min(input.Length, at + 1 + (step.B % Math.Max(1, Math.Min(step.N * 4, input.Length))));
        var word = words[step.B % words.Length];
        var result = step.Kind switch
        {
            0 => input[..at],
            1 => input[at..],
            2 => [.. input[..at], .. input[end..]],
            3 => [.. input[..end], .. input[at..end], .. input[end..]],
            4 or 5 => [.. input[..at], .. word, .. input[at..]],
            6 => [.. input[..at], .. word, .. input[end..]],
            7 => Flip(input, step),
            8 => Overwrite(input, step),
            9 => [.. input[..at], .. other[(step.B % (other.Length + 1))..]],
            10 => [.. input[end..], .. input[at..end], .. input[..at]],
            11 => OtherCase(input, at, end),
            12 => Grown(input, input[at..end], step),
            13 => Grown(input, word, step),
            _ => Nested(input, at, step),
        };
        return result.Length <= MostBytes ? result : result[..MostBytes];
    }

    private static byte[] Flip(byte[] input, Step step)
    {
        if (input.Length == 0)
            return input;
        byte[] result = [.. input];
        result[step.A % input.Length] ^= (byte)(1 << (step.B % 8));
        return result;
    }

    private static byte[] Overwrite(byte[] input, Step step)
    {
        if (input.Length == 0)
            return input;
        byte[] result = [.. input];
        result[step.A % input.Length] = (byte)step.B;
        return result;
    }

    private static byte[] OtherCase(byte[] input, int at, int end)
    {
        byte[] result = [.. input];
        for (var i = at; i < end; i++)
            if (char.IsAsciiLetter((char)result[i]))
                result[i] ^= 0x20;
        return result;
    }

    /// <summary>Just above one of the limits that readers have: 4 KB, 16 KB, 64 KB, 256 KB, 1 MB.</summary>
    private static byte[] Grown(byte[] input, byte[] piece, Step step)
    {
        if (piece.Length == 0)
            return input;
        var sizes = (int[])[4_097, 4_097, 16_385, 16_385, 65_537, 65_537, 262_145, MostBytes];
        var result = new byte[Math.Max(input.Length, sizes[step.N % sizes.Length])];
        input.CopyTo(result, 0);
        for (var at = input.Length; at < result.Length; at += piece.Length)
            piece.AsSpan(0, Math.Min(piece.Length, result.Length - at)).CopyTo(result.AsSpan(at));
        return result;
    }

    private static byte[] Nested(byte[] input, int at, Step step)
    {
        var levels = 1 + (step.B % MostLevels);
        var (open, close) = step.N % 2 == 0 ? ("[", "]") : ("{\"a\":", "}");
        byte[] opened = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(open, levels)));
        byte[] closed = step.N % 3 == 0 ? [] : Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(close, levels)));
        return [.. input[..at], .. opened, .. "1"u8, .. closed, .. input[at..]];
    }
}

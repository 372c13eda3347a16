using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Anteroom.Server.Credentials.Passwords;

/// <summary>The list of passwords that are tried first, and of the words and names that people make theirs from (SEC-211).</summary>
/// <remarks>
/// Made when the server is built (<c>Words/words.mjs</c>): the first five bytes of the SHA-256 of each, in order. Of 180,000 entries in
/// 2^40 a word that is not on the list is taken for one of it once in six million times; then somebody chooses another password.
/// </remarks>
public static class RefusedWords
{
    private const int EntryBytes = 5;

    private static readonly Lazy<byte[]> List = new(Load);

    /// <summary>How many there are.</summary>
    public static int Count => List.Value.Length / EntryBytes;

    /// <param name="folded">By <see cref="PasswordShapes.Fold"/>.</param>
    internal static bool Contains(string folded)
    {
        if (folded.Length < PasswordShapes.ShortestWord)
            return false;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(folded), hash);
        var wanted = hash[..EntryBytes];
        var list = List.Value.AsSpan();
        var (low, high) = (0, Count - 1);
        while (low <= high)
        {
            var middle = low + (high - low) / 2;
            var order = list.Slice(middle * EntryBytes, EntryBytes).SequenceCompareTo(wanted);
            if (order == 0)
                return true;
            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }
        return false;
    }

    private static byte[] Load()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("passwords/refused")!;
        var list = new byte[stream.Length];
        stream.ReadExactly(list);
        return list;
    }
}

using System.Globalization;
using System.Text.RegularExpressions;

namespace Anteroom.Tests.Conventions;

/// <summary>Each required capability and security line has a test that carries its id, or a written reason why it cannot have one (security.md §16).</summary>
public sealed partial class RequirementsTests(ITestOutputHelper output)
{
    [Fact]
    public void Each_required_id_has_a_test_or_a_reason_and_never_both()
    {
        var (required, absent) = Read();
        var tested = Tested();
        List<string> wrong =
        [
            .. required.Except(tested).Except(absent.Keys).Select(id => $"{id} has neither a test nor a reason."),
            .. absent.Keys.Where(tested.Contains).Select(id => $"{id} has a test, so its reason is out of date: {absent[id]}"),
            .. absent.Keys.Except(required).Select(id => $"{id} has a reason but is not required."),
            .. absent.Where(pair => pair.Value.Length < 20).Select(pair => $"{pair.Key}: a reason is a sentence."),
        ];
        output.WriteLine($"{required.Count} required, {required.Count(tested.Contains)} tested, {absent.Count} without a part:");
        foreach (var (id, reason) in absent)
            output.WriteLine($"  {id}  {reason}");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void Each_id_on_a_test_is_one_that_exists()
    {
        var unknown = Tested().Where(id => !Shape().IsMatch(id));
        Assert.Empty(unknown);
        Assert.True(Tested().Count > 100); // the search finds them
    }

    private static (SortedSet<string> Required, SortedDictionary<string, string> Absent) Read()
    {
        SortedSet<string> required = new(StringComparer.Ordinal);
        SortedDictionary<string, string> absent = new(StringComparer.Ordinal);
        foreach (var line in File.ReadLines(Path.Combine(SourceTree.Root, "tests/Anteroom.Tests/Conventions/Requirements.txt")))
        {
            var words = line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries);
            if (words is ["require", var range, ..])
                required.UnionWith(Expand(range));
            else if (words is ["absent", var id, var reason])
                absent.Add(id, reason.Trim());
            else
                Assert.True(words.Length == 0 || words[0].StartsWith('#'), line);
        }
        return (required, absent);
    }

    private static IEnumerable<string> Expand(string range)
    {
        var ends = range.Split("..");
        var (prefix, first) = (ends[0][..4], ends[0][4..]);
        var last = ends.Length == 1 ? first : ends[1];
        for (var number = Number(first); number <= Number(last); number++)
            yield return prefix + number.ToString(CultureInfo.InvariantCulture).PadLeft(first.Length, '0');
    }

    private static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    private static HashSet<string> Tested() =>
        [.. SourceTree.Files("tests", ".cs").SelectMany(file => Trait().Matches(file.Text).Select(match => match.Groups[1].Value))];

    [GeneratedRegex("""(?<=^\s*\[.*)Trait\("(?:Capability|Security)", "([^"]+)"\)""", RegexOptions.Multiline)]
    private static partial Regex Trait();

    [GeneratedRegex("^(HEC|HEL|IMP|HID)-[0-9]{2}$|^SEC-[0-9]{3}$")]
    private static partial Regex Shape();
}

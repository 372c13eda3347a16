using System.Text;
using Anteroom.Harness;
using FsCheck.Fluent;

namespace Anteroom.Tests.Fuzz;

/// <summary>Every reader of hostile input gets made and changed input: no crash, no second, no 256 MB (SEC-360, SEC-363, SEC-366).</summary>
[Trait("Security", "SEC-360")]
[Trait("Security", "SEC-363")]
[Trait("Security", "SEC-366")]
public sealed class FuzzTests
{
    public static TheoryData<string> Targets => [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory, MemberData(nameof(Targets))]
    public void Keeps_its_promises_whatever_comes(string name)
    {
        var target = FuzzTargets.Get(name);
        var fuzzer = new Fuzzer(target, new FuzzCorpus(target));
        var inputs = TestScale.Pick(everyday: 600, full: 30_000);
        var failure = fuzzer.Run(inputs);
        Assert.True(failure is null, failure?.ToString());
        CampaignLog.Saw($"{name}: {inputs} inputs, no failure");
    }

    [Fact] // a generator whose every input is refused at the door would prove nothing
    public void Each_target_sees_input_that_is_read_and_input_that_is_refused()
    {
        foreach (var target in FuzzTargets.All)
        {
            var outcomes = target
                .Valid.Sample(50, 300)
                .Concat(Mutations.Of(target, _ => null).Sample(50, 200).Select(input => input.Bytes))
                .Select(target.Read)
                .ToHashSet(StringComparer.Ordinal);
            Assert.True(outcomes.Count > 1, $"{target.Name} ends in one way only: {string.Join(", ", outcomes)}");
        }
    }

    [Fact]
    public void Finds_a_crash_and_makes_its_input_small()
    {
        var target = Target(bytes => bytes.AsSpan().IndexOf("boom"u8) >= 0 ? throw new InvalidOperationException("It broke.") : "fine");
        var failure = new Fuzzer(target, Nowhere(target)).Run(10_000);
        Assert.Contains("It broke.", failure?.Message, StringComparison.Ordinal);
        Assert.Equal("boom"u8.ToArray(), failure!.Input.Bytes);
    }

    [Fact]
    public void Finds_what_takes_too_much_memory()
    {
        byte[]? held = null;
        var target = Target(bytes => bytes.AsSpan().IndexOf("boom"u8) >= 0 ? $"{(held = new byte[Fuzzer.MostBytes + 1]).Length}" : "fine");
        var failure = new Fuzzer(target, Nowhere(target)).Run(10_000);
        Assert.Contains("256 MB", failure?.Message, StringComparison.Ordinal);
        Assert.NotNull(held);
    }

    [Fact]
    public void Gives_up_on_what_never_ends()
    {
        using var never = new ManualResetEventSlim();
        var target = Target(bytes =>
        {
            if (bytes.AsSpan().IndexOf("boom"u8) >= 0)
                never.Wait();
            return "fine";
        });
        var failure = new Fuzzer(target, Nowhere(target)) { Patience = TimeSpan.FromMilliseconds(200) }.Run(10_000);
        never.Set();
        Assert.Contains("has not ended", failure?.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData(" a b ")]
    [InlineData("\\x41")]
    [InlineData("\u00e9\ud83d\ude00\0\r\n")]
    public void A_stored_input_is_the_input(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var line = FuzzText.ToLine(bytes);
        Assert.All(line, character => Assert.InRange(character, ' ', '~'));
        Assert.Equal(bytes, FuzzText.FromLine(line));
        Assert.Equal(text, FuzzText.Decode(bytes));
    }

    [Fact]
    public void Bytes_that_are_no_text_become_half_surrogate_pairs()
    {
        Assert.Equal("a\udff0b\ud800", FuzzText.Decode([(byte)'a', 0xff, (byte)'b', 0x80]));
        Assert.Equal(3, FuzzText.Decode([0xed, 0xa0, 0x80]).Length);
    }

    private static FuzzTarget Target(Func<byte[], string> read) =>
        new("planted", [], Gen.Constant("a harmless text"u8.ToArray()), ["boom"], read);

    private static FuzzCorpus Nowhere(FuzzTarget target) => new(target, Path.Combine(Path.GetTempPath(), "anteroom-no-corpus"));
}

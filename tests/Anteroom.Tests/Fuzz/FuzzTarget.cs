using FsCheck;
using FsCheck.Fluent;

namespace Anteroom.Tests.Fuzz;

/// <summary>One reader of hostile input: how valid input looks, what else may stand in it, and what must hold whatever comes.</summary>
/// <param name="Name">As the command and the corpus call it.</param>
/// <param name="Parsers">The methods that it feeds, so that a forgotten one is noticed.</param>
/// <param name="Valid">Input that is well-formed or nearly so; it is changed afterwards.</param>
/// <param name="Words">Pieces that mean something to the reader, put in at random.</param>
/// <param name="Read">Reads an input, throws where a promise is broken, and says in a word how it ended. A new word makes an input worth keeping.</param>
internal sealed record FuzzTarget(string Name, Delegate[] Parsers, Gen<byte[]> Valid, string[] Words, Func<byte[], string> Read)
{
    /// <summary>A target whose input is text; bytes that are not UTF-8 become half surrogate pairs, which .NET strings can hold and attackers can send.</summary>
    public static FuzzTarget OfText(string name, Delegate[] parsers, Gen<string> valid, string[] words, Func<string, string> read) =>
        new(name, parsers, valid.Select(FuzzText.Encode), words, bytes => read(FuzzText.Decode(bytes)));

    public override string ToString() => Name;
}

namespace Anteroom.Server.Console.Frame;

/// <summary>A step of a test for people: what programs call by a name has words here.</summary>
/// <param name="Name">As programs know it.</param>
/// <param name="Result"><c>Passed</c>, <c>Failed</c> or <c>Unknown</c>.</param>
internal sealed record ToldStep(string Name, string Result, string Message, string? Cure)
{
    public Tone Tone =>
        Result switch
        {
            "Passed" => Tone.Good,
            "Failed" => Tone.Bad,
            _ => Tone.Neutral,
        };
}

namespace Anteroom.Tests.Fuzz;

/// <summary>A reader broke its promise.</summary>
internal sealed class FuzzFailure(FuzzTarget target, FuzzInput input, string what, Exception? cause = null)
    : Exception($"{target.Name}: {what}\n  input: {input}", cause)
{
    public FuzzInput Input { get; } = input;
}

namespace Anteroom.EntraEmulator.Objects.Logs;

/// <summary>What a Conditional Access policy said to a sign-in.</summary>
/// <param name="Result"><c>success</c>, <c>failure</c>, <c>notApplied</c>, <c>reportOnlySuccess</c>, …</param>
public sealed record AppliedPolicy(Guid Id, string DisplayName, IReadOnlyList<string> EnforcedGrantControls, string Result);

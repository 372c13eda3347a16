namespace Anteroom.Server.SignIn.Admission;

/// <summary>One question of <see cref="AdmissionRules"/>.</summary>
/// <param name="Name">Under which pages tell of it.</param>
/// <param name="Applies">Whether there is anything to ask; a gate that nobody put up lets all through.</param>
/// <param name="Refusal">The reason code, or null where the gate is open.</param>
internal sealed record AdmissionGate(string Name, Func<AdmissionFacts, bool> Applies, Func<AdmissionFacts, string?> Refusal);

/// <summary>What one gate said, for who wants to see all of them.</summary>
/// <param name="Gate"><see cref="AdmissionGate.Name"/>.</param>
/// <param name="Refusal">The reason code; null where the gate is open.</param>
public sealed record AdmissionCheck(string Gate, string? Refusal);

using Anteroom.Server.Organizations;

namespace Anteroom.Server.SignIn.Admission;

/// <summary>The outcome of <see cref="AdmissionRules.Decide"/>: exactly one of three.</summary>
public abstract record AdmissionDecision
{
    private AdmissionDecision() { }

    /// <summary>The person has an account and comes in as it.</summary>
    public sealed record Admit(UserId User) : AdmissionDecision;

    /// <summary>The person gets an account and comes in as it.</summary>
    public sealed record CreateAndAdmit : AdmissionDecision;

    /// <summary>Nobody comes in; <paramref name="Reason"/> is a code of the catalogue.</summary>
    public sealed record Refuse(string Reason) : AdmissionDecision;
}

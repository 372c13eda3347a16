using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.SignIn.Admission;

/// <summary>May this person in, and as whom? A pure function of recorded facts (design.md §1): no clock, no database, no luck.</summary>
/// <remarks>
/// The token is valid and its tenant the connection's before this is asked. The order is that of the four gates: the provider's own
/// assignment has passed, then the domain list, then the account, then what its blocks and role allow.
/// </remarks>
public static class AdmissionRules
{
    // Made anew for each question, not once: changed rules are then tried by the tests (docs/mutation.md), and eleven small objects are nothing beside a sign-in.
    private static AdmissionGate[] Gates =>
        [
            new("organization", _ => true, facts => facts.OrganizationActive ? null : ReasonCodes.OrganizationDisabled),
            // SEC-076: also for what began before.
            new("connection", _ => true, facts => facts.ConnectionActive ? null : ReasonCodes.ConnectionDisabled),
            new("testers", facts => facts.IsTester is not null, facts => facts.IsTester is true ? null : ReasonCodes.ConnectionInTest),
            new("method", facts => facts.MethodRefusal is not null, facts => facts.MethodRefusal),
            new(
                "domain",
                facts => facts.AuthorizedDomains.Count > 0,
                facts => DomainAllowed(facts) ? null : ReasonCodes.DomainNotAuthorized
            ),
            new("secondFactor", facts => facts.MfaRequired, facts => facts.SecondFactor ? null : ReasonCodes.MfaRequired),
            new("authContext", facts => facts.ContextMissing, _ => ReasonCodes.AuthContextMissing),
            new("expected", facts => facts.IsExpected is not null, facts => facts.IsExpected is true ? null : ReasonCodes.AccountMismatch),
            new("account", _ => true, facts => facts.Known is not null || facts.CreatesAccounts ? null : ReasonCodes.AccountRequired),
            new("block", HasAccount, facts => facts.Known!.IsBlocked ? ReasonCodes.AccountBlocked : null),
            new("channel", HasAccount, facts => facts.Known!.RoleAllowsChannel ? null : ReasonCodes.ChannelNotAllowed),
        ];

    /// <summary>The first gate that is closed refuses.</summary>
    public static AdmissionDecision Decide(AdmissionFacts facts)
    {
        foreach (var gate in Gates)
            if (gate.Applies(facts) && gate.Refusal(facts) is { } reason)
                return new AdmissionDecision.Refuse(reason);
        return facts.Known is { } known ? new AdmissionDecision.Admit(known.Id) : new AdmissionDecision.CreateAndAdmit();
    }

    /// <summary>What every gate that is there says, in their order.</summary>
    public static IReadOnlyList<AdmissionCheck> Explain(AdmissionFacts facts) =>
        [.. Gates.Where(gate => gate.Applies(facts)).Select(gate => new AdmissionCheck(gate.Name, gate.Refusal(facts)))];

    private static bool HasAccount(AdmissionFacts facts) => facts.Known is not null;

    /// <summary>The part after the last @ must equal an entry. A missing name is not allowed (absent is invalid).</summary>
    private static bool DomainAllowed(AdmissionFacts facts)
    {
        var at = facts.AccountName?.LastIndexOf('@') ?? -1;
        return at >= 0 && facts.AuthorizedDomains.Contains(facts.AccountName![(at + 1)..], StringComparer.OrdinalIgnoreCase);
    }
}

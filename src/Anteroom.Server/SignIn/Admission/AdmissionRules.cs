using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.SignIn.Admission;

/// <summary>May this person in, and as whom? A pure function of recorded facts (design.md §1): no clock, no database, no luck.</summary>
/// <remarks>
/// The token is valid and its tenant the connection's before this is asked. The order is that of the four gates: the provider's own
/// assignment has passed, then the domain list, then the account, then what its blocks and role allow.
/// </remarks>
public static class AdmissionRules
{
    public static AdmissionDecision Decide(AdmissionFacts facts)
    {
        if (!facts.OrganizationActive)
            return Refuse(ReasonCodes.OrganizationDisabled);
        if (!facts.ConnectionActive)
            return Refuse(ReasonCodes.ConnectionDisabled); // SEC-076: also for what began before
        if (facts.MethodRefusal is { } notThisWay)
            return Refuse(notThisWay);
        if (!DomainAllowed(facts.AuthorizedDomains, facts.AccountName))
            return Refuse(ReasonCodes.DomainNotAuthorized);
        if (facts.MfaRequired && !facts.SecondFactor)
            return Refuse(ReasonCodes.MfaRequired);

        if (facts.IsExpected is false)
            return Refuse(ReasonCodes.AccountMismatch);
        if (facts.Known is not { } known)
            return facts.CreatesAccounts ? new AdmissionDecision.CreateAndAdmit() : Refuse(ReasonCodes.AccountRequired);
        if (known.WebBlocked)
            return Refuse(ReasonCodes.AccountBlocked);
        return known.RoleAllowsWeb ? new AdmissionDecision.Admit(known.Id) : Refuse(ReasonCodes.ChannelNotAllowed);
    }

    /// <summary>An empty list allows all; otherwise the part after the last @ must equal an entry. A missing name is not allowed (absent is invalid).</summary>
    private static bool DomainAllowed(IReadOnlyList<string> allowed, string? accountName)
    {
        if (allowed.Count == 0)
            return true;
        var at = accountName?.LastIndexOf('@') ?? -1;
        return at >= 0 && allowed.Contains(accountName![(at + 1)..], StringComparer.OrdinalIgnoreCase);
    }

    private static AdmissionDecision.Refuse Refuse(string reason) => new(reason);
}

using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.SignIn.Admission;

namespace Anteroom.Tests.SignIn.Admission;

public sealed class AdmissionTests
{
    private static readonly UserId Mira = new(Guid.Parse("0192f0c1-0000-7000-8000-000000000001"));

    /// <summary>A person with an account, whom nothing keeps out.</summary>
    private static readonly AdmissionFacts Admitted = new(
        OrganizationActive: true,
        ConnectionActive: true,
        AuthorizedDomains: [],
        MfaRequired: false,
        CreatesAccounts: true,
        AccountName: "mira@contoso.test",
        SecondFactor: false,
        Known: new(Mira, IsBlocked: false, RoleAllowsChannel: true),
        IsExpected: null
    );

    private static string? ReasonOf(AdmissionFacts facts) => (AdmissionRules.Decide(facts) as AdmissionDecision.Refuse)?.Reason;

    [Fact]
    public void Admits_a_known_person_as_the_linked_account() =>
        Assert.Equal(new AdmissionDecision.Admit(Mira), AdmissionRules.Decide(Admitted));

    [Fact]
    [Trait("Capability", "HEC-08")]
    public void Creates_an_account_for_an_unknown_person_where_the_connection_does_so() =>
        Assert.IsType<AdmissionDecision.CreateAndAdmit>(AdmissionRules.Decide(Admitted with { Known = null }));

    [Fact]
    [Trait("Capability", "HEC-09")]
    [Trait("Capability", "IMP-14")]
    public void Refuses_an_unknown_person_where_an_account_is_required() =>
        Assert.Equal(ReasonCodes.AccountRequired, ReasonOf(Admitted with { Known = null, CreatesAccounts = false }));

    [Fact] // design.md §4: begun with an existing user name, it ends as that user or is refused; it never creates one
    public void Refuses_another_account_than_the_expected_one_and_creates_none()
    {
        Assert.Equal(ReasonCodes.AccountMismatch, ReasonOf(Admitted with { IsExpected = false }));
        Assert.Equal(ReasonCodes.AccountMismatch, ReasonOf(Admitted with { IsExpected = false, Known = null }));
        Assert.Null(ReasonOf(Admitted with { IsExpected = true }));
    }

    [Fact]
    [Trait("Security", "SEC-039")]
    public void Refuses_a_blocked_account() =>
        Assert.Equal(ReasonCodes.AccountBlocked, ReasonOf(Admitted with { Known = Admitted.Known! with { IsBlocked = true } }));

    [Fact]
    [Trait("Security", "SEC-229")]
    public void Refuses_a_way_that_the_organization_does_not_allow() =>
        Assert.Equal(ReasonCodes.PasskeyNotAllowed, ReasonOf(Admitted with { MethodRefusal = ReasonCodes.PasskeyNotAllowed }));

    [Fact]
    public void Refuses_a_role_without_the_channel_of_the_application() =>
        Assert.Equal(ReasonCodes.ChannelNotAllowed, ReasonOf(Admitted with { Known = Admitted.Known! with { RoleAllowsChannel = false } }));

    [Fact]
    [Trait("Security", "SEC-076")]
    public void Refuses_when_the_connection_or_the_organization_was_switched_off_meanwhile()
    {
        Assert.Equal(ReasonCodes.ConnectionDisabled, ReasonOf(Admitted with { ConnectionActive = false }));
        Assert.Equal(ReasonCodes.OrganizationDisabled, ReasonOf(Admitted with { OrganizationActive = false }));
    }

    [Theory]
    [Trait("Capability", "IMP-12")]
    [InlineData(null, null)]
    [InlineData(true, null)]
    [InlineData(false, ReasonCodes.ConnectionInTest)]
    public void Lets_only_testers_in_by_a_connection_in_test(bool? isTester, string? reason)
    {
        Assert.Equal(reason, ReasonOf(Admitted with { IsTester = isTester }));
        Assert.Equal(reason, ReasonOf(Admitted with { IsTester = isTester, Known = null }));
    }

    [Fact]
    [Trait("Capability", "HEC-40")]
    public void Explains_every_gate_that_is_there_and_not_only_the_first_that_is_closed()
    {
        var facts = Admitted with { AuthorizedDomains = ["evil.test"], MfaRequired = true, Known = null };
        AdmissionCheck[] expected =
        [
            new("organization", null),
            new("connection", null),
            new("domain", ReasonCodes.DomainNotAuthorized),
            new("secondFactor", ReasonCodes.MfaRequired),
            new("account", null),
        ];
        Assert.Equal(expected, AdmissionRules.Explain(facts));
        Assert.Equal(
            ["organization", "connection", "account", "block", "channel"],
            AdmissionRules.Explain(Admitted).Select(check => check.Gate)
        );
    }

    [Fact]
    [Trait("Capability", "HEC-40")]
    public void Explains_by_name_the_gates_that_are_put_up()
    {
        var facts = Admitted with
        {
            IsTester = false,
            MethodRefusal = ReasonCodes.PasskeyNotAllowed,
            ContextMissing = true,
            IsExpected = false,
        };
        AdmissionCheck[] expected =
        [
            new("organization", null),
            new("connection", null),
            new("testers", ReasonCodes.ConnectionInTest),
            new("method", ReasonCodes.PasskeyNotAllowed),
            new("authContext", ReasonCodes.AuthContextMissing),
            new("expected", ReasonCodes.AccountMismatch),
            new("account", null),
            new("block", null),
            new("channel", null),
        ];
        Assert.Equal(expected, AdmissionRules.Explain(facts));
    }

    [Theory]
    [InlineData("mira@contoso.test", null)]
    [InlineData("mira@CONTOSO.TEST", null)]
    [InlineData("@contoso.test", null)]
    [InlineData("mira@evil.test", ReasonCodes.DomainNotAuthorized)]
    [InlineData("mira@sub.contoso.test", ReasonCodes.DomainNotAuthorized)]
    [InlineData("mira@notcontoso.test", ReasonCodes.DomainNotAuthorized)]
    [InlineData("mira@contoso.test@evil.test", ReasonCodes.DomainNotAuthorized)]
    [InlineData("contoso.test", ReasonCodes.DomainNotAuthorized)]
    [InlineData(null, ReasonCodes.DomainNotAuthorized)]
    public void Compares_the_whole_domain_of_the_account_name(string? accountName, string? reason) =>
        Assert.Equal(reason, ReasonOf(Admitted with { AuthorizedDomains = ["contoso.test"], AccountName = accountName }));

    [Fact] // the first gate that is closed names the reason
    public void Asks_at_the_gates_in_their_order()
    {
        var facts = new AdmissionFacts(false, false, ["contoso.test"], true, false, null, false, new(Mira, true, false), false);
        Assert.Equal(ReasonCodes.OrganizationDisabled, ReasonOf(facts));
        facts = facts with { OrganizationActive = true };
        Assert.Equal(ReasonCodes.ConnectionDisabled, ReasonOf(facts));
        facts = facts with { ConnectionActive = true };
        Assert.Equal(ReasonCodes.DomainNotAuthorized, ReasonOf(facts));
        facts = facts with { AccountName = "mira@contoso.test" };
        Assert.Equal(ReasonCodes.MfaRequired, ReasonOf(facts));
        facts = facts with { SecondFactor = true };
        Assert.Equal(ReasonCodes.AccountMismatch, ReasonOf(facts));
        facts = facts with { IsExpected = null };
        Assert.Equal(ReasonCodes.AccountBlocked, ReasonOf(facts));
        facts = facts with { Known = new(Mira, false, false) };
        Assert.Equal(ReasonCodes.ChannelNotAllowed, ReasonOf(facts));
        Assert.Equal(ReasonCodes.AccountRequired, ReasonOf(facts with { Known = null }));
    }

    [Fact]
    [Trait("Capability", "IMP-24")]
    [Trait("Security", "SEC-077")]
    public void Refuses_a_single_factor_where_the_connection_requires_two()
    {
        Assert.Equal(ReasonCodes.MfaRequired, ReasonOf(Admitted with { MfaRequired = true }));
        Assert.Null(ReasonOf(Admitted with { MfaRequired = true, SecondFactor = true }));
        Assert.Equal(ReasonCodes.AuthContextMissing, ReasonOf(Admitted with { ContextMissing = true }));
        Assert.Equal(ReasonCodes.AuthContextMissing, ReasonOf(Admitted with { ContextMissing = true, Known = null }));
    }
}

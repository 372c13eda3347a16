using Anteroom.Server.Organizations;
using Anteroom.Server.Organizations.Proof;
using Anteroom.Server.Platform.Dns;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Tests.Organizations.Proof;

/// <summary>What becomes of a domain, as a table.</summary>
[Trait("Security", "SEC-269")]
public sealed class DomainProofTests
{
    private const DomainState Asserted = DomainState.Asserted;
    private const DomainState Verified = DomainState.Verified;

    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly DomainChallenge Challenge = new("contoso.example", DomainChallenge.NewValue());

    [Theory]
    // state, what was seen, hours since it was first missed (none: it was there), times missed → outcome, state, times missed, hours to the next look
    [InlineData(Asserted, DomainCheckResult.Found, null, 0, DomainOutcome.Verified, Verified, 0, 24)]
    [InlineData(Asserted, DomainCheckResult.NoName, null, 0, DomainOutcome.NotFound, Asserted, 0, null)]
    [InlineData(Asserted, DomainCheckResult.NoText, null, 0, DomainOutcome.NotFound, Asserted, 0, null)]
    [InlineData(Asserted, DomainCheckResult.OtherText, null, 0, DomainOutcome.NotFound, Asserted, 0, null)]
    [InlineData(Asserted, DomainCheckResult.Unanswered, null, 0, DomainOutcome.Undecided, Asserted, 0, null)]
    [InlineData(Verified, DomainCheckResult.Found, null, 0, DomainOutcome.StillVerified, Verified, 0, 24)]
    [InlineData(Verified, DomainCheckResult.Found, 71, 2, DomainOutcome.StillVerified, Verified, 0, 24)] // it came back
    [InlineData(Verified, DomainCheckResult.NoName, null, 0, DomainOutcome.Grace, Verified, 1, 24)]
    [InlineData(Verified, DomainCheckResult.NoText, 24, 1, DomainOutcome.Grace, Verified, 2, 24)]
    [InlineData(Verified, DomainCheckResult.OtherText, 48, 2, DomainOutcome.Grace, Verified, 3, 24)]
    [InlineData(Verified, DomainCheckResult.OtherText, 71, 3, DomainOutcome.Grace, Verified, 4, 24)]
    [InlineData(Verified, DomainCheckResult.NoName, 72, 2, DomainOutcome.Lost, Asserted, 3, null)]
    [InlineData(Verified, DomainCheckResult.NoName, 500, 1, DomainOutcome.Grace, Verified, 2, 24)] // nobody answered in between: two looks are too few
    [InlineData(Verified, DomainCheckResult.NoName, 1, 29, DomainOutcome.Grace, Verified, 30, 24)] // pressing the button does not hasten it
    [InlineData(Verified, DomainCheckResult.NoName, -5, 9, DomainOutcome.Grace, Verified, 10, 24)] // the clock went back
    [InlineData(Verified, DomainCheckResult.Unanswered, null, 0, DomainOutcome.Undecided, Verified, 0, 1)]
    [InlineData(Verified, DomainCheckResult.Unanswered, 500, 9, DomainOutcome.Undecided, Verified, 9, 1)] // silence is never a loss
    // the same of a tenant's list
    [InlineData(Asserted, DomainCheckResult.InTenant, null, 0, DomainOutcome.Verified, Verified, 0, 24)]
    [InlineData(Asserted, DomainCheckResult.NotInTenant, null, 0, DomainOutcome.NotFound, Asserted, 0, null)]
    [InlineData(Asserted, DomainCheckResult.TenantUnread, null, 0, DomainOutcome.Undecided, Asserted, 0, null)]
    [InlineData(Verified, DomainCheckResult.NotInTenant, null, 0, DomainOutcome.Grace, Verified, 1, 24)]
    [InlineData(Verified, DomainCheckResult.NotInTenant, 72, 2, DomainOutcome.Lost, Asserted, 3, null)]
    [InlineData(Verified, DomainCheckResult.TenantUnread, 500, 9, DomainOutcome.Undecided, Verified, 9, 1)]
    public void Decides(
        DomainState state,
        DomainCheckResult result,
        int? hoursMissing,
        int checks,
        DomainOutcome outcome,
        DomainState becomes,
        int missed,
        int? nextHours
    )
    {
        var since = hoursMissing is { } hours ? Now - TimeSpan.FromHours(hours) : (DateTimeOffset?)null;
        var verdict = DomainProof.Decide(new(state, result, new(since, checks), Now));
        Assert.Equal((outcome, becomes), (verdict.Outcome, verdict.State));
        Assert.Equal(missed, verdict.Absence.Checks);
        Assert.Equal(nextHours is { } next ? Now + TimeSpan.FromHours(next) : null, verdict.NextCheckAt);
        if (outcome is DomainOutcome.Grace or DomainOutcome.Lost)
            Assert.Equal(since ?? Now, verdict.Absence.Since);
    }

    public static TheoryData<DomainProven?, DomainProven, DomainCheckResult, bool> Places =>
        new()
        {
            { null, DomainProven.ByDns, DomainCheckResult.NoName, false },
            { DomainProven.ByDns, DomainProven.ByDns, DomainCheckResult.NoName, false },
            { DomainProven.ByDns, Tenant(1), DomainCheckResult.InTenant, true }, // a record stays the proof
            { DomainProven.ByDns, Tenant(1), DomainCheckResult.NotInTenant, true },
            { Tenant(1), DomainProven.ByDns, DomainCheckResult.NoName, true },
            { Tenant(1), DomainProven.ByDns, DomainCheckResult.Found, false }, // and takes the place of a list
            { Tenant(1), Tenant(1), DomainCheckResult.NotInTenant, false },
            { Tenant(1), Tenant(2), DomainCheckResult.NotInTenant, true },
            { Tenant(1), Tenant(2), DomainCheckResult.InTenant, false },
        };

    [Theory]
    [MemberData(nameof(Places))]
    public void A_look_counts_where_the_proof_is(DomainProven? proof, DomainProven by, DomainCheckResult result, bool isBeside) =>
        Assert.Equal(isBeside, DomainProof.IsBeside(proof, by, result));

    private static DomainProven Tenant(short number) => new(DomainProofKind.Tenant, "global", new(number, 0, 0, new byte[8]));

    [Fact]
    public void Counts_the_value_alone_wherever_it_stands_among_others()
    {
        Assert.Equal(DomainCheckResult.Found, See(Challenge.Value));
        Assert.Equal(DomainCheckResult.Found, See("v=spf1 -all", $" {Challenge.Value} "));
        Assert.Equal(DomainCheckResult.NoText, See());
        Assert.Equal(DomainCheckResult.NoName, DomainProof.See(new TextLookup.NoSuchName(), Challenge).Result);
        Assert.Equal(DomainCheckResult.Unanswered, DomainProof.See(new TextLookup.Unanswered(), Challenge).Result);
        string[] others =
        [
            Challenge.Value.ToUpperInvariant(),
            Challenge.Value + "a",
            Challenge.Value[..^1],
            $"\"{Challenge.Value}\"",
            DomainChallenge.NewValue(),
            "anteroom-domain-verification=",
            "",
        ];
        Assert.All(others, other => Assert.Equal(DomainCheckResult.OtherText, See(other)));
    }

    [Fact] // whoever rules a zone writes into it what they like
    public void Shows_a_little_of_what_stood_there_cleaned()
    {
        var (_, seen) = DomainProof.See(
            new TextLookup.Answered(["<script>\u0000\u001b[31m\u00e4", new string('x', 5_000), "3", "4", "5", "6"]),
            Challenge
        );
        Assert.Equal(5, seen.Count);
        Assert.Equal("<script>??[31m?", seen[0]);
        Assert.Equal(123, seen[1].Length);
    }

    [Fact] // 128 bits: 26 letters of five bits, the first with three
    public void Makes_values_that_nobody_can_guess()
    {
        var values = Enumerable.Range(0, 2_000).Select(_ => DomainChallenge.NewValue()).ToList();
        Assert.Equal(values.Count, values.Distinct().Count());
        Assert.All(values, value => Assert.Matches("^anteroom-domain-verification=[a-h][a-z2-7]{25}$", value));
        for (var at = 0; at < 26; at++)
            Assert.Equal(at == 0 ? 8 : 32, values.Select(value => value[^(26 - at)]).Distinct().Count());
        Assert.Equal("_anteroom-challenge.contoso.example", Challenge.Host);
    }

    [Fact]
    public void Tells_what_was_looked_up_where_and_what_was_seen()
    {
        foreach (var result in Enum.GetValues<DomainCheckResult>())
        {
            var check = new DomainCheck(Now, result, []);
            Assert.Contains(
                result is DomainCheckResult.InTenant or DomainCheckResult.NotInTenant or DomainCheckResult.TenantUnread
                    ? "connected tenant"
                    : Challenge.Host,
                check.Told(Challenge),
                StringComparison.Ordinal
            );
            Assert.Equal(result is DomainCheckResult.Found or DomainCheckResult.InTenant, check.Code is null);
            if (check.Code is { } code)
                Assert.NotNull(ReasonCatalogue.Get(code).Administrator);
            Assert.Equal(result, DomainCheck.ResultOf(DomainCheck.WordOf(result)));
        }
        Assert.Equal(
            Enum.GetValues<DomainCheckResult>().Length,
            Enum.GetValues<DomainCheckResult>().Select(result => new DomainCheck(Now, result, []).Told(Challenge)).Distinct().Count()
        );
    }

    private static DomainCheckResult See(params string[] texts) => DomainProof.See(new TextLookup.Answered(texts), Challenge).Result;
}

using Anteroom.Server.Connections;
using Anteroom.Server.Provisioning;

namespace Anteroom.Tests.Provisioning;

/// <summary>Who may write what over whom (design.md §4): the pure decision, rule by rule.</summary>
public sealed class ReconcileTests
{
    private static readonly DateTimeOffset Then = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Now = Then.AddHours(1);
    private static readonly Dictionary<string, int> NoCustom = [];

    [Theory] // SCIM outranks Graph, Graph the token, the token the hand; each writes over itself
    [InlineData(FactSource.Scim, "Scim Graph Token Administrator")]
    [InlineData(FactSource.Graph, "Graph Token Administrator")]
    [InlineData(FactSource.Token, "Token Administrator")]
    [InlineData(FactSource.Administrator, "Administrator")]
    public void Each_source_writes_over_those_below_it(FactSource source, string over)
    {
        foreach (var holder in Enum.GetValues<FactSource>())
        {
            var changes = Decide(Held(holder), Facts(source, ("displayName", "New")));
            if (over.Split(' ').Contains(holder.ToString()))
            {
                Assert.Equal(new AttributeChange("displayName", "Old", "New"), Assert.Single(changes.Attributes));
                Assert.Equal(new Stamp(source, Now), changes.Stamped["displayName"]);
            }
            else
            {
                Assert.Empty(changes.Attributes);
                Assert.Empty(changes.Stamped);
                Assert.Equal(new KeptAttribute("displayName", KeptBecause.Outranked, holder), Assert.Single(changes.Kept));
            }
        }
    }

    [Theory] // the organization may put one source first for an attribute, and only for that one
    [InlineData("administrator", FactSource.Administrator, FactSource.Scim, true)]
    [InlineData("token", FactSource.Token, FactSource.Scim, true)]
    [InlineData("token", FactSource.Scim, FactSource.Token, false)]
    [InlineData("TOKEN", FactSource.Token, FactSource.Graph, true)]
    [InlineData("nonsense", FactSource.Token, FactSource.Graph, false)]
    [InlineData("7", FactSource.Token, FactSource.Graph, false)]
    public void The_organization_may_put_one_source_first(string first, FactSource source, FactSource holder, bool writes)
    {
        var rules = AuthorityRules.From(new Dictionary<string, string> { ["displayName"] = first });
        Assert.Equal(writes, Reconcile.Decide(Held(holder), Facts(source, ("displayName", "New")), rules, NoCustom).Attributes.Count == 1);
        var other = Reconcile.Decide(Held(holder, "givenName"), Facts(source, ("givenName", "New")), rules, NoCustom);
        Assert.Equal(source >= holder, other.Attributes.Count == 1);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(0, true)] // the same moment: what comes later is believed
    [InlineData(-1, false)]
    public void Of_two_facts_of_one_source_the_later_counts(int seconds, bool writes)
    {
        var changes = Decide(Held(FactSource.Scim), Facts(FactSource.Scim, ("displayName", "New")) with { At = Then.AddSeconds(seconds) });
        Assert.Equal(writes, changes.Attributes.Count == 1);
        if (!writes)
            Assert.Equal(KeptBecause.Outdated, Assert.Single(changes.Kept).Because);
    }

    [Fact]
    public void A_higher_source_counts_even_with_an_older_fact() =>
        Assert.Single(
            Decide(Held(FactSource.Token), Facts(FactSource.Scim, ("displayName", "New")) with { At = Then.AddDays(-1) }).Attributes
        );

    [Theory]
    [InlineData(WhenMissing.Keep, 0)]
    [InlineData(WhenMissing.Clear, 1)]
    public void A_missing_value_is_kept_or_cleared_as_the_mapping_says(WhenMissing whenMissing, int changed)
    {
        foreach (var nothing in (string?[])[null, "", "  "])
        {
            var facts = Facts(FactSource.Token) with
            {
                Attributes = new Dictionary<string, Fact> { ["displayName"] = new(nothing, whenMissing) },
            };
            var changes = Decide(Held(FactSource.Token), facts);
            Assert.Equal(changed, changes.Attributes.Count);
            if (changed == 1)
                Assert.Equal(new AttributeChange("displayName", "Old", null), changes.Attributes[0]);
            else
                Assert.Equal(KeptBecause.Missing, Assert.Single(changes.Kept).Because);
        }
    }

    [Fact]
    public void A_confirmed_value_is_stamped_and_changes_nothing()
    {
        var changes = Decide(Held(FactSource.Administrator), Facts(FactSource.Token, ("displayName", " Old ")));
        Assert.False(changes.Any);
        Assert.Equal(new Stamp(FactSource.Token, Now), changes.Stamped["displayName"]);
    }

    [Theory]
    [InlineData(FactSource.Token, "Mira", KeptBecause.NeverBySignIn)]
    [InlineData(FactSource.Administrator, "Mira", null)]
    [InlineData(FactSource.Scim, "Mira", null)]
    public void A_sign_in_never_changes_a_user_name(FactSource source, string wanted, KeptBecause? because)
    {
        var changes = Decide(Held(FactSource.Graph, "userName"), Facts(source) with { UserName = wanted });
        Assert.Equal(because is null ? wanted : null, changes.UserName);
        Assert.Equal(because, changes.Kept.SingleOrDefault()?.Because);
    }

    [Fact] // an administrator always may (design.md §2)
    public void An_administrator_changes_a_user_name_that_scim_wrote_and_the_others_must_outrank()
    {
        Assert.Equal(
            "mira",
            Decide(Held(FactSource.Scim, "userName"), Facts(FactSource.Administrator) with { UserName = "mira" }).UserName
        );
        Assert.Null(Decide(Held(FactSource.Scim, "userName"), Facts(FactSource.Graph) with { UserName = "mira" }).UserName);
    }

    [Fact]
    public void A_new_account_takes_what_its_source_says()
    {
        var changes = Reconcile.Decide(
            null,
            Facts(FactSource.Token, ("displayName", "Mira"), ("email", "mira@example.com")) with
            {
                UserName = "mira",
            },
            AuthorityRules.Default,
            NoCustom
        );
        Assert.True(changes.Creates);
        Assert.Equal("mira", changes.UserName);
        Assert.Equal(["displayName", "email"], changes.Attributes.Select(change => change.Attribute));
        Assert.Equal(["displayName", "email", "userName"], changes.Stamped.Keys.Order(StringComparer.Ordinal));
    }

    [Theory] // what is not a field of a person, or does not fit it, is not written, whoever says so
    [InlineData("role", "administrator")]
    [InlineData("verified", "true")]
    [InlineData("emailVerified", "true")]
    [InlineData("password", "secret")]
    [InlineData("organization_id", "x")]
    [InlineData("subject", "x")]
    [InlineData("DisplayName", "x")]
    [InlineData("custom.unknown", "x")]
    [InlineData("custom.", "x")]
    [InlineData("displayName", "two\nlines")]
    [InlineData("displayName", "bell\u0007")]
    [InlineData("displayName", "sep\u2028arator")]
    [InlineData("email", "no address")]
    [InlineData("email", "two@ words")]
    [InlineData("email", "@example.com")]
    [InlineData("custom.costCentre", "12345678901")]
    [Trait("Security", "SEC-073")]
    public void Writes_nothing_but_fields_of_a_person_within_their_bounds(string attribute, string value)
    {
        foreach (var source in Enum.GetValues<FactSource>())
        {
            var changes = Reconcile.Decide(
                null,
                Facts(source, (attribute, value)),
                AuthorityRules.Default,
                new Dictionary<string, int> { ["costCentre"] = 10 }
            );
            Assert.Empty(changes.Attributes);
            Assert.Empty(changes.Stamped);
            Assert.Equal(KeptBecause.OutOfBounds, Assert.Single(changes.Kept).Because);
        }
    }

    [Theory]
    [InlineData("displayName", 256)]
    [InlineData("givenName", 100)]
    [InlineData("familyName", 100)]
    [InlineData("custom.costCentre", 10)]
    [Trait("Security", "SEC-073")]
    public void Takes_the_longest_value_and_refuses_one_character_more(string attribute, int longest)
    {
        var custom = new Dictionary<string, int> { ["costCentre"] = 10 };
        Assert.Single(
            Reconcile
                .Decide(null, Facts(FactSource.Token, (attribute, new string('é', longest))), AuthorityRules.Default, custom)
                .Attributes
        );
        Assert.Empty(
            Reconcile
                .Decide(null, Facts(FactSource.Token, (attribute, new string('é', longest + 1))), AuthorityRules.Default, custom)
                .Attributes
        );
    }

    private static Changes Decide(User? current, DirectoryFacts facts) =>
        Reconcile.Decide(current, facts, AuthorityRules.Default, NoCustom);

    private static DirectoryFacts Facts(FactSource source, params (string Name, string Value)[] attributes) =>
        new(source, Now) { Attributes = attributes.ToDictionary(pair => pair.Name, pair => new Fact(pair.Value)) };

    /// <summary>An account whose attribute holds "Old" and was written by one source.</summary>
    private static User Held(FactSource holder, string attribute = "displayName") =>
        new(
            new(Guid.Parse("0192f0c1-0000-7000-8000-0000000000aa")),
            new(Guid.Parse("0192f0c1-0000-7000-8000-000000000001")),
            "subject",
            "old",
            new Dictionary<string, string> { [attribute] = "Old" },
            new Dictionary<string, Stamp> { [attribute] = new(holder, Then) },
            new(new(Guid.Parse("0192f0c1-0000-7000-8000-000000000002")), "worker", "Worker", [], ["web"], true, Then),
            UserOrigin.Administrator,
            [],
            1,
            Then,
            Then,
            null
        );
}

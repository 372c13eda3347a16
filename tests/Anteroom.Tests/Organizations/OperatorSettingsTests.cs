using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;

namespace Anteroom.Tests.Organizations;

/// <summary>What operators decide for everybody: of the platform, by operators, and nothing that a link could abuse.</summary>
public sealed class OperatorSettingsTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Help desk, extension 12", true)]
    [InlineData("Помощь: 12", true)]
    [InlineData("help@operator.example", true)]
    [InlineData("mailto:help@operator.example", true)]
    [InlineData("tel:+4930123456", true)]
    [InlineData("https://help.operator.example/", true)]
    [InlineData("http://help.operator.example/", false)]
    [InlineData("javascript:alert(1)", false)]
    [InlineData(" JavaScript:alert(1)", false)]
    [InlineData("data:text/html,x", false)]
    [InlineData("two\nlines", false)]
    [InlineData("   ", false)]
    [Trait("Capability", "IMP-25")]
    public void A_contact_is_words_or_an_address_that_leads_to_a_person(string contact, bool fits) =>
        Assert.Equal(fits, OperatorSettings.ContactFault(contact) is null);

    [Fact]
    public void A_contact_has_an_end()
    {
        Assert.Null(OperatorSettings.ContactFault(new string('a', 200)));
        Assert.NotNull(OperatorSettings.ContactFault(new string('a', 201)));
    }

    [Theory]
    [InlineData(true, true, "idToken", null)]
    [InlineData(true, true, "code", "validation_failed")] // needs a secret, which two ids are without
    [InlineData(true, true, "", "validation_failed")]
    [InlineData(false, true, "idToken", "validation_failed")] // an organization has none of it, not even by an operator
    [InlineData(false, false, "idToken", "validation_failed")]
    [Trait("Capability", "IMP-08")]
    public void What_two_ids_become_is_the_platforms(bool isPlatform, bool isOperator, string mode, string? refusal)
    {
        var applied = new OrganizationEdit { IntakeMode = mode }.Apply(Of(isPlatform), isOperator);

        Assert.Equal(refusal, applied.TryGet(out var changed, out var refused) ? null : refused.Code);
        if (changed is not null)
            Assert.Equal(("idToken", true), (changed.Settings.Operator.IntakeMode, changed.Settings.Operator.IntakeAccountRequired));
    }

    [Fact] // what is not mentioned stays, and the empty text takes away
    public void Each_member_changes_by_itself()
    {
        var platform = Of(isPlatform: true);
        foreach (
            var (edit, expected) in ((OrganizationEdit, OperatorSettings)[])
                [
                    (new() { Contact = " Ask Ada " }, new() { Contact = "Ask Ada" }),
                    (new() { IntakeAccountRequired = false }, new() { Contact = "Ask Ada", IntakeAccountRequired = false }),
                    (new() { Name = "Vendor" }, new() { Contact = "Ask Ada", IntakeAccountRequired = false }),
                    (new() { Contact = "" }, new() { IntakeAccountRequired = false }),
                ]
        )
        {
            Assert.True(edit.Apply(platform, isOperator: true).TryGet(out var changed, out var refusal), refusal?.Detail);
            Assert.Equal(expected, changed.Settings.Operator);
            platform = changed;
        }
    }

    [Fact]
    public void Rows_of_older_versions_have_the_defaults() =>
        Assert.Equal(OperatorSettings.Default, OrganizationSettings.Parse("{}").Operator);

    private static Organization Of(bool isPlatform) =>
        new(
            isPlatform ? OrganizationId.Platform : new(Guid.Parse("11111111-1111-7111-8111-111111111111")),
            isPlatform ? "platform" : "contoso",
            "Contoso",
            CompanyCode: null,
            OrganizationStatus.Active,
            OrganizationSettings.Default,
            Version: 1,
            Now
        );
}

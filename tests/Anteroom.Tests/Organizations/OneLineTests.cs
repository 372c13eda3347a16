using Anteroom.Server.Organizations;
using Anteroom.Server.Provisioning;

namespace Anteroom.Tests.Organizations;

/// <summary>Names with markup, right-to-left text and emoji stand in sentences as they are; what would turn the sentence is no name (issue 6, Bad input).</summary>
public sealed class OneLineTests
{
    [Theory]
    [InlineData("Contoso <b>GmbH</b> & Co")]
    [InlineData("شركة الاختبار")]
    [InlineData("בדיקה Contoso")]
    [InlineData("👩‍👩‍👧 Familie 🇩🇪")] // joiners hold an emoji together
    public void Whatever_people_are_called_is_a_name(string name)
    {
        Assert.True(OneLine.Is(name));
        Assert.Null(OrganizationNames.Fault(name));
        Assert.Null(UserAttributes.Fault(UserAttributes.DisplayName, name));
    }

    [Theory]
    [InlineData("Ada\u202Egnp.exe")]
    [InlineData("\u202BAda")]
    [InlineData("Ada\u2066")]
    [InlineData("Ada\u2069")]
    [InlineData("Ada\r\nLovelace")]
    [InlineData("Ada\0")]
    public void What_turns_or_breaks_the_line_is_none(string name)
    {
        Assert.False(OneLine.Is(name));
        Assert.NotNull(OrganizationNames.Fault(name));
        Assert.NotNull(UserAttributes.Fault(UserAttributes.DisplayName, name));
    }
}

using Anteroom.Entra.Requests;

namespace Anteroom.Tests.Entra.Requests;

public sealed class AadstsCodeTests
{
    [Theory]
    [InlineData("AADSTS50011: The redirect URI ...", 50011)]
    [InlineData("AADSTS7000215: Invalid client secret provided.", 7000215)]
    [InlineData("AADSTS16000:", 16000)]
    [InlineData("AADSTS99999999: x", 99999999)]
    public void The_code_at_the_start_is_read(string description, int code)
    {
        Assert.Equal(code, AadstsCode.Parse(description)?.Value);
        Assert.Equal($"AADSTS{code}", AadstsCode.Parse(description).ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("AADSTS")]
    [InlineData("AADSTS:")]
    [InlineData("AADSTS50011")]
    [InlineData("AADSTS 50011: x")]
    [InlineData("AADSTS-5: x")]
    [InlineData("AADSTS+5: x")]
    [InlineData("AADSTS0: x")]
    [InlineData("AADSTS123456789: x")]
    [InlineData("AADSTS٥٠: x")]
    [InlineData("aadsts50011: x")]
    [InlineData("<b>AADSTS50011: x")]
    public void Anything_else_is_no_code(string? description) => Assert.Null(AadstsCode.Parse(description));
}

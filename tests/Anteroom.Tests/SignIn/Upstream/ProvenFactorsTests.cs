using Anteroom.Server.SignIn.Upstream;

namespace Anteroom.Tests.SignIn.Upstream;

/// <summary>Which methods come to more than one factor (RFC 8176), as one table.</summary>
public sealed class ProvenFactorsTests
{
    [Theory]
    [Trait("Capability", "IMP-24")]
    [Trait("Security", "SEC-077")]
    [InlineData("", false)]
    [InlineData("pwd", false)]
    [InlineData("pwd mfa", true)] // Entra v1.0, Okta
    [InlineData("ngcmfa", true)]
    [InlineData("pwd otp", true)]
    [InlineData("pwd pin kba", false)] // all of it is knowledge
    [InlineData("otp sms tel", false)] // all of it is a thing one has
    [InlineData("hwk fpt", true)]
    [InlineData("face iris", false)]
    [InlineData("hwk user", false)] // presence is no factor
    [InlineData("rsa wia", false)] // words that do not say what was shown
    [InlineData("MFA", false)]
    public void Kinds_of_proof_are_counted(string methods, bool several) =>
        Assert.Equal(several, ProvenFactors.AreSeveral(methods.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
}

using Anteroom.Server.Connections;

namespace Anteroom.Tests.Connections;

/// <summary>What a connection and an application's <c>acr_values</c> come to, as a table.</summary>
public sealed class AuthContextsTests
{
    private static readonly StepUp[] Steps = [new("urn:high", "c2"), new("urn:higher", "c3")];

    [Theory]
    [Trait("Capability", "IMP-24")]
    [InlineData(null, null, "")]
    [InlineData("c1", null, "c1")]
    [InlineData(null, "urn:high", "c2")]
    [InlineData("c1", "urn:high", "c1 c2")]
    [InlineData("c2", "urn:high", "c2")]
    [InlineData(null, "urn:other urn:higher urn:high", "c3")] // of those that are mapped the first
    [InlineData("c1", "urn:other c9", "c1")] // an application names no contexts itself: their ids differ from tenant to tenant
    public void What_must_be_satisfied(string? own, string? acrValues, string contexts)
    {
        var settings = new ConnectionSettings
        {
            ClientId = "c",
            AuthContext = own,
            StepUps = Steps,
        };
        Assert.Equal(contexts, string.Join(' ', AuthContexts.For(settings, acrValues)));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("c1", """{"id_token":{"acrs":{"essential":true,"value":"c1"}}}""")]
    [InlineData("c1 c2", """{"id_token":{"acrs":{"essential":true,"values":["c1","c2"]}}}""")]
    public void How_it_is_asked_for(string contexts, string? claims) =>
        Assert.Equal(claims, AuthContexts.ClaimsFor(contexts.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

    [Theory]
    [InlineData("c1", true)]
    [InlineData("c99", true)]
    [InlineData("c0", false)]
    [InlineData("c01", false)]
    [InlineData("c100", false)]
    [InlineData("C1", false)]
    [InlineData("1", false)]
    [InlineData("", false)]
    public void Names_of_contexts(string name, bool valid) => Assert.Equal(valid, AuthContexts.IsName(name));
}

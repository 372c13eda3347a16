using Anteroom.Entra.IdTokens;
using Anteroom.Entra.Providers;

namespace Anteroom.Tests.Entra.IdTokens;

/// <summary>The two tokens of a hybrid answer: from two that agree, one thing bent at a time (OIDC Core §3.3.3.6).</summary>
public sealed class IdTokenPairTests
{
    private static readonly ValidatedIdToken Front = Accept("name", "Mira Koch");

    [Theory]
    [InlineData("name", "Another Name")]
    [InlineData("preferred_username", "new.name@contoso.example")]
    [InlineData("sid", "another")]
    public void Two_tokens_of_one_person_agree_whatever_else_they_say(string claim, string value) =>
        Assert.Null(IdTokenPair.Fault(Front, Accept(claim, value)));

    [Theory]
    [InlineData("sub", "another", "sub")]
    [InlineData("oid", "d84e8d4d-0000-4000-8000-000000000001", "oid")]
    [InlineData("tid", "7a1d3c2f-0000-4000-8000-2b3c4d5e6f70", "iss")] // the issuer names the tenant
    [Trait("Security", "SEC-064")]
    [Trait("Capability", "HEC-30")]
    public void Two_tokens_of_two_people_do_not(string claim, string value, string differs)
    {
        var fault = IdTokenPair.Fault(Front, Accept(claim, value));
        Assert.Equal(("id_token_pair", differs), (fault?.Code, fault?.Claim));
        Assert.NotNull(IdTokenPair.Fault(Accept(claim, value), Front));
    }

    [Fact] // the same tenant and object in another cloud is another person
    public void Two_tokens_of_two_providers_do_not() =>
        Assert.Equal("id_token_pair", IdTokenPair.Fault(Front, IdTokenScenario.AtStandardProvider().Accept())?.Code);

    private static ValidatedIdToken Accept(string claim, string value)
    {
        var scenario = new IdTokenScenario();
        scenario.Expected = new EntraExpectations(
            Cloud.Global,
            [IdTokenScenario.Contoso, IdTokenScenario.Fabrikam],
            IdTokenScenario.ClientId,
            IdTokenScenario.Nonce
        );
        scenario.Claims[claim] = value;
        if (claim == "tid")
            scenario.Claims["iss"] = Cloud.Global.IssuerOf(Guid.Parse(value));
        return scenario.Accept();
    }
}

using Anteroom.Entra.IdTokens;
using Anteroom.Entra.Providers;
using Anteroom.Server.SignIn.TenantProof;
using Anteroom.Tests.Entra.IdTokens;

namespace Anteroom.Tests.SignIn.TenantProof;

/// <summary>Which tenant a validated token speaks for: that of a member, and no other.</summary>
public sealed class ProvenTenantTests
{
    [Fact]
    [Trait("Security", "SEC-063")]
    public void A_member_speaks_for_their_tenant() => Assert.Equal(IdTokenScenario.Contoso, ProvenTenant.Of(Token()));

    [Fact]
    [Trait("Security", "SEC-063")]
    public void A_member_by_name_too() => Assert.Equal(IdTokenScenario.Contoso, ProvenTenant.Of(Token(("acct", 0))));

    [Theory]
    [InlineData("acct", 1)]
    [InlineData("idp", "https://sts.windows.net/7a1d3c2f-0000-4000-8000-2b3c4d5e6f70/")]
    [InlineData("idp", "live.com")]
    [Trait("Security", "SEC-063")]
    public void A_guest_speaks_for_none(string claim, object value) => Assert.Null(ProvenTenant.Of(Token((claim, value))));

    [Fact]
    [Trait("Security", "SEC-063")]
    public void A_personal_account_speaks_for_none()
    {
        var consumers = Cloud.ConsumerTenant;
        Assert.Null(ProvenTenant.Of(Token(("tid", consumers.ToString()), ("iss", Cloud.Global.IssuerOf(consumers)))));
    }

    /// <summary>Believed whatever its tenant, as a proof is.</summary>
    private static ValidatedIdToken Token(params (string Name, object Value)[] claims)
    {
        var scenario = new IdTokenScenario
        {
            Expected = new EntraExpectations(Cloud.Global, null, IdTokenScenario.ClientId, IdTokenScenario.Nonce),
        };
        foreach (var (name, value) in claims)
            scenario.Claims[name] = value;
        return scenario.Accept();
    }
}

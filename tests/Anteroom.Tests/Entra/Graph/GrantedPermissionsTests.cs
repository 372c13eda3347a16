using System.Text;
using Anteroom.Entra.Graph;
using Anteroom.Protocols.Jose;
using Anteroom.Tests.Entra.IdTokens;

namespace Anteroom.Tests.Entra.Graph;

public sealed class GrantedPermissionsTests
{
    [Theory]
    [InlineData("""{"roles":["Domain.Read.All","GroupMember.Read.All"]}""", "Domain.Read.All GroupMember.Read.All")]
    [InlineData("""{"roles":["Domain.Read.All",1,null,{},["x"]]}""", "Domain.Read.All")]
    [InlineData("""{"roles":[]}""", "")]
    [InlineData("{}", "")] // an application without any
    [InlineData("""{"roles":"Domain.Read.All"}""", null)]
    [InlineData("""{"roles":null}""", null)]
    [InlineData("""{"roles":["a"],"roles":["Domain.Read.All"]}""", null)] // said twice
    public void Reads_what_the_token_says_and_nothing_into_it(string claims, string? expected) =>
        Assert.Equal(expected, Words(JsonWebToken.Sign(IdTokenScenario.EllipticKey, "JWT", Encoding.UTF8.GetBytes(claims))));

    [Theory] // a token is its resource's business: it may be anything
    [InlineData("")]
    [InlineData("opaque")]
    [InlineData("a.b.c.d.e")]
    [InlineData("e30.e30")]
    public void Is_silent_about_what_it_cannot_read(string token) => Assert.Null(GrantedPermissions.Parse(token));

    [Fact]
    public void Is_silent_about_too_many()
    {
        var roles = string.Join(',', Enumerable.Range(0, 501).Select(number => $"\"r{number}\""));
        Assert.Null(Words(JsonWebToken.Sign(IdTokenScenario.EllipticKey, "JWT", Encoding.UTF8.GetBytes($"{{\"roles\":[{roles}]}}"))));
    }

    private static string? Words(string token) =>
        GrantedPermissions.Parse(token) is { } names ? string.Join(' ', names.Order(StringComparer.Ordinal)) : null;
}

using Anteroom.Server.SignIn;
using Anteroom.Server.SignIn.Sessions;

namespace Anteroom.Tests.SignIn;

public sealed class SensitiveProofTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [Trait("Security", "SEC-041")]
    [InlineData("passkey", true, 5, true, null)]
    [InlineData("passkey", true, 6, true, "authentication_too_old")]
    [InlineData("passkey", true, -2, true, "authentication_too_old")] // a proof from the future: a clock stepped back
    [InlineData("entra", false, 1, true, null)] // the organization's own judge
    [InlineData("oidc", false, 1, true, null)]
    [InlineData("entra", false, 6, false, "authentication_too_old")]
    [InlineData("password", false, 1, true, "passkey_required")] // less than what the person holds
    [InlineData("password", true, 1, true, null)] // with a second factor
    [InlineData("password", false, 1, false, null)] // the most that the person has
    public void Counts_where_it_is_recent_and_as_strong_as_what_somebody_holds(
        string method,
        bool secondFactor,
        int minutesAgo,
        bool holdsPasskey,
        string? refusal
    )
    {
        var at = Now - TimeSpan.FromMinutes(minutesAgo);
        Assert.Equal(refusal, SensitiveProof.Refusal(new Evidence(method, at, [], null, [], secondFactor), at, holdsPasskey, Now));
    }
}

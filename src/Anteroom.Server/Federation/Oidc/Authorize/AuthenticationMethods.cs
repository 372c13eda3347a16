using Anteroom.Server.SignIn.Sessions;

namespace Anteroom.Server.Federation.Oidc.Authorize;

/// <summary>What we tell applications about how somebody signed in (<c>amr</c>, RFC 8176).</summary>
public static class AuthenticationMethods
{
    private const string MultipleFactors = "mfa";

    /// <summary>The provider's methods; <c>mfa</c> exactly where more than one factor counts here, whatever the provider calls it (SEC-077).</summary>
    public static IReadOnlyList<string> Of(Evidence evidence)
    {
        var methods = evidence.Amr.Where(method => method != MultipleFactors);
        return evidence.SecondFactor ? [.. methods, MultipleFactors] : [.. methods];
    }
}

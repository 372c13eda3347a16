using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;

namespace Anteroom.Server.SignIn;

/// <summary>What there is to sign in with, and what the organization wants of it.</summary>
/// <param name="Active">Connections that let people in.</param>
/// <param name="Passwords">Whether passwords of ours are allowed.</param>
/// <param name="Passkeys">Whether passkeys of ours are allowed, and can be used on this host.</param>
/// <param name="WantsLocal"><see cref="SignInRequest.WantsLocal"/>.</param>
public sealed record WaysThereAre(SignInPolicy Policy, IReadOnlyList<ConnectionId> Active, bool Passwords, bool Passkeys, bool WantsLocal);

/// <summary>What the browser sees next.</summary>
public abstract record SignInWay
{
    private SignInWay() { }

    /// <summary>Nobody can sign in.</summary>
    public sealed record None : SignInWay;

    /// <summary>At once to a provider.</summary>
    public sealed record Provider(ConnectionId Connection) : SignInWay;

    /// <summary>The pages of user name and password, which offer a passkey too.</summary>
    public sealed record Password : SignInWay;

    /// <summary>A page that asks.</summary>
    /// <param name="Connections">Which providers stand there.</param>
    /// <param name="WithPassword">Whether the way to user name and password stands there.</param>
    public sealed record Ask(IReadOnlyList<ConnectionId> Connections, bool WithPassword) : SignInWay;
}

/// <summary>How an organization's people are shown in (HEC-12 to HEC-15). Pure.</summary>
public static class SignInWays
{
    public static SignInWay Decide(WaysThereAre facts)
    {
        if (facts.Active.Count == 0 || facts.WantsLocal)
        {
            if (facts.Passwords)
                return new SignInWay.Password();
            if (facts.Passkeys)
                return new SignInWay.Ask([], WithPassword: false);
            if (facts.Active.Count == 0)
                return new SignInWay.None();
        }
        if (facts.Policy.AutoConnectConnection is { } wanted && facts.Active.Contains(new ConnectionId(wanted)))
            return new SignInWay.Provider(new ConnectionId(wanted));
        var password = facts.Passwords && facts.Policy.ShowLocalForm;
        return password || facts.Passkeys || facts.Active.Count > 1
            ? new SignInWay.Ask(facts.Active, password)
            : new SignInWay.Provider(facts.Active[0]);
    }

    /// <summary>Whether a provider of that kind is among what the organization offers (HEC-03).</summary>
    public static bool Offers(SignInPolicy policy, ConnectionKind kind) =>
        policy.AuthenticationMethod switch
        {
            null => true,
            AuthenticationMethods.Entra => kind == ConnectionKind.Entra,
            AuthenticationMethods.Oidc => kind == ConnectionKind.Oidc,
            _ => false,
        };

    /// <summary>Whether the form for passwords is kept from people: beside providers, where the organization wants it so (HEC-13).</summary>
    public static bool HidesPasswords(SignInPolicy policy, bool hasProviders) => hasProviders && !policy.ShowLocalForm;
}

using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Server.SignIn;

namespace Anteroom.Tests.SignIn;

/// <summary>How people are shown in, as a table (HEC-12 to HEC-15).</summary>
public sealed class SignInWaysTests
{
    private static readonly ConnectionId First = new(Guid.Parse("00000000-0000-7000-8000-000000000001"));
    private static readonly ConnectionId Second = new(Guid.Parse("00000000-0000-7000-8000-000000000002"));
    private static readonly ConnectionId Gone = new(Guid.Parse("00000000-0000-7000-8000-000000000003"));

    private static readonly SignInWay None = new SignInWay.None();
    private static readonly SignInWay Password = new SignInWay.Password();

    [Theory]
    [Trait("Capability", "HEC-12")]
    [Trait("Capability", "HEC-13")]
    [Trait("Capability", "HEC-14")]
    [Trait("Capability", "HEC-15")]
    //          active, passwords, passkeys, local shown, auto connect, local wanted; what comes
    [InlineData(0, false, false, true, 0, false, "none")]
    [InlineData(0, true, false, true, 0, false, "password")]
    [InlineData(0, true, true, false, 0, false, "password")] // without a provider nothing is hidden
    [InlineData(0, false, true, true, 0, false, "ask 0")]
    [InlineData(1, false, false, true, 0, false, "provider 1")]
    [InlineData(2, false, false, true, 0, false, "ask 2")]
    [InlineData(1, true, false, true, 0, false, "ask 1 and password")]
    [InlineData(1, true, false, false, 0, false, "provider 1")]
    [InlineData(1, true, true, false, 0, false, "ask 1")]
    [InlineData(2, true, true, true, 0, false, "ask 2 and password")]
    [InlineData(1, true, true, true, 1, false, "provider 1")] // auto connect: no page at all
    [InlineData(2, false, false, true, 2, false, "provider 2")]
    [InlineData(2, false, false, true, 3, false, "ask 2")] // to a connection that lets nobody in: as if there were none
    [InlineData(2, true, true, false, 2, true, "password")] // past all of it, for administrators
    [InlineData(1, false, true, false, 1, true, "ask 0")]
    [InlineData(1, false, false, false, 1, true, "provider 1")] // there is nothing local
    public void Decides(int active, bool passwords, bool passkeys, bool shown, int auto, bool local, string expected)
    {
        ConnectionId[] all = [First, Second, Gone];
        var policy = SignInPolicy.Default with { ShowLocalForm = shown, AutoConnectConnection = auto == 0 ? null : all[auto - 1].Value };

        var way = SignInWays.Decide(new(policy, all[..active], passwords, passkeys, local));

        Assert.Equal(expected, Told(way));
    }

    [Theory]
    [Trait("Capability", "HEC-13")]
    [InlineData(true, true, false)]
    [InlineData(true, false, false)]
    [InlineData(false, true, true)]
    [InlineData(false, false, false)]
    public void Passwords_are_hidden_beside_providers_only(bool shown, bool hasProviders, bool hidden) =>
        Assert.Equal(hidden, SignInWays.HidesPasswords(SignInPolicy.Default with { ShowLocalForm = shown }, hasProviders));

    private static string Told(SignInWay way) =>
        way switch
        {
            SignInWay.Provider provider => provider.Connection == First ? "provider 1" : "provider 2",
            SignInWay.Ask ask => $"ask {ask.Connections.Count}{(ask.WithPassword ? " and password" : "")}",
            _ when way == Password => "password",
            _ when way == None => "none",
            _ => way.ToString(),
        };
}

using Anteroom.Server.Connections;

namespace Anteroom.Tests.Connections;

/// <summary>What an operator approved is what people sign in by (IMP-11).</summary>
public sealed class ConnectionTrustTests
{
    private static readonly ConnectionSettings Seen = new()
    {
        ClientId = "22222222-2222-4222-8222-222222222222",
        TenantId = Guid.Parse("11111111-1111-4111-8111-111111111111"),
        Cloud = "global",
        EndpointHosts = ["idp.example"],
    };

    public static TheoryData<Func<ConnectionSettings, ConnectionSettings>> Others =>
        new()
        {
            settings => settings with { ClientId = "33333333-3333-4333-8333-333333333333" },
            settings => settings with { TenantId = Guid.Parse("44444444-4444-4444-8444-444444444444") },
            settings => settings with { Cloud = "usgov" },
            settings => settings with { Registration = Registration.Shared },
            settings => settings with { Authority = "https://idp.example" },
            settings => settings with { EndpointHosts = ["idp.example", "elsewhere.example"] },
        };

    [Theory]
    [MemberData(nameof(Others), DisableDiscoveryEnumeration = true)]
    [Trait("Capability", "IMP-11")]
    public void Another_provider_or_client_is_told_from_the_same(Func<ConnectionSettings, ConnectionSettings> change)
    {
        Assert.True(ConnectionTrust.IsAnother(Seen, change(Seen)));
        Assert.False(ConnectionTrust.IsAnother(change(Seen), change(Seen)));
    }

    [Fact]
    public void Who_comes_in_is_not_whom_it_trusts() =>
        Assert.False(
            ConnectionTrust.IsAnother(
                Seen,
                Seen with
                {
                    EndpointHosts = ["idp.example"],
                    AuthorizedDomains = ["contoso.example"],
                    Provisioning = ProvisioningMode.RequireExisting,
                    Testers = ["55555555-5555-4555-8555-555555555555"],
                }
            )
        );

    [Theory]
    [InlineData(ConnectionState.Draft, ConnectionState.Draft)]
    [InlineData(ConnectionState.Submitted, ConnectionState.Draft)]
    [InlineData(ConnectionState.Testing, ConnectionState.Draft)]
    [InlineData(ConnectionState.Disabled, ConnectionState.Draft)]
    [InlineData(ConnectionState.Active, null)]
    [Trait("Capability", "IMP-11")]
    public void What_needs_approval_begins_again_and_what_does_not_stays_where_it_is(ConnectionState state, ConnectionState? after)
    {
        Assert.Equal(after, ConnectionTrust.After(state, needsApproval: true));
        Assert.Equal(state, ConnectionTrust.After(state, needsApproval: false));
    }
}

using Anteroom.Server.Organizations;
using Anteroom.Server.Provisioning;

namespace Anteroom.Tests.Provisioning;

/// <summary>Whose role a sign-in changes, as one table (docs/decisions/0022).</summary>
public sealed class FollowedRoleTests
{
    [Theory]
    [Trait("Capability", "HEL-24")]
    [Trait("Capability", "HEC-32")]
    [InlineData("worker", "driver planner", "driver", "driver")] // a mapping fits
    [InlineData("planner", "driver planner", "driver", "driver")] // another one fits than before
    [InlineData("driver", "driver planner", "driver", null)] // the same fits still
    [InlineData("driver", "driver planner", null, "worker")] // none fits any more: the default
    [InlineData("guest", "driver planner", null, null)] // given by hand, named by no mapping: stays
    [InlineData("guest", "driver planner", "driver", "driver")] // given by hand, and a mapping fits: the token outranks the hand
    [InlineData("worker", "driver worker", null, null)] // the default is what it has
    [InlineData("worker", "", "driver", null)] // roles are given at creation only
    [InlineData("administrator", "driver planner", "driver", null)] // permissions are never taken by a sign-in
    [InlineData("administrator", "administrator", null, null)]
    public void The_mappings_decide_the_roles_that_they_name(string current, string governed, string? mapped, string? expected) =>
        Assert.Equal(
            expected,
            FollowedRole.Of(
                RoleOf(current),
                new DirectoryFacts(FactSource.Token, default)
                {
                    GovernedRoles = governed.Split(' ', StringSplitOptions.RemoveEmptyEntries),
                    MappedRole = mapped,
                    DefaultRole = BuiltInRoles.Worker,
                }
            )
        );

    private static Role RoleOf(string key) =>
        new(default, key, key, key == BuiltInRoles.Administrator ? [Permissions.UsersWrite] : [], Channels.All, BuiltIn: false, default);
}

using Anteroom.Server.Account.Person;
using Anteroom.Server.Credentials.Passkeys;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Provisioning;

namespace Anteroom.Tests.Account;

public sealed class AttentionTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [InlineData("a@example.com", 0, 0, 1, false, "")]
    [InlineData("a@example.com", 0, 0, 1, true, "NoPasskey")]
    [InlineData("a@example.com", 1, 0, 1, true, "")]
    [InlineData("a@example.com", 1, 0, 0, true, "OneWay")]
    [InlineData("a@example.com", 2, 0, 0, true, "")]
    [InlineData("a@example.com", 1, 1, 0, true, "PasskeySuspended OneWay")]
    [InlineData("a@example.com", 0, 1, 1, true, "PasskeySuspended NoPasskey")]
    [InlineData(null, 1, 0, 1, true, "NoAddress")]
    [InlineData("Mira", 0, 0, 1, true, "NoAddress NoPasskey")]
    public void Names_what_needs_the_person(string? email, int usable, int suspended, int providers, bool offered, string expected) =>
        Assert.Equal(
            expected,
            string.Join(
                ' ',
                AttentionRules.Of(
                    UserWith(email),
                    [
                        .. Enumerable.Range(0, usable).Select(_ => PasskeyOf(null)),
                        .. Enumerable.Range(0, suspended).Select(_ => PasskeyOf(Now)),
                    ],
                    providers,
                    offered
                )
            )
        );

    internal static User UserWith(string? email) =>
        new(
            OrganizationId.Platform,
            new(Guid.CreateVersion7(Now)),
            "subject",
            "ada",
            email is null ? new Dictionary<string, string>() : new Dictionary<string, string> { [UserAttributes.Email] = email },
            new Dictionary<string, Stamp>(),
            new(new(Guid.CreateVersion7(Now)), BuiltInRoles.Member, "Member", [], Channels.All, true, Now),
            UserOrigin.Administrator,
            [],
            1,
            Now,
            Now,
            null
        );

    private static Passkey PasskeyOf(DateTimeOffset? suspendedAt) =>
        new(
            OrganizationId.Platform,
            new(Guid.CreateVersion7(Now)),
            new(Guid.CreateVersion7(Now)),
            "localhost",
            "Laptop",
            false,
            false,
            [],
            Guid.Empty,
            Now,
            null,
            suspendedAt
        );
}

using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Provisioning;
using Anteroom.Server.SignIn.Passwords;

namespace Anteroom.Tests.SignIn.Passwords;

/// <summary>Which address can be written to about a password (SEC-226), as a table.</summary>
public sealed class VerifiedAddressTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("mira@contoso.example", FactSource.Administrator, null, true)]
    [InlineData("mira@contoso.example", FactSource.Scim, null, true)]
    [InlineData("mira@contoso.example", FactSource.Graph, null, true)]
    [InlineData("mira@contoso.example", FactSource.Token, null, false)]
    [InlineData("mira@contoso.example", FactSource.Token, DomainState.Asserted, false)]
    [InlineData("mira@contoso.example", FactSource.Token, DomainState.Verified, true)]
    [InlineData("mira@CONTOSO.example", FactSource.Token, DomainState.Verified, true)]
    [InlineData("mira@sub.contoso.example", FactSource.Token, DomainState.Verified, false)]
    [InlineData("mira@contoso.example.evil.example", FactSource.Token, DomainState.Verified, false)]
    [InlineData("mira@contoso.example, eve@evil.example", FactSource.Administrator, null, false)]
    [InlineData("mira@contoso.example\r\nBcc: eve@evil.example", FactSource.Administrator, null, false)]
    [InlineData("Mira <mira@contoso.example>", FactSource.Administrator, null, false)]
    [InlineData(null, FactSource.Administrator, null, false)]
    [Trait("Security", "SEC-226")]
    [Trait("Security", "SEC-306")]
    public void Counts(string? email, FactSource source, DomainState? domain, bool counts)
    {
        var attributes = new Dictionary<string, string>();
        if (email is not null)
            attributes[UserAttributes.Email] = email;
        var user = new User(
            OrganizationId.Platform,
            new(Guid.Empty),
            "subject",
            "mira",
            attributes,
            new Dictionary<string, Stamp> { [UserAttributes.Email] = new(source, Now) },
            null!,
            UserOrigin.Administrator,
            [],
            1,
            Now,
            Now,
            null
        );
        OrganizationDomain[] domains = domain is { } state ? [new("contoso.example", state, null, Now)] : [];
        Assert.Equal(counts, VerifiedAddress.Of(user, domains) is not null);
    }
}

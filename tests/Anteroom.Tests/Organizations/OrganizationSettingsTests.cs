using Anteroom.Server.Organizations;

namespace Anteroom.Tests.Organizations;

/// <summary>Settings outlive the version that wrote them.</summary>
public sealed class OrganizationSettingsTests
{
    [Theory] // the platform's own row says nothing at all
    [InlineData("{}")]
    [InlineData("""{"signIn":{}}""")]
    [InlineData("""{"selfServiceActivation":true,"authority":{}}""")]
    public void Takes_what_is_not_said_as_by_default(string json) =>
        Assert.Equal(OrganizationSettings.Default.ToJson(), OrganizationSettings.Parse(json).ToJson());

    [Fact]
    public void Keeps_what_is_said()
    {
        var settings = new OrganizationSettings
        {
            OwnHost = true,
            SelfServiceActivation = false,
            SignIn = new SignInPolicy
            {
                ShowLocalForm = false,
                KnownNamesRedirect = false,
                AutoConnectConnection = Guid.Parse("0192f0c1-0000-7000-8000-0000000000aa"),
            },
            Authority = new Dictionary<string, string> { ["email"] = "scim" },
        };
        Assert.Equal(settings.ToJson(), OrganizationSettings.Parse(settings.ToJson()).ToJson());
        Assert.False(OrganizationSettings.Parse("""{"signIn":{"showLocalForm":false}}""").SignIn.ShowLocalForm);
        Assert.True(OrganizationSettings.Parse("""{"signIn":{"showLocalForm":false}}""").SignIn.KnownNamesRedirect);
    }
}

namespace Anteroom.Tests.Api;

/// <summary>What operators decide for everybody, by the API: members of the platform, which no organization has.</summary>
public sealed class OperatorSettingsApiTests(ApiScenario scenario) : IClassFixture<ApiScenario>
{
    [Fact]
    [Trait("Capability", "IMP-25")]
    public async Task Are_read_and_changed_at_the_platform_alone()
    {
        var before = await scenario.SendAsync(HttpMethod.Get, "organizations/platform");
        Assert.Equal(("browser", true), ((string?)before.Json["intakeMode"], (bool?)before.Json["intakeAccountRequired"]));

        var changed = await scenario.SendAsync(
            HttpMethod.Patch,
            "organizations/platform",
            """{"contact":"tel:+4930123456","intakeMode":"idToken","intakeAccountRequired":false}""",
            ifMatch: before.ETag
        );
        Assert.Equal(
            (200, "tel:+4930123456", "idToken", false),
            (
                changed.Status,
                (string?)changed.Json["contact"],
                (string?)changed.Json["intakeMode"],
                (bool?)changed.Json["intakeAccountRequired"]
            )
        );
        var removed = await scenario.SendAsync(
            HttpMethod.Patch,
            "organizations/platform",
            """{"contact":null,"intakeMode":null,"intakeAccountRequired":null}""",
            ifMatch: changed.ETag
        );
        Assert.Equal(
            (200, null, "browser", true),
            (removed.Status, removed.Json["contact"], (string?)removed.Json["intakeMode"], (bool?)removed.Json["intakeAccountRequired"])
        );
    }

    [Theory]
    [InlineData("""{"contact":"javascript:alert(1)"}""")]
    [InlineData("""{"intakeMode":"code"}""")]
    public async Task That_cannot_be_are_refused(string body)
    {
        var platform = await scenario.SendAsync(HttpMethod.Get, "organizations/platform");
        var refused = await scenario.SendAsync(HttpMethod.Patch, "organizations/platform", body, ifMatch: platform.ETag);
        Assert.Equal((400, "validation_failed"), (refused.Status, (string?)refused.Json["code"]));
    }
}

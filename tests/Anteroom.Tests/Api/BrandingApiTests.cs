using Anteroom.Harness;
using Anteroom.Tests.Protocols.Images;

namespace Anteroom.Tests.Api;

/// <summary>Branding by programs: a colour and a picture, and nothing that could be style or markup (SEC-017).</summary>
[Trait("Security", "SEC-017")]
public sealed class BrandingApiTests(ApiScenario scenario) : IClassFixture<ApiScenario>
{
    private static readonly byte[] Picture = PngFiles.Of(PngFiles.Header(1, 1, 8, 0), PngFiles.Rows(0, 9), PngFiles.End);

    [Fact]
    public async Task A_colour_is_set_and_taken_away()
    {
        var path = await AddressAsync();

        var set = await scenario.SendAsync(HttpMethod.Put, path, """{"accent":"#AA3300"}""");
        Assert.Equal((200, "#aa3300"), (set.Status, (string?)set.Json["accent"]));
        var cleared = await scenario.SendAsync(HttpMethod.Put, path, """{"accent":null}""");
        Assert.Equal(200, cleared.Status);
        Assert.Null(cleared.Json["accent"]);
    }

    [Theory]
    [InlineData("""{"accent":"red"}""")]
    [InlineData("""{"accent":"#fff"}""")]
    [InlineData("""{"accent":"#ffffff;}body{display:none"}""")]
    [InlineData("""{"accent":""}""")]
    [InlineData("""{"accent":7}""")]
    [InlineData("""{"accent":"#aa3300","css":"body{}"}""")]
    [InlineData("""{"logo":"https://evil.example/logo.svg"}""")]
    public async Task Anything_else_is_refused(string body)
    {
        var refused = await scenario.SendAsync(HttpMethod.Put, await AddressAsync(), body);

        Assert.Equal((400, "validation_failed"), (refused.Status, refused.Code));
    }

    [Fact]
    public async Task A_picture_is_set_shown_and_taken_away()
    {
        var path = await AddressAsync();

        var set = await scenario.SendPictureAsync(path + "/logo", Picture, "image/png");
        Assert.Equal(200, set.Status);
        Assert.Matches("/branding/logo/org_[a-z2-7]{26}/[0-9a-f]{64}[.]png$", (string?)set.Json["logo"]);
        Assert.Equal(204, (await scenario.SendAsync(HttpMethod.Delete, path + "/logo")).Status);
        await Poll.UntilAsync(
            "the server has heard of its own change",
            TimeSpan.FromSeconds(15),
            async () => (await scenario.SendAsync(HttpMethod.Get, path)).Json["logo"] is null
        );
    }

    [Fact]
    public async Task A_wrong_type_and_too_many_bytes_are_refused()
    {
        var path = await AddressAsync() + "/logo";

        Assert.Equal(415, (await scenario.SendPictureAsync(path, Picture, "image/svg+xml")).Status);
        var tooLong = await scenario.SendPictureAsync(path, [.. Picture, .. new byte[256 * 1024]], "image/png");
        Assert.Equal((400, "validation_failed"), (tooLong.Status, tooLong.Code));
    }

    private async Task<string> AddressAsync() => $"organizations/{(await scenario.OrganizationAsync()).Slug}/branding";
}

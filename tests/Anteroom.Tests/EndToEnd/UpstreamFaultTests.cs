using Anteroom.Harness;

namespace Anteroom.Tests.EndToEnd;

/// <summary>Entra answers badly or not at all: a page that names the cause, and nothing half-made (SEC-304).</summary>
public sealed class UpstreamFaultTests(SharedRig shared)
{
    [Theory]
    [InlineData("status", "upstream_unreachable")]
    [InlineData("html", "upstream_unreachable", "upstream_refused")]
    [InlineData("truncatedBody", "upstream_unreachable", "upstream_refused")]
    [InlineData("wrongContentType", "upstream_unreachable", "upstream_refused")]
    [InlineData("lostAnswer", "upstream_unreachable")]
    [InlineData("wrongKey", "id_token_signature")]
    [InlineData("unknownKid", "id_token_unknown_key")]
    [Trait("Security", "SEC-064")]
    [Trait("Security", "SEC-304")]
    public async Task Refuses_a_sign_in_whose_token_answer_is_broken(string kind, params string[] reasons)
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        var before = await contoso.Rows.CountAsync();
        using var browser = rig.NewBrowser();

        await using (
            await rig.Control.FaultAsync(
                new
                {
                    path = $"/{contoso.TenantId}/oauth2/v2.0/token",
                    kind,
                    status = kind == "status" ? 500 : (int?)null,
                }
            )
        )
        {
            var page = await Contoso.SignInAsync(browser, application.Begin(("organization", contoso.Slug)), mira);
            await Refused.AssertAsync(contoso, page, before, reasons);
        }
        Assert.True((await contoso.SignInAsync(application, browser, mira)).IsSuccess); // and nothing stays broken
    }

    [Fact]
    [Trait("Security", "SEC-303")]
    public async Task Says_that_Entra_asks_to_wait()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        var before = await contoso.Rows.CountAsync();
        using var browser = rig.NewBrowser();

        await using var fault = await rig.Control.FaultAsync(
            new
            {
                path = $"/{contoso.TenantId}/oauth2/v2.0/token",
                kind = "status",
                status = 429,
                retryAfterSeconds = 30,
            }
        );
        var page = await Contoso.SignInAsync(browser, application.Begin(("organization", contoso.Slug)), mira);

        await Refused.AssertAsync(contoso, page, before, "upstream_throttled");
        Assert.True(page.Headers.ContainsKey("Retry-After"));
    }

    [Theory]
    [InlineData("openid-configuration", "status")]
    [InlineData("openid-configuration", "html")]
    [InlineData("openid-configuration", "truncatedBody")]
    [InlineData("keys", "html")]
    [InlineData("keys", "truncatedBody")]
    [Trait("Security", "SEC-070")]
    [Trait("Security", "SEC-304")]
    public async Task Begins_nothing_where_the_metadata_cannot_be_had(string document, string kind)
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        using var browser = rig.NewBrowser();

        await using var fault = await rig.Control.FaultAsync(
            new
            {
                path = document == "keys"
                    ? $"/{contoso.TenantId}/discovery/v2.0/keys"
                    : $"/{contoso.TenantId}/v2.0/.well-known/openid-configuration",
                kind,
                status = kind == "status" ? 503 : (int?)null,
            }
        );
        var page = await browser.GetAsync(application.Begin(("organization", contoso.Slug)).Address.AbsoluteUri);

        Refused.AssertPage(page, "upstream_unreachable", "upstream_metadata_invalid");
        Assert.Equal(0, await contoso.Rows.CountAsync("users"));
    }
}

using Anteroom.BrowserTests.Rig;
using Xunit.Sdk;

namespace Anteroom.BrowserTests;

/// <summary>The checks of pages find what they are for; a check that finds nothing anywhere would pass everywhere.</summary>
public sealed class PageChecksTests(Sites sites)
{
    [Theory]
    [InlineData("<img src='data:,'>", "image-alt")]
    [InlineData("<p class='pale'>Pale in the light</p><style>.pale { color: #ccc }</style>", "color-contrast")]
    [InlineData(
        "<p class='pale'>Pale in the dark</p><style>@media (prefers-color-scheme: dark) { .pale { color: #ccc } }</style>",
        "color-contrast"
    )]
    [InlineData("<p style='width: 500px'>Wide</p>", "500 px wide on a screen of 390 px")]
    public Task A_fault_is_found_and_named(string fault, string named) =>
        sites.VisitAsync(async visitor =>
        {
            await visitor.Page.SetContentAsync(
                $"<!doctype html><html lang='en'><title>Fault</title><body style='margin: 0'><main><h1>Fault</h1>{fault}</main></body></html>"
            );
            var found = await Assert.ThrowsAnyAsync<XunitException>(visitor.Page.LooksRightAsync);
            Assert.Contains(named, found.Message, StringComparison.Ordinal);
        });
}

using System.Net;
using Anteroom.Harness;
using Anteroom.Server.Organizations;
using Anteroom.Tests.EndToEnd;
using Anteroom.Tests.Organizations.Proof;

namespace Anteroom.Tests.Console;

/// <summary>An administrator proves a domain in the console, without script (SEC-269).</summary>
[Trait("Security", "SEC-269")]
public sealed class DomainPageTests(SharedRig shared)
{
    [Fact]
    public async Task Shows_the_record_tells_what_was_seen_and_verifies_the_domain()
    {
        var (rig, _) = await shared.GetAsync();
        using var scene = await DomainScene.CreateAsync(rig);
        var console = new ConsoleScene(rig);
        using var browser = await console.EnterAsync(scene.Organization.Id, BuiltInRoles.Administrator);
        var address = console.AddressOf(scene.Organization, "domains");

        var page = await browser.GetAsync(address);
        string[] copied = [.. page.Html.QuerySelectorAll("button[data-copy]").Select(button => button.GetAttribute("data-copy")!)];
        Assert.Equal([scene.Host, await scene.ValueAsync()], copied);
        Assert.All(copied, text => Assert.Contains(page.Html.QuerySelectorAll("code"), code => code.TextContent == text));
        Assert.Contains("Not looked up yet", page.Text, StringComparison.Ordinal);

        rig.Dns.Set(scene.Host, "<b>other</b>");
        var missed = await CheckAsync(page);
        Assert.Equal(HttpStatusCode.OK, missed.Status);
        Assert.Contains($"The TXT records of {scene.Host} were looked up. They have other values.", missed.Text, StringComparison.Ordinal);
        Assert.Contains(missed.Html.QuerySelectorAll("code"), code => code.TextContent == "<b>other</b>");
        Assert.Contains("At your DNS provider", missed.Text, StringComparison.Ordinal);
        Assert.Contains("Asserted", missed.Text, StringComparison.Ordinal);

        rig.Dns.Set(scene.Host, copied[1]);
        var found = await CheckAsync(missed);
        Assert.Contains("The domain is verified.", found.Html.QuerySelector("[role=status]")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(found.Html.QuerySelector(".domain .state-good"));
        Assert.Null(found.Html.QuerySelector(".domain details[open]"));
        Assert.Equal("user", Assert.Single(await scene.Rows.AuditAsync("domain.verified")).ActorKind);

        Task<Page> CheckAsync(Page from) => ConsoleForm.SubmitAsync(browser, from, selector: "form[action$='/verify']");
    }

    [Fact]
    public async Task Says_why_nothing_was_looked_up_or_does_not_count()
    {
        var (rig, _) = await shared.GetAsync();
        using var owner = await DomainScene.CreateAsync(rig);
        using var scene = await DomainScene.CreateAsync(rig, owner.Domain);
        await owner.ProveAsync();
        rig.Dns.Set(scene.Host, await scene.ValueAsync());
        var console = new ConsoleScene(rig);
        using var browser = await console.EnterAsync(scene.Organization.Id, BuiltInRoles.Administrator);
        var page = await browser.GetAsync(console.AddressOf(scene.Organization, "domains"));

        var elsewhere = await CheckAsync();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, elsewhere.Status);
        Assert.Contains("Another organization here has verified this domain.", AlertOf(elsewhere), StringComparison.Ordinal);
        for (var look = 1; look < 30; look++)
            await scene.VerifyAsync();
        var tooOften = await CheckAsync();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, tooOften.Status);
        Assert.Contains("30 times within an hour", AlertOf(tooOften), StringComparison.Ordinal);

        Task<Page> CheckAsync() => ConsoleForm.SubmitAsync(browser, page, selector: "form[action$='/verify']");

        static string AlertOf(Page page) => page.Html.QuerySelector("main [role=alert]")!.TextContent;
    }

    [Fact] // undo brings back what was typed, and no proof
    public async Task Asks_before_a_proven_domain_goes_and_offers_undo_for_others_alone()
    {
        var (rig, _) = await shared.GetAsync();
        using var scene = await DomainScene.CreateAsync(rig);
        var console = new ConsoleScene(rig);
        using var browser = await console.EnterAsync(scene.Organization.Id, BuiltInRoles.Administrator);
        var address = console.AddressOf(scene.Organization, "domains");

        var removed = await ConsoleForm.SubmitAsync(browser, await browser.GetAsync(address), selector: "main form[action$='/remove']");
        await ConsoleForm.SubmitAsync(browser, removed, selector: ".toast-done form");
        await scene.ProveAsync();

        var question = await browser.ClickAsync(await browser.GetAsync(address), "Remove");
        Assert.Contains("asserted only", question.Html.QuerySelector(".consequences")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull((await browser.GetAsync(address)).Html.QuerySelector(".domain .state-good")); // asked, and left
        var gone = await ConsoleForm.SubmitAsync(browser, question);
        Assert.Null(gone.Html.QuerySelector(".domain"));
        Assert.Null(gone.Html.QuerySelector(".toast-done form"));
    }

    [Fact]
    public async Task Shows_an_auditor_everything_and_no_button()
    {
        var (rig, _) = await shared.GetAsync();
        using var scene = await DomainScene.CreateAsync(rig);
        var console = new ConsoleScene(rig);
        using var browser = await console.EnterAsync(scene.Organization.Id, BuiltInRoles.Auditor);
        var page = await browser.GetAsync(console.AddressOf(scene.Organization, "domains"));
        Assert.Contains(scene.Host, page.Text, StringComparison.Ordinal);
        Assert.Null(page.Html.QuerySelector("main form"));
    }

    [Fact]
    public async Task Warns_of_a_record_that_is_away()
    {
        var (rig, _) = await shared.GetAsync();
        using var scene = await DomainScene.CreateAsync(rig);
        await scene.ProveAsync();
        rig.Dns.Remove(scene.Host);
        await scene.VerifyAsync();
        var console = new ConsoleScene(rig);
        using var browser = await console.EnterAsync(scene.Organization.Id, BuiltInRoles.Administrator);

        var page = await browser.GetAsync(console.AddressOf(scene.Organization, "domains"));
        Assert.NotNull(page.Html.QuerySelector(".domain .state-warning"));
        Assert.Contains("Put it back", page.Html.QuerySelector(".domain [role=note]")!.TextContent, StringComparison.Ordinal);
        var overview = await browser.GetAsync(console.AddressOf(scene.Organization));
        Assert.Contains($"The record that proves the domain {scene.Domain} is missing.", overview.Text, StringComparison.Ordinal);
    }
}

using System.Net;
using System.Text;
using Anteroom.Harness;
using Anteroom.Server.Audit;
using Anteroom.Server.Organizations;
using Anteroom.Server.Provisioning;
using Anteroom.Tests.EndToEnd;

namespace Anteroom.Tests.Console;

/// <summary>How things are found: search, columns, details beside the list, the trail and its export.</summary>
public sealed class FindingTests(SharedRig shared)
{
    [Theory]
    [InlineData("Azure AD", "Single Sign-On")]
    [InlineData("azure", "Single Sign-On")]
    [InlineData("sign-in logs", "Audit")]
    [InlineData("custom", "Custom fields")]
    [InlineData("domain_not_authorized", "domain")]
    [Trait("Capability", "IMP-26")]
    public async Task Finds_pages_and_codes_by_older_words_too(string typed, string expected)
    {
        var (browser, scene, _) = await EnterAsync(BuiltInRoles.Administrator);
        using (browser)
        {
            var page = await browser.GetAsync($"{scene.Address}/search?q={Uri.EscapeDataString(typed)}");
            Assert.Contains(
                page.Html.QuerySelectorAll("main li"),
                hit => hit.TextContent.Contains(expected, StringComparison.OrdinalIgnoreCase)
            );
        }
    }

    [Fact]
    [Trait("Security", "SEC-261")]
    public async Task Finds_people_and_applications_of_ones_own_organization_alone()
    {
        var (browser, scene, mine) = await EnterAsync(BuiltInRoles.Administrator);
        using (browser)
        {
            var (rig, _) = await shared.GetAsync();
            var theirs = await Contoso.CreateAsync(rig);
            await mine.AddAccountAsync($"zoe@{mine.Domain}", null);
            await theirs.AddAccountAsync($"zoe@{theirs.Domain}", null);
            foreach (var room in (string[])["", mine.Slug, theirs.Slug, "no-such-room"])
            {
                var page = await browser.GetAsync($"{scene.Address}/search?q=zoe&room={room}");
                Assert.Contains($"zoe@{mine.Domain}", page.Text, StringComparison.Ordinal);
                Assert.DoesNotContain(theirs.Domain, page.Text, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    [Trait("Security", "SEC-261")]
    public async Task Finds_groups_connections_and_domains_of_ones_own_organization_alone()
    {
        var (browser, scene, mine) = await EnterAsync(BuiltInRoles.Administrator);
        using (browser)
        {
            var (rig, _) = await shared.GetAsync();
            var theirs = await Contoso.CreateAsync(rig);
            foreach (var organization in (Contoso[])[mine, theirs])
            {
                await rig.Get<Groups>()
                    .CreateAsync(organization.Organization.Id, $"Night shift {organization.Slug}", AnteroomRig.Desk, default);
                await rig.Get<ChangeDomains>().AddAsync(organization.Organization.Id, organization.Domain, AnteroomRig.Desk, default);
            }

            Assert.Equal([$"Night shift {mine.Slug}"], await HitsAsync("night SHIFT", "groups/"));
            Assert.Equal([mine.Connection.Name], await HitsAsync(mine.ClientId.ToString().ToUpperInvariant(), "connections/"));
            Assert.Equal([mine.Domain], await HitsAsync(mine.Domain[..12], "domains"));
            Assert.Empty(await HitsAsync(theirs.ClientId.ToString(), "connections/"));

            async Task<List<string>> HitsAsync(string typed, string kind)
            {
                var page = await browser.GetAsync($"{scene.Address}/search?q={Uri.EscapeDataString(typed)}");
                return [.. page.Html.QuerySelectorAll($"main li a[href*='{mine.Slug}/{kind}']").Select(hit => hit.TextContent)];
            }
        }
    }

    [Fact]
    [Trait("Security", "SEC-261")]
    public async Task Finds_roles_custom_fields_and_API_keys_of_ones_own_organization_alone()
    {
        var (browser, scene, mine) = await EnterAsync(BuiltInRoles.Administrator);
        using (browser)
        {
            var (rig, _) = await shared.GetAsync();
            var theirs = await Contoso.CreateAsync(rig);
            Dictionary<string, string> ends = [];
            foreach (var organization in (Contoso[])[mine, theirs])
            {
                var id = organization.Organization.Id;
                await rig.Get<ChangeRoles>()
                    .CreateAsync(
                        id,
                        "night-desk",
                        new($"Night desk {organization.Slug}", [], Channels.All),
                        new(new HashSet<string>(), AnteroomRig.Desk),
                        default
                    );
                await rig.Get<DefineCustomField>()
                    .HandleAsync(id, "costCentre", $"Cost centre {organization.Slug}", 100, AnteroomRig.Desk, default);
                await using var tx = await rig.Database.BeginAsync(id, default);
                var (key, _) = await rig.Get<ApiKeys>()
                    .CreateAsync(tx, $"Payroll {organization.Slug}", [], ApiKeys.DefaultLife, AnteroomRig.Desk, default);
                await tx.CommitAsync(default);
                ends[organization.Slug] = key.Last4;
            }

            Assert.Equal([$"Night desk {mine.Slug}"], await HitsAsync("night DESK", "roles"));
            Assert.Equal([$"Cost centre {mine.Slug}"], await HitsAsync("costcentre", "fields"));
            Assert.Equal([$"Payroll {mine.Slug}"], await HitsAsync("payroll", "api-keys"));
            Assert.Equal([$"Payroll {mine.Slug}"], await HitsAsync(ends[mine.Slug], "api-keys"));
            Assert.Empty(await HitsAsync(theirs.Slug, "api-keys"));

            async Task<List<string>> HitsAsync(string typed, string kind)
            {
                var page = await browser.GetAsync($"{scene.Address}/search?q={Uri.EscapeDataString(typed)}");
                return [.. page.Html.QuerySelectorAll($"main li a[href$='{mine.Slug}/{kind}']").Select(hit => hit.TextContent)];
            }
        }
    }

    [Theory]
    [InlineData("\ufffe")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("' OR 1=1 --")]
    public async Task Finds_nothing_for_hostile_words(string typed)
    {
        var (browser, scene, _) = await EnterAsync(BuiltInRoles.Administrator);
        using (browser)
        {
            var page = await browser.GetAsync($"{scene.Address}/search?q={Uri.EscapeDataString(typed)}");
            Assert.Equal(HttpStatusCode.OK, page.Status);
            Assert.Null(page.Html.QuerySelector("main script"));
        }
    }

    [Theory] // no column can hold U+0000; it ends as a malformed request, never as an error of ours
    [InlineData("search?q=%00", 400)]
    [InlineData("search?q=x&room=%00", 400)]
    [InlineData("organizations/SLUG/users?search=%00", 400)]
    [InlineData("organizations/SLUG/users?after=AA", 400)]
    [InlineData("organizations/SLUG/audit?action=%00", 200)]
    [InlineData("organizations/SLUG/audit?after=AA", 200)]
    public async Task Takes_a_null_character_for_a_malformed_request(string address, int status)
    {
        var (browser, scene, mine) = await EnterAsync(BuiltInRoles.Administrator);
        using (browser)
        {
            var page = await browser.GetAsync($"{scene.Address}/{address.Replace("SLUG", mine.Slug, StringComparison.Ordinal)}");
            Assert.Equal(status, (int)page.Status);
        }
    }

    [Fact]
    public async Task Shows_the_columns_that_the_address_names_and_keeps_them_while_searching()
    {
        var (browser, scene, mine) = await EnterAsync(BuiltInRoles.Administrator);
        using (browser)
        {
            var page = await browser.GetAsync(scene.AddressOf(mine.Organization, "users?columns=Email"));
            Assert.Equal(["Name", "E-mail"], page.Html.QuerySelectorAll("thead th").SkipLast(1).Select(head => head.TextContent.Trim()));
            Assert.Equal("Email", page.Html.QuerySelector("form.filters input[name=columns]")!.GetAttribute("value"));
            var odd = await browser.GetAsync(scene.AddressOf(mine.Organization, "users?columns=Nothing"));
            Assert.Equal(6, odd.Html.QuerySelectorAll("thead th").Length);
        }
    }

    [Fact]
    public async Task Tells_of_one_event_beside_the_list_with_its_cure()
    {
        var (rig, application) = await shared.GetAsync();
        var (browser, scene, mine) = await EnterAsync(BuiltInRoles.Auditor);
        using (browser)
        using (var refused = rig.NewBrowser())
        {
            var mira = await mine.AddPersonAsync();
            await mine.ChangeAsync(settings => settings with { AuthorizedDomains = ["elsewhere.example"] });
            await Contoso.SignInAsync(refused, application.Begin(("organization", mine.Slug)), mira);
            var list = await browser.GetAsync(scene.AddressOf(mine.Organization, "audit?action=sign_in.refused"));
            var open = list.Html.QuerySelector("tbody td.open a")!.GetAttribute("href")!;
            var page = await browser.GetAsync(rig.Address + open);
            Assert.Contains("Authorized domains", page.Html.QuerySelector(".beside")!.TextContent, StringComparison.OrdinalIgnoreCase);
            var none = await browser.GetAsync(scene.AddressOf(mine.Organization, "audit?open=999999999999"));
            Assert.Null(none.Html.QuerySelector(".beside"));
        }
    }

    [Fact]
    public async Task Narrows_the_trail_to_days_and_to_a_person()
    {
        var (browser, scene, mine) = await EnterAsync(BuiltInRoles.Auditor);
        using (browser)
        {
            var (rig, _) = await shared.GetAsync();
            var today = rig.Clock.GetUtcNow().ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
            Assert.NotNull((await TrailAsync($"from={today}&until={today}")).Html.QuerySelector("tbody tr"));
            Assert.Null((await TrailAsync("until=2020-01-01")).Html.QuerySelector("tbody tr"));
            Assert.Null((await TrailAsync("from=9999-12-31")).Html.QuerySelector("tbody tr"));
            Assert.NotNull((await TrailAsync("from=yesterday&until=%ff&user=me&action=nonsense")).Html.QuerySelector("form.filters"));

            Task<Page> TrailAsync(string query) => browser.GetAsync(scene.AddressOf(mine.Organization, "audit?" + query));
        }
    }

    [Fact]
    [Trait("Security", "SEC-270")]
    [Trait("Security", "SEC-324")]
    public async Task Exports_the_trail_whole_without_formulas_and_writes_that_down_first()
    {
        var (rig, _) = await shared.GetAsync();
        var (browser, scene, mine) = await EnterAsync(BuiltInRoles.Administrator);
        using (browser)
        {
            await mine.AddAccountAsync("=cmd|calc", null);
            var form = await browser.GetAsync(scene.AddressOf(mine.Organization, "audit/export?action=user."));
            var csv = await ConsoleForm.SubmitAsync(browser, form, new() { ["format"] = "csv" });
            Assert.StartsWith("text/csv", csv.Headers["Content-Type"], StringComparison.Ordinal);
            Assert.Contains(",'=cmd|calc,", csv.Body, StringComparison.Ordinal);
            var json = await ConsoleForm.SubmitAsync(browser, form, new() { ["format"] = "json" });
            var rows = await rig.Get<AuditReader>()
                .ListAsync(mine.Organization.Id, new(Action: "user.", Limit: AuditReader.MaxLimit), default);
            Assert.Equal(rows.Count, json.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
            Assert.Equal(
                rows.Count + 1,
                Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(csv.Body)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length
            );
            Assert.Equal(2, (await mine.Rows.AuditAsync("audit.exported")).Count);
        }
    }

    private async Task<(HttpBrowser Browser, ConsoleScene Scene, Contoso Room)> EnterAsync(string role)
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var scene = new ConsoleScene(rig);
        return (await scene.EnterAsync(contoso.Organization.Id, role), scene, contoso);
    }
}

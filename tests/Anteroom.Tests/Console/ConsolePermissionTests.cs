using System.Net;
using Anteroom.Harness;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Connections;
using Anteroom.Server.Console.Access;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Provisioning;
using Anteroom.Tests.EndToEnd;

namespace Anteroom.Tests.Console;

/// <summary>Role by operation, both ways, made from the pages that there are; and nobody sees another organization (SEC-261, SEC-262).</summary>
public sealed class ConsolePermissionTests(SharedRig shared)
{
    /// <summary>Pages before anybody is known, and those for everybody who is in; each with its reason in the code.</summary>
    private static readonly HashSet<string> WithoutOperation =
    [
        "GET /console/sign-in",
        "GET /console/arrive",
        "GET /console/owner",
        "POST /console/owner",
        "POST /console/owner/passkey",
        "POST /console/owner/passkey/options",
        "GET /console",
        "GET /console/sign-out",
        "GET /console/confirmed",
        "GET /console/search",
        "GET /console/help",
    ];

    [Fact]
    [Trait("Security", "SEC-262")]
    public async Task Names_an_operation_of_the_table_on_every_page()
    {
        var (rig, _) = await shared.GetAsync();
        var pages = Pages(rig).ToList();
        Assert.True(pages.Count > 25);
        Assert.Equal(
            WithoutOperation.Order(StringComparer.Ordinal),
            pages.Where(page => page.Operation is null).Select(page => $"{page.Method} {page.Path}").Order(StringComparer.Ordinal)
        );
        Assert.All(pages.Where(page => page.Operation is not null), page => Assert.Contains(page.Operation!, Operations.Table.Keys));
    }

    [Theory]
    [Trait("Security", "SEC-262")]
    [Trait("Security", "SEC-263")]
    [InlineData(BuiltInRoles.Administrator)]
    [InlineData(BuiltInRoles.Auditor)]
    [InlineData(BuiltInRoles.Manager)]
    public async Task Opens_to_a_role_exactly_what_the_table_gives_it(string role)
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var scene = new ConsoleScene(rig);
        var user = await scene.AddAsync(contoso.Organization.Id, role);
        using var browser = await scene.BrowserOfAsync(user);
        var token = Token(await browser.GetAsync(scene.Address + "/sign-out"));
        var held = user.Role.Permissions.ToHashSet(StringComparer.Ordinal);

        var opened = 0;
        foreach (var page in Pages(rig).Where(page => page.Operation is not null))
        {
            var address = rig.Address + Fill(page.Path, contoso.Slug);
            var answer = page.Method == "GET" ? await browser.GetAsync(address) : await browser.PostAsync(address, [token]);
            var missing = Operations.Missing(page.Operation, held, isPlatform: false);
            Assert.True(
                missing is null ? answer.Reason != "forbidden" : answer.Reason == "forbidden",
                $"{role}: {page.Method} {page.Path} ({page.Operation}) answered {(int)answer.Status} {answer.Reason}, missing: {missing ?? "nothing"}"
            );
            opened += missing is null ? 1 : 0;
        }
        Assert.InRange(opened, 1, Pages(rig).Count() - 1);
        var refused = await contoso.Rows.AuditAsync("console.refused");
        Assert.All(refused, row => Assert.Equal("forbidden", row.Reason));
        Assert.NotEmpty(refused);
    }

    [Fact]
    [Trait("Security", "SEC-261")]
    public async Task Shows_nothing_of_another_organization_not_even_that_it_is_there()
    {
        var (rig, _) = await shared.GetAsync();
        var (mine, theirs) = (await Contoso.CreateAsync(rig), await Contoso.CreateAsync(rig));
        var scene = new ConsoleScene(rig);
        var ids = await IdsAsync(rig, theirs, await scene.AddAsync(theirs.Organization.Id, BuiltInRoles.Member));
        using var browser = await scene.EnterAsync(mine.Organization.Id, BuiltInRoles.Administrator);
        var token = Token(await browser.GetAsync(scene.Address + "/sign-out"));

        foreach (var page in Pages(rig).Where(page => page.Path.Contains("{slug}", StringComparison.Ordinal)))
        {
            var id = ids.GetValueOrDefault(page.Path.Split('/') is [_, _, _, _, var kind, ..] ? kind : "", "none");
            var theirPage = await AskAsync(Fill(page.Path, theirs.Slug, id));
            var absent = await AskAsync(Fill(page.Path, "no-such-organization", id));
            Assert.Equal(HttpStatusCode.NotFound, theirPage.Status);
            Assert.Equal(absent.Status, theirPage.Status);
            Assert.Equal(absent.Body, theirPage.Body);
            // In my own rooms somebody else's id names nobody either; what is the operators' alone is refused before anybody is looked for.
            var isMine = Operations.Missing(page.Operation, Permissions.OfOrganizations.ToHashSet(), isPlatform: false) is null;
            if (isMine && page.Path.Contains("{id}", StringComparison.Ordinal))
            {
                Assert.NotEqual("none", id);
                var foreign = await AskAsync(Fill(page.Path, mine.Slug, id));
                var nobody = await AskAsync(
                    Fill(page.Path, mine.Slug, Identifiers.Format(id.Split('_')[0], Identifiers.NewUuid(rig.Clock)))
                );
                Assert.True(foreign.Status == HttpStatusCode.NotFound, $"{page.Method} {page.Path}: {foreign.Status}");
                Assert.Equal((nobody.Status, nobody.Reason), (foreign.Status, foreign.Reason));
            }

            async Task<Page> AskAsync(string path) =>
                page.Method == "GET" ? await browser.GetAsync(rig.Address + path) : await browser.PostAsync(rig.Address + path, [token]);
        }
    }

    [Fact]
    [Trait("Security", "SEC-262")]
    public async Task Tells_on_the_overview_of_nothing_that_the_reader_may_not_open()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, new() { State = ConnectionState.Draft });
        var organization = contoso.Organization.Id;
        var everything = new Administrator(Permissions.OfOrganizations.ToHashSet(), AnteroomRig.Desk);
        var office = new RoleDraft("Office", [Permissions.OrganizationRead], Channels.All);
        Assert.True((await rig.Get<ChangeRoles>().CreateAsync(organization, "office", office, everything, default)).TryGet(out _, out _));
        await using (var tx = await rig.Database.BeginAsync(organization, default))
        {
            await rig.Get<ApiKeys>()
                .CreateAsync(tx, "Payroll robot", [Permissions.UsersRead], TimeSpan.FromDays(5), AnteroomRig.Desk, default);
            await tx.CommitAsync(default);
        }
        var scene = new ConsoleScene(rig);
        using var administrator = await scene.EnterAsync(organization, BuiltInRoles.Administrator);
        using var clerk = await scene.BrowserOfAsync(await scene.AddAsync(organization, "office"));

        var whole = (await administrator.GetAsync(scene.AddressOf(contoso.Organization))).Text;
        var part = (await clerk.GetAsync(scene.AddressOf(contoso.Organization))).Text;
        foreach (var words in (string[])["Payroll robot", "No connection is active"])
        {
            Assert.Contains(words, whole, StringComparison.Ordinal);
            Assert.DoesNotContain(words, part, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Trait("Security", "SEC-324")]
    public async Task Lets_an_operator_enter_an_organization_only_visibly()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var scene = new ConsoleScene(rig);
        using var operatorBrowser = await scene.EnterAsync(OrganizationId.Platform, BuiltInRoles.Administrator);
        var users = scene.AddressOf(contoso.Organization, "users");

        var door = await operatorBrowser.GetAsync(users);
        Assert.Null(door.Html.QuerySelector("table"));
        var inside = await operatorBrowser.PostAsync(
            rig.Address + door.Html.QuerySelector("main form")!.GetAttribute("action"),
            [Token(door), new("return", new Uri(users).PathAndQuery)]
        );

        Assert.Equal(users, inside.Address.AbsoluteUri);
        Assert.NotNull(inside.Html.QuerySelector(".visit"));
        var entered = Assert.Single(await contoso.Rows.AuditAsync("console.operator_entered"));
        Assert.Equal("user", entered.ActorKind);

        var leave = inside.Html.QuerySelector(".visit form")!;
        await operatorBrowser.PostAsync(rig.Address + leave.GetAttribute("action"), [Token(inside)]);
        Assert.Null((await operatorBrowser.GetAsync(users)).Html.QuerySelector("table"));
        Assert.Single(await contoso.Rows.AuditAsync("console.operator_left"));
    }

    /// <summary>One thing of each kind that pages name by an id, under the word in its address.</summary>
    private static async Task<Dictionary<string, string>> IdsAsync(AnteroomRig rig, Contoso theirs, User user)
    {
        var organization = theirs.Organization.Id;
        var made = await rig.Get<Groups>().CreateAsync(organization, "Theirs", AnteroomRig.Desk, default);
        var registered = await rig.Get<ApplicationRegistry>()
            .RegisterAsync(
                organization,
                new()
                {
                    Name = "Theirs",
                    Protocol = "oidc",
                    ClientKind = "confidential",
                    RedirectUris = ["https://theirs.example/cb"],
                },
                AnteroomRig.Desk,
                default
            );
        Assert.True(made.TryGet(out var group, out _));
        Assert.True(registered.TryGet(out var application, out _));
        await using var tx = await rig.Database.BeginAsync(organization, default);
        var (key, _) = await rig.Get<ApiKeys>()
            .CreateAsync(tx, "Theirs", [Permissions.UsersRead], TimeSpan.FromDays(1), AnteroomRig.Desk, default);
        await tx.CommitAsync(default);
        return new()
        {
            ["users"] = user.Id.ToString(),
            ["connections"] = theirs.Connection.Id.ToString(),
            ["groups"] = Identifiers.Format(Groups.IdPrefix, group.Id),
            ["applications"] = application.Application.Id.ToString(),
            ["api-keys"] = Identifiers.Format(ApiKeys.IdPrefix, key.Id),
        };
    }

    private static KeyValuePair<string, string> Token(Page page)
    {
        var field = page.Html.QuerySelector("form[method=post] input[type=hidden]")!;
        return new(field.GetAttribute("name")!, field.GetAttribute("value")!);
    }

    private static string Fill(string path, string slug, string id = "usr_none") =>
        path.Replace("{slug}", slug, StringComparison.Ordinal)
            .Replace("{id}", id, StringComparison.Ordinal)
            .Replace("{user}", id, StringComparison.Ordinal)
            .Replace("{secret}", "sec_none", StringComparison.Ordinal)
            .Replace("{binding}", "tnb_none", StringComparison.Ordinal)
            .Replace("{key}", "no-such-role", StringComparison.Ordinal)
            .Replace("{name}", "absent.example", StringComparison.Ordinal);

    private sealed record ConsolePage(string Method, string Path, string? Operation);

    private static IEnumerable<ConsolePage> Pages(AnteroomRig rig) =>
        from endpoint in rig.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        let path = "/" + endpoint.RoutePattern.RawText!.Trim('/')
        where path == "/console" || path.StartsWith("/console/", StringComparison.Ordinal)
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
        select new ConsolePage(method, path, endpoint.Metadata.GetMetadata<ConsoleOperation>()?.Name);
}

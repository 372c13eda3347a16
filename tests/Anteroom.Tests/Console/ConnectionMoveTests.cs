using System.Net;
using Anteroom.Harness;
using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Tests.EndToEnd;

namespace Anteroom.Tests.Console;

/// <summary>The buttons that move a connection through its life: none does what nobody has seen.</summary>
public sealed class ConnectionMoveTests(SharedRig shared)
{
    [Fact]
    [Trait("Capability", "IMP-11")]
    public async Task An_operator_approves_what_they_have_seen_and_nothing_else()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, new() { State = ConnectionState.Draft });
        await contoso.ChangeAsync(organization =>
            organization with
            {
                Settings = organization.Settings with { SelfServiceActivation = false },
            }
        );
        await contoso.MoveAsync(ConnectionStep.Submit);
        var scene = new ConsoleScene(rig);
        using var operators = await scene.EnterAsync(OrganizationId.Platform, BuiltInRoles.Administrator);
        await ConsoleForm.SubmitAsync(operators, await operators.GetAsync(scene.AddressOf(contoso.Organization)));
        var address = scene.AddressOf(contoso.Organization, $"connections/{contoso.Connection.Id}");
        var seen = await operators.GetAsync(address);

        await contoso.ChangeAsync(settings => settings with { AuthorizedDomains = ["elsewhere.example"] });
        var refused = await ConsoleForm.SubmitAsync(operators, seen, selector: "main form[action$='/approve']");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("elsewhere.example", refused.Text, StringComparison.Ordinal); // as it is now
        Assert.Equal(ConnectionState.Submitted, await StateAsync(rig, contoso));

        await ConsoleForm.SubmitAsync(operators, refused, selector: "main form[action$='/approve']");
        Assert.Equal(ConnectionState.Testing, await StateAsync(rig, contoso));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Submitting_is_offered_where_somebody_has_to_approve(bool isSelfService)
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, new() { State = ConnectionState.Draft });
        await contoso.ChangeAsync(organization =>
            organization with
            {
                Settings = organization.Settings with { SelfServiceActivation = isSelfService },
            }
        );
        var scene = new ConsoleScene(rig);
        using var browser = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        var page = await browser.GetAsync(scene.AddressOf(contoso.Organization, $"connections/{contoso.Connection.Id}"));
        Assert.Equal(isSelfService, page.Html.QuerySelector("main form[action$='/submit']") is null);
    }

    [Fact]
    public async Task Disabling_is_asked_back_with_its_consequence()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var scene = new ConsoleScene(rig);
        using var browser = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        var page = await browser.GetAsync(scene.AddressOf(contoso.Organization, $"connections/{contoso.Connection.Id}"));
        Assert.Null(page.Html.QuerySelector("main form[action$='/disable']"));

        var question = await browser.ClickAsync(page, "Disable");
        Assert.Contains(
            "Nobody comes in by this connection",
            question.Html.QuerySelector(".consequences")!.TextContent,
            StringComparison.Ordinal
        );
        Assert.Equal(ConnectionState.Active, await StateAsync(rig, contoso));

        await ConsoleForm.SubmitAsync(browser, question);
        Assert.Equal(ConnectionState.Disabled, await StateAsync(rig, contoso));
    }

    [Fact]
    [Trait("Capability", "IMP-12")]
    public async Task A_list_of_testers_without_end_is_refused_before_anybody_is_looked_for()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var scene = new ConsoleScene(rig);
        using var browser = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        var form = await browser.GetAsync(scene.AddressOf(contoso.Organization, $"connections/{contoso.Connection.Id}/testers"));

        var lines = string.Join('\n', Enumerable.Range(0, Testers.Most + 1).Select(number => $"nobody-{number}"));
        var refused = await ConsoleForm.SubmitAsync(browser, form, new() { ["testers"] = lines });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("100 testers at most", refused.Text, StringComparison.Ordinal);
    }

    private static async Task<ConnectionState> StateAsync(AnteroomRig rig, Contoso contoso) =>
        (await rig.Get<ConnectionStore>().FindAsync(contoso.Organization.Id, contoso.Connection.Id, default))!.State;
}

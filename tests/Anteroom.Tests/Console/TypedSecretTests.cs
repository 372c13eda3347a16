using System.Net;
using Anteroom.Harness;
using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Tests.EndToEnd;

namespace Anteroom.Tests.Console;

/// <summary>A form that comes back never holds the secret that was typed, and says so: otherwise the next "Save" would keep the old one, and nobody would notice (issue 6: nothing is lost).</summary>
public sealed class TypedSecretTests(SharedRig shared)
{
    private const string Typed = "another~secret-of-contoso-Zq7w";

    private sealed record Desk(AnteroomRig Rig, Contoso Contoso, HttpBrowser Browser, string Address) : IDisposable
    {
        public Task<Page> OpenAsync() => Browser.GetAsync(Address);

        public async Task<Connection> ReadAsync() =>
            (await Rig.Get<ConnectionStore>().FindAsync(Contoso.Organization.Id, Contoso.Connection.Id, default))!;

        public void Dispose() => Browser.Dispose();
    }

    private async Task<Desk> SitDownAsync()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var scene = new ConsoleScene(rig);
        var browser = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        return new(rig, contoso, browser, scene.AddressOf(contoso.Organization, $"connections/{contoso.Connection.Id}/edit"));
    }

    [Fact]
    [Trait("Security", "SEC-267")]
    public async Task Who_merges_types_it_again_and_nothing_of_either_is_lost()
    {
        using var desk = await SitDownAsync();
        var mine = await desk.OpenAsync();
        await ConsoleForm.SubmitAsync(desk.Browser, await desk.OpenAsync(), new() { ["authorizedDomains"] = "theirs.example" });

        var asked = await ConsoleForm.SubmitAsync(desk.Browser, mine, new() { ["clientSecret"] = Typed });
        Assert.Equal(HttpStatusCode.Conflict, asked.Status);
        AssertAskedAgain(asked);
        await ConsoleForm.SubmitAsync(desk.Browser, asked, new() { ["clientSecret"] = Typed });

        var saved = await desk.ReadAsync();
        Assert.Equal(("Zq7w", "theirs.example"), (saved.SecretLast4, Assert.Single(saved.Settings.AuthorizedDomains)));
        Assert.Equal(Typed, (await desk.Rig.Get<ConnectionStore>().ClientSecretAsync(saved, default))!.Reveal());
    }

    [Fact]
    public async Task Who_typed_none_is_asked_for_none()
    {
        using var desk = await SitDownAsync();
        var mine = await desk.OpenAsync();
        await ConsoleForm.SubmitAsync(desk.Browser, await desk.OpenAsync(), new() { ["authorizedDomains"] = "theirs.example" });

        var asked = await ConsoleForm.SubmitAsync(desk.Browser, mine, new() { ["name"] = "Mine" });
        Assert.Null(asked.Html.QuerySelector("input[type=password]"));
        await ConsoleForm.SubmitAsync(desk.Browser, asked);
        Assert.Equal(desk.Contoso.Connection.SecretLast4, (await desk.ReadAsync()).SecretLast4);
    }

    [Fact]
    [Trait("Security", "SEC-041")]
    public async Task Who_proves_who_they_are_meanwhile_types_it_again()
    {
        using var desk = await SitDownAsync();
        var mine = await desk.OpenAsync();
        await desk
            .Rig.Database.In(desk.Contoso.Organization.Id)
            .ExecuteAsync(
                "UPDATE console_sessions SET authenticated_at = authenticated_at - interval '6 minutes' WHERE organization_id = @organization",
                null,
                default
            );

        var asked = await ConsoleForm.SubmitAsync(desk.Browser, mine, new() { ["clientSecret"] = Typed });

        Assert.NotNull(asked.Html.QuerySelector("main a[href*='fresh=yes'][target=_blank]"));
        AssertAskedAgain(asked);
    }

    [Theory]
    [InlineData("connections/new")]
    [InlineData("connections/new-oidc")]
    [InlineData("protection")]
    public async Task Who_typed_something_else_wrong_types_it_again(string page)
    {
        using var desk = await SitDownAsync();
        var form = await desk.Browser.GetAsync(new ConsoleScene(desk.Rig).AddressOf(desk.Contoso.Organization, page));

        var asked = await ConsoleForm.SubmitAsync(
            desk.Browser,
            form,
            new() { ["authorizedDomains"] = "not-a-domain", ["clientSecret"] = Typed }
        );

        AssertAskedAgain(asked);
    }

    private static void AssertAskedAgain(Page page)
    {
        Assert.DoesNotContain(Typed, page.Body, StringComparison.Ordinal);
        var field = page.Html.QuerySelector("input[name=clientSecret][type=password][aria-invalid=true]")!;
        Assert.NotNull(field);
        Assert.Contains("Type it again", field.ParentElement!.TextContent, StringComparison.Ordinal);
        Assert.Equal("typed", field.Closest("form")!.GetAttribute("data-guard")); // leaving it now would lose the rest as well
    }
}

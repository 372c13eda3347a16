using System.Net;
using Anteroom.Harness;
using Anteroom.Protocols.Images;
using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Tests.EndToEnd;
using Anteroom.Tests.Protocols.Images;

namespace Anteroom.Tests.Console;

/// <summary>An organization's colour and picture: set in the console, shown at sign-in (SEC-017).</summary>
[Trait("Security", "SEC-017")]
public sealed class BrandingTests(SharedRig shared)
{
    private static readonly byte[] Picture = PngFiles.Of(
        PngFiles.Header(2, 1, 8, 2),
        PngFiles.Chunk("tEXt", [.. "Comment\0canary"u8]),
        PngFiles.Rows(0, 200, 30, 30, 30, 30, 200),
        PngFiles.End
    );

    private sealed record Scene(AnteroomRig Rig, RelyingParty Application, Contoso Contoso, ConsoleScene Console, HttpBrowser Browser)
        : IDisposable
    {
        public string Address => Console.AddressOf(Contoso.Organization, "branding");

        public async Task<Branding> ReadAsync() =>
            (await Rig.Get<OrganizationDirectory>().ReadAsync(Contoso.Organization.Id, default))!.Settings.Branding;

        public async Task<Page> SendFileAsync(byte[] file)
        {
            var page = await Browser.GetAsync(Address);
            var form = page.Html.QuerySelector("form[enctype='multipart/form-data']")!;
            var token = form.QuerySelector("input[type=hidden]")!;
            return await Browser.PostFileAsync(
                new Uri(page.Address, form.GetAttribute("action")!).AbsoluteUri,
                [new(token.GetAttribute("name")!, token.GetAttribute("value")!)],
                "logo",
                file
            );
        }

        /// <summary>The page that asks a person of the organization for the way to sign in.</summary>
        public async Task<Page> SignInPageAsync()
        {
            var policy = SignInPolicy.Default with { AllowPasswords = true }; // with two ways in, a page asks which
            var id = Contoso.Organization.Id;
            Assert.True(
                (await Rig.Get<ChangeSignInPolicy>().HandleAsync(id, null, policy, AnteroomRig.Desk, default)).TryGet(
                    out _,
                    out var refusal
                ),
                refusal?.Detail
            );
            await Rig.HeardAsync(id);
            using var stranger = Rig.NewBrowser();
            return await stranger.GetAsync(Application.Begin(("organization", Contoso.Slug)).Address.AbsoluteUri);
        }

        public void Dispose() => Browser.Dispose();
    }

    private async Task<Scene> SetAsync(string role = BuiltInRoles.Administrator)
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var console = new ConsoleScene(rig);
        return new(rig, application, contoso, console, await console.EnterAsync(contoso.Organization.Id, role));
    }

    [Fact]
    public async Task A_colour_is_looked_at_saved_and_then_shown_to_people()
    {
        using var scene = await SetAsync();
        var page = await scene.Browser.GetAsync(scene.Address);

        var preview = await ConsoleForm.SubmitAsync(
            scene.Browser,
            page,
            new()
            {
                ["ownAccent"] = "on",
                ["accent"] = "#ffd500",
                ["preview"] = "yes",
            }
        );
        Assert.Contains("#ffd500", preview.Html.QuerySelector("input[type=color]")!.GetAttribute("value"), StringComparison.Ordinal);
        Assert.Null((await scene.ReadAsync()).Accent); // only looked at

        var saved = await ConsoleForm.SubmitAsync(scene.Browser, page, new() { ["ownAccent"] = "on", ["accent"] = "#FFD500" });

        Assert.NotNull(saved.Html.QuerySelector("[role=status]"));
        Assert.Equal("#ffd500", (await scene.ReadAsync()).Accent);
        var shown = await scene.SignInPageAsync();
        var sheet = shown.Html.QuerySelectorAll("link[rel=stylesheet]").Select(link => link.GetAttribute("href")!).Last();
        Assert.Equal("/branding/accent/ffd500.css", sheet);
        var css = await scene.Browser.GetAsync(scene.Rig.Address + sheet);
        Assert.StartsWith("text/css", css.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.Contains("immutable", css.Headers["Cache-Control"], StringComparison.Ordinal);
        Assert.Single(await scene.Contoso.Rows.AuditAsync("organization.branding_updated"));

        var without = await ConsoleForm.SubmitAsync(
            scene.Browser,
            await scene.Browser.GetAsync(scene.Address),
            new() { ["ownAccent"] = "" }
        );
        Assert.NotNull(without.Html.QuerySelector("[role=status]"));
        Assert.Null((await scene.ReadAsync()).Accent);
    }

    [Fact]
    public async Task A_picture_is_made_anew_and_shown_from_a_place_where_nothing_can_run()
    {
        using var scene = await SetAsync();

        var saved = await scene.SendFileAsync(Picture);

        Assert.NotNull(saved.Html.QuerySelector("[role=status]"));
        var shown = await scene.SignInPageAsync();
        var address = shown.Html.QuerySelector("header img.logo")!.GetAttribute("src")!;
        using var http = new HttpClient { BaseAddress = new Uri(scene.Rig.Address) };
        using var answer = await http.GetAsync(address, TestContext.Current.CancellationToken);
        var content = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal("image/png", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("inline; filename=\"logo.png\"", answer.Content.Headers.ContentDisposition!.ToString());
        Assert.Equal("sandbox; default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("cross-origin", answer.Headers.GetValues("Cross-Origin-Resource-Policy").Single());
        Assert.DoesNotContain("canary", System.Text.Encoding.Latin1.GetString(content), StringComparison.Ordinal);
        Assert.True(PngReader.Read(content, 2048).TryGet(out var picture, out _));
        Assert.Equal([200, 30, 30, 255, 30, 30, 200, 255], picture.Pixels);

        // Under another organization's id it is not there, nor is any other name.
        var other = (await Contoso.CreateAsync(scene.Rig)).Organization.Id;
        foreach (
            var wrong in new[]
            {
                address.Replace(scene.Contoso.Organization.Id.ToString(), other.ToString(), StringComparison.Ordinal),
                address.Replace(scene.Contoso.Organization.Id.ToString(), "org_x", StringComparison.Ordinal),
                address[..^5] + (address[^5] == '0' ? "1.png" : "0.png"),
                "/branding/accent/red.css",
            }
        )
            Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(wrong, TestContext.Current.CancellationToken)).StatusCode);

        var removed = await ConsoleForm.SubmitAsync(
            scene.Browser,
            await scene.Browser.GetAsync(scene.Address),
            selector: "form[action$='logo/remove']"
        );
        Assert.NotNull(removed.Html.QuerySelector("[role=status]"));
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(address, TestContext.Current.CancellationToken)).StatusCode);
    }

    public static TheoryData<string, byte[]> WrongFiles() =>
        new()
        {
            { "no PNG", [.. "<svg xmlns='http://www.w3.org/2000/svg'/>"u8] },
            { "damaged", Picture[..^20] },
            { "pixels", PngFiles.Of(PngFiles.Header(2049, 1, 8, 0), PngFiles.Rows(0), PngFiles.End) },
            { "KB", [.. Picture, .. new byte[256 * 1024]] },
            { "KB", [] },
        };

    [Theory]
    [MemberData(nameof(WrongFiles))]
    public async Task Tells_why_a_file_is_not_taken(string words, byte[] file)
    {
        using var scene = await SetAsync();

        var refused = await scene.SendFileAsync(file);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains(words, refused.Html.QuerySelector("[role=alert]")!.TextContent, StringComparison.Ordinal);
        Assert.Null((await scene.ReadAsync()).Logo);
    }

    [Fact]
    [Trait("Security", "SEC-360")]
    public async Task A_form_that_is_far_too_long_is_not_read()
    {
        using var scene = await SetAsync();

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await scene.SendFileAsync(new byte[2 * 1024 * 1024])).Status);
    }

    [Fact]
    public async Task An_auditor_sees_it_and_changes_nothing()
    {
        using var scene = await SetAsync(BuiltInRoles.Auditor);
        var page = await scene.Browser.GetAsync(scene.Address);

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Null(page.Html.QuerySelector("input[type=file], input[type=color], main button[type=submit]"));
    }
}

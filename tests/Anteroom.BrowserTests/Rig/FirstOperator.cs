using Microsoft.Playwright;

namespace Anteroom.BrowserTests.Rig;

/// <summary>Whoever has opened the owner link in a browser with an authenticator, and is in the console of a demo of their own.</summary>
internal sealed class FirstOperator(IBrowserContext context, Visitor visitor, VirtualAuthenticator authenticator) : IAsyncDisposable
{
    public Visitor Visitor { get; } = visitor;

    public VirtualAuthenticator Authenticator { get; } = authenticator;

    /// <param name="look">At the page of the link.</param>
    public static async Task<FirstOperator> ComeInAsync(Sites sites, RunningDemo demo, Func<Visitor, Task> look)
    {
        var context = await sites.Browser.NewContextAsync(
            new()
            {
                ViewportSize = new() { Width = 1440, Height = 900 },
            }
        );
        context.SetDefaultTimeout(60_000);
        var page = await context.NewPageAsync();
        var visitor = new Visitor(demo.Endpoints, page);
        var authenticator = await VirtualAuthenticator.AddAsync(page);

        await page.GotoAsync(demo.Endpoints.OwnerLink);
        await look(visitor);
        await page.GetByLabel("Your e-mail address").FillAsync("ada@operator.example");
        await page.GetByLabel("Your name").FillAsync("Ada Lovelace");
        await visitor.Button("Make a passkey and go to the console").ClickAsync();
        await page.WaitForURLAsync(url =>
            new Uri(url).AbsolutePath.StartsWith("/console", StringComparison.Ordinal) && !url.Contains("/owner")
        );
        return new(context, visitor, authenticator);
    }

    public ValueTask DisposeAsync() => context.DisposeAsync();
}

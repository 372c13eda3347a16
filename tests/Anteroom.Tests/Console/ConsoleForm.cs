using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Anteroom.Harness;

namespace Anteroom.Tests.Console;

/// <summary>Fills a form of a page and presses its button, as a browser does.</summary>
internal static class ConsoleForm
{
    /// <param name="fill">What is typed or chosen, by the names of the fields; everything else stays as the page has it.</param>
    /// <param name="selector">Which form; the page's own, not those of the frame, where nothing is said.</param>
    public static Task<Page> SubmitAsync(
        HttpBrowser browser,
        Page page,
        Dictionary<string, string>? fill = null,
        string selector = "main form[method=post]:not(.toast-done form)"
    )
    {
        var form =
            (IHtmlFormElement?)page.Html.QuerySelector(selector)
            ?? throw new InvalidOperationException($"{page.Address} has no form {selector}:\n{page.Text}");
        var pairs = form.Elements.SelectMany(Pairs).Where(pair => fill?.ContainsKey(pair.Key) != true).Concat(fill?.AsEnumerable() ?? []);
        return browser.PostAsync(new Uri(page.Address, form.GetAttribute("action") ?? page.Address.PathAndQuery).AbsoluteUri, pairs);
    }

    private static IEnumerable<KeyValuePair<string, string>> Pairs(IElement element) =>
        element switch
        {
            IHtmlInputElement { Type: "checkbox" or "radio", IsChecked: false } => [],
            IHtmlInputElement { Name.Length: > 0 } input => [new(input.Name!, input.Value)],
            IHtmlTextAreaElement { Name.Length: > 0 } area => [new(area.Name!, area.Value)],
            IHtmlSelectElement { Name.Length: > 0 } select => [new(select.Name!, select.Value ?? "")],
            _ => [],
        };
}

using System.Net;
using System.Text.RegularExpressions;

namespace Anteroom.Bench.Stage;

/// <summary>A page with a form, in the browser that it was shown to: Anteroom's, which asks for company code, user name or e-mail address, or the emulator's.</summary>
internal sealed partial class SignInPage
{
    private readonly Browser _browser;
    private readonly string _action;
    private readonly List<KeyValuePair<string, string>> _hidden;

    public SignInPage(Uri address, string html, Browser browser)
    {
        _browser = browser;
        var action = FormAction().Match(html);
        if (!action.Success)
            throw new BenchException("The sign-in page has no form.");
        _action = new Uri(address, WebUtility.HtmlDecode(action.Groups[1].Value)).AbsoluteUri;
        _hidden =
        [
            .. HiddenField()
                .Matches(html)
                .Select(field => new KeyValuePair<string, string>(
                    WebUtility.HtmlDecode(field.Groups[1].Value),
                    WebUtility.HtmlDecode(field.Groups[2].Value)
                )),
        ];
    }

    /// <summary>What comes after the form, filled in with these fields.</summary>
    public Task<Answer> SubmitAsync(params IEnumerable<KeyValuePair<string, string>> fields) =>
        _browser.SubmitAsync(_action, [.. _hidden, .. fields]);

    [GeneratedRegex("""<form method="post" action="([^"]*)""")]
    private static partial Regex FormAction();

    [GeneratedRegex("""<input type="hidden" name="([^"]*)" value="([^"]*)"(?: /)?>""")]
    private static partial Regex HiddenField();
}

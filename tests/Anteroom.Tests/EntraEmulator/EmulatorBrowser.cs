using System.Net;
using System.Text.RegularExpressions;

namespace Anteroom.Tests.EntraEmulator;

/// <summary>A browser without script: cookies, forms, no automatic redirects.</summary>
internal sealed partial class EmulatorBrowser : IDisposable
{
    private readonly HttpClient _client;

    public EmulatorBrowser(Uri server)
    {
        Cookies = new CookieContainer();
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = Cookies }) { BaseAddress = server };
    }

    public CookieContainer Cookies { get; }

    public async Task<Page> OpenAsync(string url) => await Page.ReadAsync(await _client.GetAsync(url));

    /// <summary>Presses a button of the page's first form: its hidden fields and what the person fills in.</summary>
    public async Task<Page> SubmitAsync(Page page, params (string Name, string Value)[] fields)
    {
        var form = FormTag().Match(page.Html);
        Assert.True(form.Success, $"There is no form in: {page.Html}");
        var body = page.Html[form.Index..];
        body = body[..body.IndexOf("</form>", StringComparison.Ordinal)];
        var values = HiddenField()
            .Matches(body)
            .Select(match =>
                KeyValuePair.Create(WebUtility.HtmlDecode(match.Groups[1].Value), WebUtility.HtmlDecode(match.Groups[2].Value))
            );
        var all = values.Concat(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        return await PostAsync(WebUtility.HtmlDecode(form.Groups[1].Value), [.. all.Select(pair => (pair.Key, pair.Value))]);
    }

    public async Task<Page> PostAsync(string url, params (string Name, string Value)[] fields) =>
        await Page.ReadAsync(
            await _client.PostAsync(url, new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))))
        );

    public Task<Page> UserNameAsync(Page page, string name) => SubmitAsync(page, ("loginfmt", name), ("step", "username"));

    public Task<Page> PasswordAsync(Page page, string password) => SubmitAsync(page, ("passwd", password), ("step", "password"));

    /// <summary>User name, password, and back at the application: what it received.</summary>
    public async Task<IReadOnlyDictionary<string, string>> SignInAsync(string url, string name, string password) =>
        (await EnterAsync(url, name, password)).Reply();

    public async Task<Page> EnterAsync(string url, string name, string password) =>
        await PasswordAsync(await UserNameAsync(await OpenAsync(url), name), password);

    public void Dispose() => _client.Dispose();

    [GeneratedRegex("<form method=\"post\"[^>]*action=\"([^\"]*)\"")]
    private static partial Regex FormTag();

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\"")]
    private static partial Regex HiddenField();

    internal sealed partial record Page(HttpStatusCode Status, string? Location, string Html, IReadOnlyDictionary<string, string> Headers)
    {
        public static async Task<Page> ReadAsync(HttpResponseMessage response)
        {
            using (response)
            {
                var html = await response.Content.ReadAsStringAsync();
                var headers = response
                    .Headers.Concat(response.Content.Headers)
                    .ToDictionary(pair => pair.Key, pair => string.Join(", ", pair.Value), StringComparer.OrdinalIgnoreCase);
                return new Page(response.StatusCode, response.Headers.Location?.OriginalString, html, headers);
            }
        }

        /// <summary>The visible sentence with entities decoded.</summary>
        public string Text => WebUtility.HtmlDecode(Html);

        public string Heading => WebUtility.HtmlDecode(HeadingTag().Match(Html).Groups[1].Value);

        /// <summary>The parameters of a redirect to the application, from query or fragment.</summary>
        public IReadOnlyDictionary<string, string> Reply()
        {
            Assert.True(Location is not null, $"No redirect but {Status}: {Html}");
            var at = Location.IndexOfAny(['?', '#']);
            return Location[(at + 1)..]
                .Split('&')
                .Select(pair => pair.Split('=', 2))
                .ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]));
        }

        [GeneratedRegex("<h1>(.*?)</h1>")]
        private static partial Regex HeadingTag();
    }
}

using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace Anteroom.Harness;

/// <summary>One answer with the address that gave it.</summary>
public sealed record Page(Uri Address, HttpStatusCode Status, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public IHtmlDocument Html { get; } = new HtmlParser().ParseDocument(Body);

    public string? Location => Headers.GetValueOrDefault("Location");

    /// <summary>Where a page goes on by itself at once.</summary>
    public string? Refresh =>
        Headers.GetValueOrDefault("Refresh") is { } refresh && refresh.StartsWith(AtOnce, StringComparison.Ordinal)
            ? refresh[AtOnce.Length..]
            : null;

    private const string AtOnce = "0; url=";

    /// <summary>What a person reads.</summary>
    public string Text => Html.Body?.TextContent ?? Body;

    /// <summary>The reason code that a problem page shows for quoting; null on any other page.</summary>
    public string? Reason => Html.QuerySelector("dl.quote div:nth-child(1) code")?.TextContent;

    /// <summary>The correlation id that a problem page shows for quoting.</summary>
    public string? CorrelationId => Html.QuerySelector("dl.quote div:nth-child(2) code")?.TextContent;

    /// <summary>The parameters of the address that a redirect leads to; none where nothing is redirected.</summary>
    public IReadOnlyDictionary<string, string> Answer =>
        Location is null ? new Dictionary<string, string>() : Queries.Read(new Uri(Address, Location));

    /// <summary>Whether it is the page by which Entra posts its answer (<c>response_mode=form_post</c>).</summary>
    public bool IsPostedAnswer => Html.QuerySelector("form[name=hiddenform]") is not null;

    public IHtmlFormElement Form =>
        Html.QuerySelector<IHtmlFormElement>("form") ?? throw new InvalidOperationException($"No form on {Address}: {Text}");
}

/// <summary>A browser without script: cookies, redirects one at a time, forms. What it asked and was told is kept.</summary>
/// <remarks>Cookies belong to a host whatever its port, as in browsers; Secure ones also travel to loopback over http.</remarks>
public sealed class HttpBrowser : IDisposable
{
    private const int MostRedirects = 25;

    // One pool for all browsers: cookies are ours, so nothing of one reaches another.
    // The emulator's certificates come from an authority that it makes itself.
#pragma warning disable CA5359
    private static readonly HttpMessageInvoker Shared = new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(10),
            Expect100ContinueTimeout = TimeSpan.FromSeconds(30), // a busy server says later than after a second whether it wants a body
            MaxConnectionsPerServer = 2_000, // ten thousand people at once are more than one process may have files open
            SslOptions = { RemoteCertificateValidationCallback = static (_, _, _, _) => true },
        }
    );
#pragma warning restore CA5359

    private readonly HttpMessageInvoker _http;
    private readonly bool _isOwn;
    private readonly Dictionary<(string Host, string Name), string> _cookies = [];

    public HttpBrowser(HttpMessageHandler? handler = null) =>
        (_http, _isOwn) = handler is null ? (Shared, false) : (new HttpMessageInvoker(handler), true);

    /// <summary>Where an address is really answered, e.g. by which of several nodes; null leaves it as it is. The Host header stays.</summary>
    public Func<Uri, Uri?>? Route { get; set; }

    /// <summary>Every address asked, in order.</summary>
    public List<Uri> Visited { get; } = [];

    /// <summary>Every Set-Cookie header received, for tests of flags.</summary>
    public List<string> SetCookies { get; } = [];

    /// <summary>Where following redirects stops, because nobody listens there: the application's redirect URI.</summary>
    public string? StopAt { get; set; }

    /// <summary>Sent along when set, e.g. to stand for another site.</summary>
    public Dictionary<string, string> ExtraHeaders { get; } = [];

    public bool HasCookie(string nameContains) => _cookies.Keys.Any(cookie => cookie.Name.Contains(nameContains, StringComparison.Ordinal));

    public IReadOnlyDictionary<(string Host, string Name), string> Cookies => _cookies;

    public void SetCookie(string host, string name, string value) => _cookies[(host, name)] = value;

    public void ForgetCookies() => _cookies.Clear();

    /// <summary>Another browser that holds the same cookies now.</summary>
    public HttpBrowser Clone()
    {
        var clone = new HttpBrowser { StopAt = StopAt, Route = Route };
        foreach (var (key, value) in _cookies)
            clone._cookies[key] = value;
        foreach (var (name, value) in ExtraHeaders)
            clone.ExtraHeaders[name] = value;
        return clone;
    }

    public Task<Page> GetAsync(string address, bool follow = true) => SendAsync(HttpMethod.Get, new Uri(address), content: null, follow);

    public Task<Page> PostAsync(string address, IEnumerable<KeyValuePair<string, string>> form, bool follow = true) =>
        SendAsync(HttpMethod.Post, new Uri(address), form, follow);

    /// <summary>Fills the page's form and presses its button, or the one with this value.</summary>
    public Task<Page> SubmitAsync(Page page, IReadOnlyDictionary<string, string>? fill = null, string? button = null, bool follow = true)
    {
        var form = button is null ? page.Form : page.Html.Forms.First(candidate => Buttons(candidate).Any(found => Presses(found, button)));
        Dictionary<string, string> fields = [];
        foreach (var input in form.QuerySelectorAll("input, select, textarea").OfType<IHtmlElement>())
            if (input.GetAttribute("name") is { Length: > 0 } name && IsSuccessful(input))
                fields[name] =
                    (input as IHtmlInputElement)?.Value
                    ?? (input as IHtmlSelectElement)?.Value
                    ?? (input as IHtmlTextAreaElement)?.Value
                    ?? "";
        foreach (var (name, value) in fill ?? new Dictionary<string, string>())
            fields[name] = value;

        var pressed = button is null ? Buttons(form).FirstOrDefault() : Buttons(form).First(found => Presses(found, button));
        if (pressed?.GetAttribute("name") is { Length: > 0 } pressedName)
            fields[pressedName] = pressed.GetAttribute("value") ?? "";

        var action = new Uri(page.Address, pressed?.GetAttribute("formaction") ?? form.GetAttribute("action") ?? "");
        return string.Equals(form.Method, "post", StringComparison.OrdinalIgnoreCase)
            ? SendAsync(HttpMethod.Post, action, fields, follow)
            : SendAsync(HttpMethod.Get, new Uri(action.GetLeftPart(UriPartial.Path) + "?" + Encode(fields)), content: null, follow);
    }

    public Task<Page> ClickAsync(Page page, string textContains)
    {
        var link = page.Html.Links.OfType<IHtmlAnchorElement>().First(a => a.TextContent.Contains(textContains, StringComparison.Ordinal));
        return GetAsync(new Uri(page.Address, link.GetAttribute("href")!).AbsoluteUri);
    }

    /// <summary>What a page's script sends to another origin: with that page's Origin, without cookies (Fetch §4.6).</summary>
    public async Task<Page> FetchAsync(Page from, Uri address, IEnumerable<KeyValuePair<string, string>> form)
    {
        using var script = new HttpBrowser { Route = Route };
        foreach (var (name, value) in ExtraHeaders)
            script.ExtraHeaders[name] = value;
        script.ExtraHeaders["Origin"] = from.Address.GetLeftPart(UriPartial.Authority);
        return await script.SendAsync(HttpMethod.Post, address, form, follow: false);
    }

    /// <summary>Sends a form with a chosen file, as browsers do (RFC 7578).</summary>
    public Task<Page> PostFileAsync(string address, IEnumerable<KeyValuePair<string, string>> form, string field, byte[] file) =>
        SendAsync(
            HttpMethod.Post,
            new Uri(address),
            () =>
            {
                var content = new MultipartFormDataContent();
                foreach (var (name, value) in form)
                    content.Add(new StringContent(value), name);
                content.Add(new ByteArrayContent(file), field, "chosen.png");
                return content;
            },
            follow: true
        );

    public Task<Page> SendAsync(HttpMethod method, Uri address, IEnumerable<KeyValuePair<string, string>>? form, bool follow) =>
        SendAsync(method, address, form is null ? null : () => new FormUrlEncodedContent(form), follow);

    private async Task<Page> SendAsync(HttpMethod method, Uri address, Func<HttpContent>? content, bool follow)
    {
        for (var hop = 0; hop <= MostRedirects; hop++)
        {
            var page = await OnceAsync(method, address, content);
            var redirect = (int)page.Status is 301 or 302 or 303 or 307 or 308 ? page.Location : page.Refresh;
            if (!follow || redirect is null)
                return page;

            address = new Uri(address, redirect);
            if (StopAt is { } stop && address.AbsoluteUri.StartsWith(stop, StringComparison.Ordinal))
                return page;
            if (page.Refresh is not null || (int)page.Status is not (307 or 308))
                (method, content) = (HttpMethod.Get, null);
        }
        throw new InvalidOperationException($"Too many redirects, last to {address}.");
    }

    public void Dispose()
    {
        if (_isOwn)
            _http.Dispose();
    }

    private async Task<Page> OnceAsync(HttpMethod method, Uri address, Func<HttpContent>? content)
    {
        Visited.Add(address);
        using var request = new HttpRequestMessage(method, Route?.Invoke(address) ?? address);
        request.Headers.Host = address.Authority;
        request.Content = content?.Invoke();
        if (request.Content is MultipartFormDataContent)
            request.Headers.ExpectContinue = true; // a server that refuses the length closes; without asking, we may still be sending
        var cookies = string.Join(
            "; ",
            _cookies.Where(pair => pair.Key.Host == address.Host).Select(pair => $"{pair.Key.Name}={pair.Value}")
        );
        if (cookies.Length > 0)
            request.Headers.TryAddWithoutValidation("Cookie", cookies);
        foreach (var (name, value) in ExtraHeaders)
            request.Headers.TryAddWithoutValidation(name, value);

        using var response = await _http.SendAsync(request, CancellationToken.None);
        if (response.Headers.TryGetValues("Set-Cookie", out var set))
            foreach (var cookie in set)
                Keep(address.Host, cookie);
        var headers = response
            .Headers.Concat(response.Content.Headers)
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        return new(address, response.StatusCode, await response.Content.ReadAsStringAsync(), headers);
    }

    private void Keep(string host, string header)
    {
        SetCookies.Add(header);
        var pair = header.Split(';')[0];
        var equals = pair.IndexOf('=', StringComparison.Ordinal);
        var (name, value) = (pair[..equals].Trim(), pair[(equals + 1)..].Trim());
        var dies =
            header.Contains("max-age=0", StringComparison.OrdinalIgnoreCase)
            || header.Contains("expires=Thu, 01 Jan 1970", StringComparison.OrdinalIgnoreCase);
        if (dies)
            _cookies.Remove((host, name));
        else
            _cookies[(host, name)] = value;
    }

    private static IEnumerable<IElement> Buttons(IHtmlFormElement form) =>
        form.QuerySelectorAll("button, input[type=submit]").Where(button => button.GetAttribute("type") is not ("button" or "reset"));

    private static bool Presses(IElement button, string wanted) =>
        button.GetAttribute("value") == wanted || button.TextContent.Contains(wanted, StringComparison.Ordinal);

    private static bool IsSuccessful(IHtmlElement input) =>
        input is not IHtmlInputElement { Type: "submit" or "button" or "reset" or "image" }
        && (input is not IHtmlInputElement { Type: "checkbox" or "radio" } box || box.IsChecked);

    private static string Encode(Dictionary<string, string> fields) =>
        string.Join('&', fields.Select(field => $"{Uri.EscapeDataString(field.Key)}={Uri.EscapeDataString(field.Value)}"));
}

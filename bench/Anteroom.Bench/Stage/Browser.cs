using System.Net;

namespace Anteroom.Bench.Stage;

/// <summary>What came back. <paramref name="Location"/> as it was sent.</summary>
internal readonly record struct Answer(HttpStatusCode Status, string? Location, string Body)
{
    /// <summary>Where the redirect leads; anything else ends the run.</summary>
    public string Redirect() => Location ?? throw new BenchException($"No redirect but {(int)Status}: {Clip(Body)}");

    public string Expect(HttpStatusCode status) =>
        Status == status ? Body : throw new BenchException($"{(int)Status} in place of {(int)status}: {Clip(Location ?? Body)}");

    private static string Clip(string text) => text.Length <= 600 ? text : text[..600];
}

/// <summary>A browser as cheap as it can be: cookies of one site by name, redirects are the caller's business.</summary>
internal sealed class Browser(HttpMessageInvoker http)
{
    private readonly Dictionary<string, string> _cookies = [];

    public void Set(string cookie, string value) => _cookies[cookie] = value;

    public void ForgetCookies() => _cookies.Clear();

    public Task<Answer> GetAsync(string address) => SendAsync(new HttpRequestMessage(HttpMethod.Get, address));

    /// <summary>A form of a page: browsers tell where they come from.</summary>
    public Task<Answer> SubmitAsync(string address, IEnumerable<KeyValuePair<string, string>> form)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new FormUrlEncodedContent(form) };
        request.Headers.TryAddWithoutValidation("Origin", new Uri(address).GetLeftPart(UriPartial.Authority));
        return SendAsync(request);
    }

    /// <summary>A form from program to program.</summary>
    public Task<Answer> PostAsync(string address, IEnumerable<KeyValuePair<string, string>> form) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, address) { Content = new FormUrlEncodedContent(form) });

    public async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            if (_cookies.Count > 0)
                request.Headers.TryAddWithoutValidation(
                    "Cookie",
                    string.Join("; ", _cookies.Select(cookie => $"{cookie.Key}={cookie.Value}"))
                );
            using var response = await http.SendAsync(request, CancellationToken.None);
            if (response.Headers.TryGetValues("Set-Cookie", out var cookies))
                foreach (var cookie in cookies)
                    Keep(cookie);
            var location = response.Headers.TryGetValues("Location", out var locations) ? locations.First() : null;
            return new(response.StatusCode, location, await response.Content.ReadAsStringAsync());
        }
    }

    private void Keep(string cookie)
    {
        var equals = cookie.IndexOf('=', StringComparison.Ordinal);
        var end = cookie.IndexOf(';', StringComparison.Ordinal);
        var name = cookie[..equals];
        if (
            cookie.Contains("max-age=0", StringComparison.OrdinalIgnoreCase)
            || cookie.Contains("expires=Thu, 01 Jan 1970", StringComparison.OrdinalIgnoreCase)
        )
            _cookies.Remove(name);
        else
            _cookies[name] = cookie[(equals + 1)..(end < 0 ? cookie.Length : end)];
    }
}

using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Anteroom.Harness;

namespace Anteroom.Tests.EndToEnd;

/// <summary>Headers, cookies and answers to nonsense, over every address that exists.</summary>
public sealed class WebSurfaceTests(SharedRig shared)
{
    private static readonly HttpClient Http = new(
        new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            Expect100ContinueTimeout = TimeSpan.FromSeconds(30),
        }
    );

    [Fact]
    [Trait("Security", "SEC-004")]
    [Trait("Security", "SEC-005")]
    [Trait("Security", "SEC-006")]
    [Trait("Security", "SEC-007")]
    public async Task Sends_the_security_headers_on_every_page()
    {
        var (rig, application) = await shared.GetAsync();
        using var browser = rig.NewBrowser();
        var question = await browser.GetAsync(application.Begin().Address.AbsoluteUri);
        var problem = await browser.GetAsync(application.Begin(("client_id", "unknown")).Address.AbsoluteUri);
        var missing = await browser.GetAsync(rig.Address + "/no/such/page");
        var signOut = await browser.GetAsync(rig.Address + "/connect/endsession");

        foreach (var page in (Page[])[question, problem, missing, signOut])
        {
            var policy = page.Headers["Content-Security-Policy"];
            Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.Contains("base-uri 'none'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("*", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", page.Headers["X-Content-Type-Options"]);
            Assert.Equal("same-origin", page.Headers["Cross-Origin-Resource-Policy"]);
            Assert.Contains("camera=()", page.Headers["Permissions-Policy"], StringComparison.Ordinal);
            Assert.Contains("no-store", page.Headers["Cache-Control"], StringComparison.Ordinal);
            Assert.False(page.Headers.ContainsKey("Server"));
            Assert.False(page.Headers.ContainsKey("Strict-Transport-Security")); // loopback over http
            Assert.Empty(page.Html.QuerySelectorAll("script:not([src]), style, [style], [onclick], [onload]"));
        }
        // The form's way leads over the login host and may end at the application.
        var form = question
            .Headers["Content-Security-Policy"]
            .Split(';')
            .Single(part => part.Contains("form-action", StringComparison.Ordinal));
        Assert.Contains(rig.EmulatorAddress, form, StringComparison.Ordinal);
        Assert.Contains("https://app.example", form, StringComparison.Ordinal);
        Assert.Equal("unsafe-none", question.Headers["Cross-Origin-Opener-Policy"]);
    }

    [Fact]
    [Trait("Security", "SEC-007")]
    public async Task Lets_only_public_documents_be_cached()
    {
        var (rig, _) = await shared.GetAsync();
        using var browser = rig.NewBrowser();
        foreach (var path in (string[])["/.well-known/openid-configuration", "/.well-known/jwks.json"])
        {
            var document = await browser.GetAsync(rig.Address + path);
            Assert.Equal(HttpStatusCode.OK, document.Status);
            Assert.Matches("max-age=[0-9]{3,4}", document.Headers["Cache-Control"]);
        }
    }

    [Fact]
    [Trait("Security", "SEC-001")]
    [Trait("Security", "SEC-002")]
    public async Task Sets_only_cookies_that_scripts_and_other_hosts_cannot_read()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        using var browser = rig.NewBrowser();
        var attempt = application.Begin();
        var question = await browser.GetAsync(attempt.Address.AbsoluteUri);
        var entra = await browser.SubmitAsync(question, new Dictionary<string, string> { ["identifier"] = contoso.Code });
        Assert.True(
            (await application.RedeemAsync(attempt, await EntraPages.SignInAsync(browser, entra, await contoso.AddPersonAsync()))).IsSuccess
        );

        var ours = browser.SetCookies.Where(cookie => cookie.StartsWith("anteroom-", StringComparison.Ordinal)).ToList();
        Assert.Contains(ours, cookie => cookie.Contains("-session-", StringComparison.Ordinal));
        Assert.Contains(ours, cookie => cookie.Contains("-tx-", StringComparison.Ordinal));
        foreach (var cookie in ours)
        {
            Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("path=/", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("domain=", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.InRange(cookie.Length, 1, 4096);
        }
        Assert.DoesNotContain(browser.Cookies.Keys, cookie => cookie.Name.Contains("-tx-", StringComparison.Ordinal)); // deleted on use
    }

    [Fact]
    [Trait("Security", "SEC-002")]
    public async Task Keeps_at_most_eight_transactions_in_a_browser()
    {
        var (rig, application) = await shared.GetAsync();
        using var browser = rig.NewBrowser();
        for (var count = 0; count < 12; count++)
            await browser.GetAsync(application.Begin().Address.AbsoluteUri);

        var kept = browser.Cookies.Where(cookie => cookie.Key.Name.Contains("-tx-", StringComparison.Ordinal)).ToList();
        Assert.InRange(kept.Count, 1, 8);
        Assert.InRange(kept.Sum(cookie => cookie.Key.Name.Length + cookie.Value.Length), 1, 8192);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("ss_AAAAAAAAAAAAAAAAAAAAAAAAAA_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("%00%ff%fe")]
    [Trait("Security", "SEC-045")]
    public async Task Takes_broken_cookies_for_nobody_signed_in(string value)
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        using var browser = rig.NewBrowser();
        await contoso.SignInAsync(application, browser, mira);
        foreach (
            var (cookie, _) in browser.Cookies.Where(cookie => cookie.Key.Name.StartsWith("anteroom-", StringComparison.Ordinal)).ToList()
        )
            browser.SetCookie(cookie.Host, cookie.Name, value);

        var silent = await browser.GetAsync(application.Begin(("organization", contoso.Slug), ("prompt", "none")).Address.AbsoluteUri);
        Assert.Equal("login_required", silent.Answer["error"]);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(application.Begin().Address.AbsoluteUri)).Status);
    }

    [Fact]
    [Trait("Security", "SEC-014")]
    public async Task Answers_under_its_own_name_only()
    {
        var (rig, application) = await shared.GetAsync();
        var bent = new Uri(rig.Nodes[0]!.Address, application.Begin().Address.PathAndQuery);
        using var request = new HttpRequestMessage(HttpMethod.Get, bent);
        request.Headers.Host = "evil.example";
        using var answer = await Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);

        using var forwarded = new HttpRequestMessage(HttpMethod.Get, new Uri(rig.Nodes[0]!.Address, "/.well-known/openid-configuration"));
        forwarded.Headers.Host = new Uri(rig.Address).Authority;
        forwarded.Headers.TryAddWithoutValidation("X-Forwarded-Host", "evil.example");
        forwarded.Headers.TryAddWithoutValidation("Forwarded", "host=evil.example;proto=https");
        using var document = await Http.SendAsync(forwarded);
        Assert.Contains($"\"{rig.Address}\"", await document.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Security", "SEC-016")]
    public async Task Refuses_methods_that_an_address_does_not_have()
    {
        var (rig, _) = await shared.GetAsync();
        foreach (var (path, methods) in Addresses(rig))
        foreach (var method in (string[])["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"])
        {
            if (methods.Contains(method) || methods.Count == 0)
                continue;
            var (status, body, headers) = await SendAsync(rig, method, path);
            Assert.True(status is 404 or 405, $"{method} {path}: {status} {body}");
            if (status == 405)
                Assert.False(string.IsNullOrEmpty(headers), $"{method} {path}: 405 without Allow");
        }
    }

    [Fact] // "No request of any shape gives a stack trace, a 500 without correlation id, or a half-made row."
    [Trait("Security", "SEC-015")]
    [Trait("Security", "SEC-016")]
    [Trait("Security", "SEC-325")]
    [Trait("Security", "SEC-360")]
    public async Task Answers_nonsense_of_any_shape_without_telling_its_inside()
    {
        var (rig, _) = await shared.GetAsync();
        var counts = new Invariants(rig.Database);
        List<string> wrong = [];
        var (asked, unavailable) = (0, 0);
        foreach (var (path, methods) in Addresses(rig))
        foreach (var method in methods.Count == 0 ? ["GET", "POST"] : methods.Where(method => method != "OPTIONS"))
        foreach (var shape in Shapes())
        {
            var (status, body, _) = await SendAsync(rig, method, path + shape.Query, shape);
            asked++;
            unavailable += status == 503 ? 1 : 0;
            // A body above the limit is cut off; whether its sender still hears why is the network's luck.
            if ((status == 0 && shape.Name != "long form") || (status >= 500 && status != 503))
                wrong.Add($"{method} {path} {shape.Name}: {status}");
            if (status >= 500 && !rig.Errors.Any(line => CorrelationIdIn(body) is { } id && line.Contains(id, StringComparison.Ordinal)))
                wrong.Add($"{method} {path} {shape.Name}: {status} without the correlation id of a line in the log: {body}");
            if (path != "/metrics" && Leaks(body) is { } leak) // figures count kinds of exceptions; they are for the operator
                wrong.Add($"{method} {path} {shape.Name}: tells {leak}");
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Empty(await counts.ViolationsAsync());
        CampaignLog.Saw($"{asked} requests, 0 answered 500, {unavailable} answered 503");
    }

    private sealed record Shape(
        string Name,
        string Query = "",
        string? ContentType = null,
        byte[]? Body = null,
        string? Header = null,
        string? Value = null
    );

    private static IEnumerable<Shape> Shapes()
    {
        yield return new("plain");
        yield return new("repeated parameters", "?client_id=a&client_id=b&state=a&state=b&t=a&t=b&sid=a&sid=b&code=a&code=b&iss=a&iss=b");
        yield return new(
            "broken escapes",
            "?state=%zz%&code=%c3%28&t=%00&redirect_uri=%ff%fe&identifier=%u0041&id_token_hint=%f0%80%80%80"
        );
        yield return new("markup", "?state=<script>alert(1)</script>&error=<b>&error_description='\"--&client_id=' OR 1=1--");
        yield return new("long query", "?code=" + new string('a', 6000) + "&state=" + new string('b', 1000));
        yield return new("many keys", "?" + string.Join('&', Enumerable.Range(0, 900).Select(i => $"k{i}=")));
        yield return new("json", ContentType: "application/json", Body: "{\"a\":[[[[[[[[1]]]]]]]],\"a\":2"u8.ToArray());
        yield return new("deep json", ContentType: "application/json", Body: Encoding.UTF8.GetBytes(new string('[', 20_000)));
        yield return new("empty json", ContentType: "application/json", Body: "null"u8.ToArray());
        yield return new("not UTF-8", ContentType: "application/json", Body: [0xff, 0xfe, 0x00, 0x22, 0x80]);
        yield return new("form", ContentType: "application/x-www-form-urlencoded", Body: "a=%zz&a=b&=&&&%00=%00"u8.ToArray());
        yield return new(
            "repeated form",
            ContentType: "application/x-www-form-urlencoded",
            Body: "grant_type=a&grant_type=b&code=a&code=b&client_id=x&client_id=y"u8.ToArray()
        );
        yield return new(
            "long form",
            ContentType: "application/x-www-form-urlencoded",
            Body: Encoding.ASCII.GetBytes("identifier=" + new string('a', 100_000))
        );
        yield return new(
            "many fields",
            ContentType: "application/x-www-form-urlencoded",
            Body: Encoding.ASCII.GetBytes(string.Join('&', Enumerable.Range(0, 2_000).Select(i => $"k{i}=1")))
        );
        yield return new(
            "multipart",
            ContentType: "multipart/form-data; boundary=x",
            Body: "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1"u8.ToArray()
        );
        yield return new("multipart without boundary", ContentType: "multipart/form-data", Body: "x"u8.ToArray());
        yield return new("unknown type", ContentType: "application/x-nonsense; charset=\"", Body: "x"u8.ToArray());
        yield return new("utf-7", ContentType: "application/x-www-form-urlencoded; charset=utf-7", Body: "a=b"u8.ToArray());
        yield return new("bad basic", Header: "Authorization", Value: "Basic !!!!");
        yield return new("bad bearer", Header: "Authorization", Value: "Bearer " + new string('.', 500));
        yield return new("bad token", Header: "Authorization", Value: "Bearer eyJhbGciOiJub25lIn0.e30.");
        yield return new("null cookie", Header: "Cookie", Value: "anteroom-session=; anteroom-tx-=%00; =; ;;,");
        yield return new("override", Header: "X-HTTP-Method-Override", Value: "DELETE");
        yield return new("bad if-match", Header: "If-Match", Value: "\"x\", W/\"");
        yield return new("bad range", Header: "Range", Value: "bytes=99999999999999999999-");
        yield return new("bad language", Header: "Accept-Language", Value: "x;q=NaN," + new string('z', 200));
    }

    /// <summary>Every mapped address with its methods, its parameters filled with nonsense of three kinds.</summary>
    private static List<(string Path, IReadOnlyList<string> Methods)> Addresses(AnteroomRig rig)
    {
        var addresses = new List<(string, IReadOnlyList<string>)>();
        foreach (var endpoint in rig.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            var methods = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [];
            var pattern = endpoint.RoutePattern;
            foreach (
                var filling in pattern.Parameters.Count == 0
                    ? ["x"]
                    : (string[])["x", "%27%22%3C%3E", "%F0%9F%9A%AA" + new string('a', 300)]
            )
                addresses.Add(
                    (
                        "/"
                            + string.Join(
                                '/',
                                pattern.PathSegments.Select(segment =>
                                    string.Concat(
                                        segment.Parts.Select(part =>
                                            part is Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal ? literal.Content
                                            : part is Microsoft.AspNetCore.Routing.Patterns.RoutePatternSeparatorPart separator
                                                ? separator.Content
                                            : filling
                                        )
                                    )
                                )
                            ),
                        methods
                    )
                );
        }
        // Several endpoints may share an address with a method each.
        return
        [
            .. addresses
                .GroupBy(address => address.Item1)
                .Select(same => (same.Key, (IReadOnlyList<string>)[.. same.SelectMany(address => address.Item2).Distinct()])),
        ];
    }

    private static async Task<(int Status, string Body, string? Allow)> SendAsync(
        AnteroomRig rig,
        string method,
        string path,
        Shape? shape = null
    )
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(rig.Nodes[0]!.Address.AbsoluteUri.TrimEnd('/') + path));
        request.Headers.Host = new Uri(rig.Address).Authority;
        request.Headers.ConnectionClose = true; // what one request leaves unread must not meet the next
        if (shape?.Body is { } body && method is not ("GET" or "HEAD"))
        {
            request.Content = new ByteArrayContent(body);
            // Who does not read it answers and closes; without asking, what comes in pieces may still be on its way.
            request.Headers.ExpectContinue = body.Length > 1_000;
            request.Content.Headers.TryAddWithoutValidation("Content-Type", shape.ContentType);
        }
        if (shape?.Header is { } header)
            request.Headers.TryAddWithoutValidation(header, shape.Value);
        using var answer = await SendAsync(request);
        if (answer is null)
            return (0, "the connection was closed without an answer", null);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Content.Headers.Allow.FirstOrDefault());
    }

    private static async Task<HttpResponseMessage?> SendAsync(HttpRequestMessage request)
    {
        try
        {
            return await Http.SendAsync(request);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return null;
        }
    }

    /// <summary>What a failure gives for quoting: a program as JSON, a person on a page.</summary>
    private static string? CorrelationIdIn(string body) =>
        body.StartsWith('{')
            ? (string?)JsonNode.Parse(body)!["correlationId"]
            : new Page(new("http://localhost"), default, body, new Dictionary<string, string>()).CorrelationId;

    private static string? Leaks(string body) =>
        ((string[])["   at ", "Exception", "Npgsql", "SELECT ", "/src/", ".cs:line", "Microsoft.AspNetCore", "PostgreSQL"]).FirstOrDefault(
            text => body.Contains(text, StringComparison.Ordinal)
        );
}

/// <summary>The same behind a proxy that ends TLS: names and flags of cookies for https, and transport security.</summary>
public sealed class HttpsSurfaceTests
{
    [Fact]
    [Trait("Security", "SEC-001")]
    [Trait("Security", "SEC-006")]
    public async Task Sets_host_bound_secure_cookies_over_https()
    {
        await using var rig = await AnteroomRig.StartAsync(new() { Https = true });
        var application = await RelyingParty.RegisterAsync(rig);
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        using var browser = rig.NewBrowser();

        var attempt = application.Begin();
        var question = await browser.GetAsync(attempt.Address.AbsoluteUri);
        Assert.Equal("max-age=31536000", question.Headers["Strict-Transport-Security"]);
        var entra = await browser.SubmitAsync(question, new Dictionary<string, string> { ["identifier"] = contoso.Code });
        var page = await EntraPages.SignInAsync(browser, entra, mira);
        Assert.True(page.Answer.ContainsKey("code"), page.Text);

        var ours = browser.SetCookies.Where(cookie => cookie.Contains("anteroom-", StringComparison.Ordinal)).ToList();
        Assert.Contains(ours, cookie => cookie.StartsWith("__Host-anteroom-session-", StringComparison.Ordinal));
        foreach (var cookie in ours)
        {
            Assert.StartsWith("__Host-", cookie, StringComparison.Ordinal);
            Assert.Contains("secure", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("path=/", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("domain=", cookie, StringComparison.OrdinalIgnoreCase);
        }
    }
}

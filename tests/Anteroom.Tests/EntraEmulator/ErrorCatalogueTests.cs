using System.Net;
using Anteroom.EntraEmulator.Errors;

namespace Anteroom.Tests.EntraEmulator;

/// <summary>
/// The error catalogue of entra-oidc.md, §2.6 and §3.3: each row names the line that it was read from, and is met at both endpoints by the
/// user name <c>err-{code}@…</c> (§13). Rows with a cause of their own are tested with that cause beside their subject too.
/// </summary>
public sealed class ErrorCatalogueTests(ErrorCatalogueTests.Stage shared) : IClassFixture<ErrorCatalogueTests.Stage>
{
    private readonly EmulatorStage _stage = shared.Emulator;

    /// <summary>Code; line of entra-oidc.md; where it shows up; error, status and suberror at the token endpoint; error of a redirect.</summary>
    public static readonly TheoryData<int, int, string, string, int, string?, string?> Rows = new()
    {
        { 50011, 225, "Page", "invalid_request", 400, null, null },
        { 500113, 227, "Page", "invalid_request", 400, null, null },
        { 900971, 228, "Page", "invalid_request", 400, null, null },
        { 90002, 231, "Page", "invalid_request", 400, null, null },
        { 90038, 232, "Page", "invalid_request", 400, null, null },
        { 50194, 233, "Page", "invalid_request", 400, null, null },
        { 90130, 235, "Page", "invalid_request", 400, null, null },
        { 90124, 235, "Page", "invalid_request", 400, null, null },
        { 9002332, 235, "Page", "invalid_request", 400, null, null },
        { 9002328, 272, "Page", "invalid_request", 400, null, null },
        { 700016, 229, "Page", "unauthorized_client", 400, null, null },
        { 700011, 230, "Page", "unauthorized_client", 400, null, null },
        { 70001, 230, "Page", "unauthorized_client", 400, null, null },
        { 7000112, 230, "Page", "unauthorized_client", 400, null, null },
        { 500112, 226, "Token", "invalid_grant", 400, null, null },
        { 9001023, 234, "Token", "invalid_request", 400, null, null },
        { 700054, 236, "Redirect", "unsupported_response_type", 400, null, null },
        { 700051, 236, "Redirect", "unsupported_response_type", 400, null, null },
        { 70005, 237, "Redirect", "unsupported_response_type", 400, null, null },
        { 70007, 238, "Redirect", "invalid_request", 400, null, null },
        { 70011, 239, "Redirect", "invalid_scope", 400, null, null },
        { 28002, 239, "Token", "invalid_scope", 400, null, null },
        { 700022, 239, "Redirect", "invalid_scope", 400, null, null },
        { 700023, 239, "Redirect", "invalid_scope", 400, null, null },
        { 650053, 240, "Redirect", "invalid_client", 400, null, null },
        { 650057, 241, "Redirect", "invalid_resource", 400, null, null },
        { 65005, 241, "Redirect", "invalid_resource", 400, null, null },
        { 650056, 241, "Redirect", "invalid_client", 400, null, null },
        { 500011, 242, "Redirect", "invalid_resource", 400, null, null },
        { 901002, 243, "Redirect", "invalid_request", 400, null, null },
        { 900144, 244, "Redirect", "invalid_request", 400, null, null },
        { 9002313, 244, "Redirect", "invalid_request", 400, null, null },
        { 90014, 244, "Redirect", "invalid_request", 400, null, null },
        { 90023, 244, "Redirect", "invalid_request", 400, null, null },
        { 900561, 244, "Token", "invalid_request", 400, null, null },
        { 70003, 245, "Token", "unsupported_grant_type", 400, null, null },
        { 7000215, 251, "Token", "invalid_client", 401, null, null },
        { 7000222, 252, "Token", "invalid_client", 401, null, null },
        { 7000218, 253, "Token", "invalid_client", 401, null, null },
        { 700025, 254, "Token", "invalid_client", 401, null, null },
        { 700027, 255, "Token", "invalid_client", 401, null, null },
        { 700024, 256, "Token", "invalid_client", 401, null, null },
        { 1000502, 256, "Token", "invalid_client", 401, null, null },
        { 7000214, 256, "Token", "invalid_client", 401, null, null },
        { 7000277, 256, "Token", "invalid_client", 401, null, null },
        { 7000274, 256, "Token", "invalid_client", 401, null, null },
        { 700211, 257, "Token", "invalid_client", 401, null, null },
        { 700213, 257, "Token", "invalid_client", 401, null, null },
        { 50012, 258, "Token", "invalid_client", 401, null, null },
        { 700229, 339, "Token", "invalid_client", 401, null, null },
        { 70021, 257, "Token", "invalid_request", 400, null, null },
        { 7000226, 257, "Token", "invalid_request", 400, null, null },
        { 54005, 264, "Token", "invalid_grant", 400, null, null },
        { 70008, 265, "Token", "invalid_grant", 400, null, null },
        { 700005, 266, "Token", "invalid_grant", 400, null, null },
        { 501481, 267, "Token", "invalid_grant", 400, null, null },
        { 50196, 305, "Token", "invalid_grant", 400, null, null },
        { 50147, 268, "Redirect", "invalid_request", 400, null, null },
        { 501491, 268, "Redirect", "invalid_request", 400, null, null },
        { 9002325, 269, "Redirect", "invalid_request", 400, null, null },
        { 9002326, 270, "Token", "invalid_request", 400, null, null },
        { 9002327, 271, "Token", "invalid_request", 400, null, null },
        { 700084, 273, "Token", "invalid_grant", 400, "bad_token", null },
        { 700081, 274, "Token", "invalid_grant", 400, "token_expired", null },
        { 700082, 274, "Token", "invalid_grant", 400, "bad_token", null },
        { 70000, 274, "Token", "invalid_grant", 400, "bad_token", null },
        { 50173, 274, "Token", "invalid_grant", 400, "bad_token", null },
        { 70043, 274, "Token", "invalid_grant", 400, "bad_token", null },
        { 50089, 274, "Token", "invalid_grant", 400, "token_expired", null },
        { 50132, 274, "Token", "invalid_grant", 400, "bad_token", null },
        { 50133, 274, "Token", "invalid_grant", 400, "bad_token", null },
        { 50105, 280, "Redirect", "invalid_grant", 400, null, "access_denied" },
        { 501051, 281, "Token", "invalid_grant", 400, null, null },
        { 65001, 282, "Redirect", "invalid_grant", 400, "consent_required", "consent_required" },
        { 65004, 283, "Redirect", "access_denied", 400, null, null },
        { 90094, 284, "Page", "consent_required", 400, "consent_required", "access_denied" },
        { 90095, 285, "Page", "access_denied", 400, null, null },
        { 90093, 286, "Page", "access_denied", 400, null, null },
        { 90008, 287, "Page", "invalid_request", 400, null, null },
        { 900941, 288, "Page", "access_denied", 400, null, null },
        { 900981, 288, "Page", "access_denied", 400, null, null },
        { 50020, 289, "Page", "invalid_request", 400, null, null },
        { 16000, 290, "Page", "interaction_required", 400, null, null },
        { 16003, 290, "Page", "interaction_required", 400, null, null },
        { 50014, 290, "Page", "interaction_required", 400, null, null },
        { 51004, 290, "Page", "interaction_required", 400, null, null },
        { 90072, 290, "Page", "interaction_required", 400, null, null },
        { 500208, 290, "Page", "interaction_required", 400, null, null },
        { 50034, 291, "Inline", "invalid_grant", 400, null, null },
        { 50126, 292, "Inline", "invalid_grant", 400, null, null },
        { 50053, 293, "Inline", "invalid_grant", 400, null, null },
        { 50056, 295, "Inline", "invalid_grant", 400, null, null },
        { 50055, 294, "Inline", "user_password_expired", 401, "user_password_expired", null },
        { 50057, 296, "Page", "invalid_grant", 400, null, null },
        { 500571, 296, "Page", "invalid_grant", 400, null, null },
        { 50144, 297, "Page", "invalid_grant", 400, null, null },
        { 50058, 298, "Redirect", "login_required", 400, null, null },
        { 50076, 299, "Redirect", "invalid_grant", 400, "basic_action", "interaction_required" },
        { 50079, 300, "Redirect", "invalid_grant", 400, "basic_action", "interaction_required" },
        { 50072, 300, "Redirect", "invalid_grant", 400, "basic_action", "interaction_required" },
        { 50074, 301, "Redirect", "invalid_grant", 400, "basic_action", "interaction_required" },
        { 50078, 301, "Redirect", "invalid_grant", 400, "basic_action", "interaction_required" },
        { 53000, 302, "Page", "interaction_required", 400, "message_only", "access_denied" },
        { 53001, 302, "Page", "interaction_required", 400, "message_only", "access_denied" },
        { 53002, 302, "Page", "interaction_required", 400, "message_only", "access_denied" },
        { 53004, 302, "Page", "interaction_required", 400, "message_only", "access_denied" },
        { 530032, 302, "Page", "interaction_required", 400, "message_only", "access_denied" },
        { 530035, 302, "Page", "interaction_required", 400, "message_only", "access_denied" },
        { 53003, 303, "Redirect", "interaction_required", 400, "message_only", "access_denied" },
        { 50131, 304, "Page", "interaction_required", 400, "message_only", "access_denied" },
        { 50097, 304, "Page", "interaction_required", 400, "message_only", "access_denied" },
        { 50158, 304, "Page", "interaction_required", 400, "message_only", "access_denied" },
        { 50161, 304, "Page", "interaction_required", 400, "message_only", "access_denied" },
        { 50155, 304, "Page", "interaction_required", 400, "device_authentication_failed", "access_denied" },
        { 90055, 306, "Token", "temporarily_unavailable", 429, null, null },
        { 500021, 307, "Page", "access_denied", 400, null, null },
        { 500022, 307, "Page", "access_denied", 400, null, null },
        { 500212, 307, "Page", "access_denied", 400, null, null },
        { 500213, 307, "Page", "access_denied", 400, null, null },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task The_token_endpoint_answers_as_the_catalogue_says(
        int code,
        int line,
        string place,
        string error,
        int status,
        string? suberror,
        string? redirectError
    )
    {
        _ = (place, redirectError);
        var reply = await _stage.TokenAsync(
            null,
            null,
            ("grant_type", "password"),
            ("client_id", _stage.AppId),
            ("username", $"err-{code}@contoso.example"),
            ("password", "any")
        );
        var row = $"entra-oidc.md:{line}";
        Assert.True((int)reply.Status == status, row);
        Assert.True(reply.Error == error, $"{row}: {reply.Error}");
        Assert.Equal(code, reply.Code);
        Assert.StartsWith($"AADSTS{code}: ", reply.Description, StringComparison.Ordinal);
        Assert.Equal(suberror, (string?)reply.Body["suberror"]);

        // §3.3: the members, and the ids that the description repeats.
        var ids =
            $"Trace ID: {(string)reply.Body["trace_id"]!} Correlation ID: {(string)reply.Body["correlation_id"]!} Timestamp: {(string)reply.Body["timestamp"]!}";
        Assert.EndsWith(" " + ids, reply.Description, StringComparison.Ordinal);
        Assert.Matches(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$", (string?)reply.Body["timestamp"]);
        Assert.Equal(code == 70003 ? null : $"{_stage.Url}/error?code={code}", (string?)reply.Body["error_uri"]);
        Assert.Equal(code is 50076 or 50079, reply.Body.ContainsKey("claims"));
        Assert.Equal(code == 50055, reply.Body.ContainsKey("password_change_url"));
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task The_authorize_endpoint_shows_it_where_the_catalogue_says(
        int code,
        int line,
        string place,
        string error,
        int status,
        string? suberror,
        string? redirectError
    )
    {
        _ = (status, suberror);
        using var browser = _stage.NewBrowser();
        var page = await browser.OpenAsync(_stage.AuthorizeUrl(null, ("login_hint", $"err-{code}@contoso.example")));
        Assert.True((page.Location is not null) == (place == "Redirect"), $"entra-oidc.md:{line}");
        if (place == "Redirect")
        {
            var reply = page.Reply();
            Assert.Equal(redirectError ?? error, reply["error"]);
            Assert.StartsWith($"AADSTS{code}: ", reply["error_description"], StringComparison.Ordinal);
            Assert.Equal("state-1", reply["state"]);
            return;
        }
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains($"AADSTS{code}: ", page.Text, StringComparison.Ordinal);
        // Inline: the person goes on at the same page. Otherwise it is the page with the details.
        Assert.Equal(place == "Inline", page.Html.Contains("name=\"loginfmt\"", StringComparison.Ordinal));
        Assert.Equal(place != "Inline", page.Text.Contains("Troubleshooting details", StringComparison.Ordinal));
    }

    [Fact] // §14: what the sources leave open can be set
    public async Task Error_names_places_and_the_older_form_are_switches()
    {
        await using var stage = await EmulatorStage.StartAsync();
        await stage.PatchAsync(
            "/settings",
            new
            {
                errorNames = new Dictionary<string, string> { ["50194"] = "unauthorized_client" },
                errorPlaces = new Dictionary<string, string> { ["53003"] = "page", ["90094"] = "redirect" },
                olderErrorForm = true,
            }
        );
        using var browser = stage.NewBrowser();
        Assert.Null((await browser.OpenAsync(stage.AuthorizeUrl(null, ("login_hint", "err-53003@x.example")))).Location);
        Assert.Equal(
            "access_denied",
            (await browser.OpenAsync(stage.AuthorizeUrl(null, ("login_hint", "err-90094@x.example")))).Reply()["error"]
        );

        var reply = await stage.TokenAsync(
            null,
            null,
            ("grant_type", "password"),
            ("client_id", stage.AppId),
            ("username", "err-50194@x.example"),
            ("password", "x")
        );
        Assert.Equal("unauthorized_client", reply.Error);
        Assert.Contains("\r\nTrace ID: ", reply.Description, StringComparison.Ordinal);

        // §2.6 row 50012: two codes, and the old words.
        var secret = await stage.TokenAsync(
            null,
            null,
            ("grant_type", "client_credentials"),
            ("client_id", stage.AppId),
            ("client_secret", "wrong"),
            ("scope", "https://graph.microsoft.com/.default")
        );
        Assert.Equal([70002, 50012], ((System.Text.Json.Nodes.JsonArray)secret.Body["error_codes"]!).Select(node => (int)node!));
    }

    [Fact] // §1.2, last row: where error_uri leads
    public async Task Every_code_has_its_page()
    {
        using var browser = _stage.NewBrowser();
        var page = await browser.OpenAsync("/error?code=50058");
        Assert.Contains("A silent sign-in request was sent but no user is signed in.", page.Text, StringComparison.Ordinal);
        Assert.Contains("not in the catalogue", (await browser.OpenAsync("/error?code=1")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_table_holds_every_row_of_the_catalogue_that_the_reference_has()
    {
        Assert.True(Rows.Count >= 60, $"{Rows.Count} rows");
        Assert.Empty(Rows.Select(row => row.Data.Item1).Except(ErrorCatalogue.Rows.Keys));
    }

    /// <summary>One emulator for all rows: they change nothing.</summary>
    public sealed class Stage : IAsyncLifetime
    {
        internal EmulatorStage Emulator { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Emulator = await EmulatorStage.StartAsync();

        public ValueTask DisposeAsync() => Emulator.DisposeAsync();
    }
}

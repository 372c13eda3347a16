using Anteroom.Protocols.Jose;
using Anteroom.Protocols.OAuth;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Federation.Oidc;
using Anteroom.Server.Federation.Oidc.Authorize;
using Anteroom.Server.Federation.Oidc.Token;
using Anteroom.Server.Platform;
using Anteroom.Server.SignIn.Consent;
using Anteroom.Server.SignIn.Sessions;
using Anteroom.Server.SignIn.SignOut;
using Anteroom.Server.SignIn.Upstream;
using Anteroom.Tests.Federation;
using Anteroom.Tests.Protocols.Jose;
using FsCheck;
using FsCheck.Fluent;
using ApplicationId = Anteroom.Server.Federation.ApplicationId;

namespace Anteroom.Tests.Fuzz.Targets;

/// <summary>What applications and providers send through the browser or to our endpoints.</summary>
internal static class RequestTargets
{
    private static readonly Application Portal = new(
        ApplicationId.New(TimeProvider.System),
        OrganizationId.Platform,
        "app_x",
        "Portal",
        ClientKind.Native,
        ClientAuthentication.None,
        ["https://rp.example/cb", "https://rp.example/cb2?fixed=1", "http://127.0.0.1/cb"],
        [],
        "https://api.example",
        SignatureAlgorithm.ES256,
        ApplicationSettings.Default,
        null,
        1,
        ManualClock.Start,
        []
    );

    private static readonly Gen<string> Authorization = Pieces.Form(
        ("client_id", Gen.Constant("app_x")),
        (
            "redirect_uri",
            Gen.Elements("https://rp.example/cb", "https://rp.example/cb2?fixed=1", "http://127.0.0.1:4711/cb", "https://evil.example/cb")
        ),
        ("response_type", Gen.Elements("code", "code", "code", "token")),
        ("response_mode", Gen.Elements("query", "fragment", "form_post", "web_message")),
        ("scope", Gen.Elements("openid", "openid profile offline_access", "openid  x", "profile")),
        ("state", Pieces.Word),
        ("nonce", Pieces.Word),
        ("code_challenge", Pieces.Base64UrlOf(32)),
        ("code_challenge_method", Gen.Elements("S256", "S256", "plain")),
        ("prompt", Gen.Elements("none", "login", "login select_account", "create")),
        ("max_age", Gen.Choose(-1, 100_000).Select(seconds => $"{seconds}")),
        ("resource", Gen.Elements("https://api.example", "https://other.example")),
        ("ui_locales", Gen.Elements("de fr", "en"))
    );

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        FuzzTarget.OfText(
            "authorization-request",
            [AuthorizationRequestParser.Parse, OidcForms.Parse, OidcState.Read, ResourceIndicators.Read],
            Authorization,
            [
                "&redirect_uri=https://evil.example",
                "&request=x",
                "&request_uri=urn:x",
                "&resource=",
                "&prompt=none",
                "%00",
                "&max_age=99999999999999999999",
            ],
            ReadAuthorization
        ),
        FuzzTarget.OfText(
            "callback",
            [CallbackResponse.Read],
            Gen.OneOf(
                Pieces.Form(
                    ("code", Pieces.Base64UrlOf(40)),
                    ("state", Pieces.Base64UrlOf(16)),
                    ("session_state", Pieces.Word),
                    ("iss", Pieces.Word)
                ),
                Pieces.Form(("code", Pieces.Base64UrlOf(40)), ("id_token", Pieces.Base64UrlOf(90)), ("state", Pieces.Base64UrlOf(16))),
                Pieces.Form(("id_token", Pieces.Base64UrlOf(90)), ("state", Pieces.Base64UrlOf(16)), ("access_token", Pieces.Word)),
                Pieces.Form(
                    ("error", Gen.Elements("access_denied", "server_error", "A", "")),
                    ("error_description", Gen.Elements("AADSTS50105: The user is not assigned.", "AADSTS65004:", "x")),
                    ("error_subcode", Gen.Elements("cancel", "x")),
                    ("state", Pieces.Word)
                )
            ),
            ["&code=", "&id_token=", "&access_token=", "&state=", "&error=", "&iss=", "sid=1", "%00", "&state=&state="],
            ReadCallback
        ),
        FuzzTarget.OfText(
            "admin-consent",
            [AdminConsentAnswer.Read],
            Gen.OneOf(
                Pieces.Form(
                    ("admin_consent", Gen.Elements("True", "true", "False")),
                    ("tenant", Pieces.Uuid.Select(id => id.ToString("D"))),
                    ("scope", Pieces.Word),
                    ("state", Pieces.Base64UrlOf(90))
                ),
                Pieces.Form(
                    ("admin_consent", Gen.Constant("True")),
                    ("error", Gen.Elements("consent_required", "permission_denied", "access_denied", "")),
                    ("error_description", Gen.Elements("AADSTS65004: declined", "The admin canceled the request", "x")),
                    ("state", Pieces.Base64UrlOf(16))
                )
            ),
            ["&tenant=", "&state=", "&error=", "&admin_consent=True", "%00", "&State=&state="],
            ReadAdminConsent
        ),
        FuzzTarget.OfText(
            "handed-over",
            [HandedOver.Read],
            Gen.OneOf(
                Pieces.Form(("t", Pieces.Base64UrlOf(16)), ("id_token", Pieces.Base64UrlOf(90)), ("error", Gen.Constant(""))),
                Pieces.Form(
                    ("error", Gen.Elements("refused", "unreadable", "x")),
                    ("aadsts", Gen.Elements("50105", "", "-1", "9999999999"))
                )
            ),
            ["&id_token=", "&error=refused", "&aadsts=", "AADSTS1:", "%00", "&error=&error="],
            ReadHandedOver
        ),
        FuzzTarget.OfText(
            "front-channel",
            [FrontChannelNotice.TryRead],
            Pieces.Form(("sid", Pieces.Base64UrlOf(16)), ("iss", Gen.Elements("https://login.example/v2.0", ""))),
            ["&sid=", "&iss=", "%00", "sid"],
            text =>
            {
                var query = Query(text);
                if (!FrontChannelNotice.TryRead(query, out var notice))
                    return "refused";
                Assert.Equal(query["sid"].Single(), notice.Sid);
                Assert.InRange(notice.Sid.Length, 1, 255);
                Assert.Equal(query["iss"].SingleOrDefault(), notice.Issuer);
                return $"read {notice.Issuer is not null}";
            }
        ),
        new FuzzTarget(
            "form-body",
            [OidcForms.ReadPairsAsync, OidcForms.HasForm],
            Authorization.Select(Pieces.Utf8),
            ["&", "=", "%", "+", "a=1&", "%ff"],
            ReadForm
        ),
        FuzzTarget.OfText(
            "browser",
            [BrowserKind.Of, BrowserKind.Parse],
            Gen.Elements(
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:149.0) Gecko/20100101 Firefox/149.0",
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_2 like Mac OS X) Version/19.2 Mobile/15E148 Safari/604.1",
                "curl/8.14.1",
                "chrome windows",
                "unknown linux"
            ),
            ["Edg/", "OPR/", "Android", " ", "safari ", "<b>"],
            text =>
            {
                var kind = BrowserKind.Of(text);
                Assert.Equal(kind, BrowserKind.Parse(kind.ToString())); // what is stored can be read back, and is of our words alone
                Assert.InRange(kind.ToString().Length, 1, 40);
                if (BrowserKind.Parse(text) is { } stored)
                    Assert.Equal(text, stored.ToString());
                return $"{kind} {BrowserKind.Parse(text) is not null}";
            }
        ),
        new FuzzTarget(
            "client-keys",
            [ClientKeys.Register, ClientKeys.Published],
            from keys in Gen.Elements(
                    JoseScenario.Es256.PublicKey.JsonWebKey,
                    JoseScenario.Rs256.PublicKey.JsonWebKey,
                    JoseScenario.Es256.PublicKey.JsonWebKey with
                    {
                        Kid = "k",
                        Use = "enc",
                    },
                    JoseScenario.Rs256.PublicKey.JsonWebKey with
                    {
                        Kid = "r",
                        Alg = "PS256",
                    }
                )
                .ArrayOf(2)
            from count in Gen.Choose(0, 2)
            select new JsonWebKeySet(keys.Take(count)).ToUtf8(),
            ["\"d\":\"AA\",", "\"kid\":\"k\",", "\"alg\":\"HS256\",", "{\"keys\":["],
            utf8 =>
            {
                var published = ClientKeys.Published(utf8) is null ? "" : ", published";
                if (!ClientKeys.Register(FuzzText.Decode(utf8)).TryGet(out var written, out var refused))
                    return refused.Reason + published;
                Assert.NotNull(ClientKeys.Published(Pieces.Utf8(written))); // what may be registered may be published
                Assert.True(ClientKeys.Register(written).TryGet(out var again, out _));
                Assert.Equal(written, again); // what is stored can be read back
                Assert.DoesNotContain("\"d\"", written, StringComparison.Ordinal);
                return $"{written.Split("\"kty\"").Length - 1} keys{published}";
            }
        ),
    ];

    private static string? Whole(string? text) => text is null ? null : FuzzText.Decode(Pieces.Utf8(text));

    private static string ReadAuthorization(string text)
    {
        var pairs = Query(text).SelectMany(pair => pair.Value.Select(value => KeyValuePair.Create(pair.Key, value ?? "")));
        if (!OidcForms.Parse(pairs).TryGet(out var parameters, out var malformed))
            return malformed.Code;
        if (!AuthorizationRequestParser.Parse(parameters, Portal).TryGet(out var request, out var refused))
        {
            if (refused.Answer is not { } answer)
                return refused.Page!;
            AssertIsPortal(answer.Target, parameters); // SEC-091: errors too go to registered addresses only
            return answer.Error.Code;
        }
        AssertIsPortal(request.Target, parameters);
        Assert.Contains("openid", request.Scope.Items);
        Assert.Equal(parameters["code_challenge"], request.Challenge.Value);
        Assert.True(request.MaxAge is null || request.MaxAge.Value >= TimeSpan.Zero);

        // What the transaction carries comes back the same at the end of the sign-in; half a pair cannot come by HTTP.
        var kept = OidcState.Read(OidcState.Write(request));
        Assert.Equal(request.Target with { State = Whole(request.Target.State) }, kept.Target);
        Assert.Equal(Whole(request.Nonce), kept.Nonce);
        Assert.Equal(request.Scope.ToString(), kept.Scope);
        return $"{request.Interaction} {request.Target.Mode}";
    }

    private static void AssertIsPortal(ResponseTarget target, OAuthParameters parameters)
    {
        Assert.Equal(parameters["redirect_uri"], target.RedirectUri);
        Assert.Equal(parameters["state"], target.State);
        Assert.Contains(target.Registered, Portal.RedirectUris);
        Assert.True(Portal.FindRedirectUri(target.RedirectUri)?.Value == target.Registered);
    }

    private static string ReadCallback(string text)
    {
        var query = Query(text);
        var response = CallbackResponse.Read(query);
        switch (response)
        {
            case CallbackResponse.Answer answer:
                Assert.InRange((answer.Code ?? answer.IdToken)!.Length, 1, 32 * 1024);
                Assert.InRange(answer.State.Length, 1, 256);
                Assert.Equal(query["code"].SingleOrDefault(), answer.Code);
                Assert.Equal(query["id_token"].SingleOrDefault(), answer.IdToken);
                Assert.Equal(query.ContainsKey("access_token"), answer.HasAccessToken);
                Assert.False(query.ContainsKey("error"));
                break;
            case CallbackResponse.Error error:
                // It goes into pages, logs and audit: a short word, never what the provider wrote.
                Assert.InRange(error.Name.Length, 1, 64);
                Assert.All(error.Name, character => Assert.True(char.IsAsciiLetterLower(character) || character == '_'));
                Assert.InRange(error.State.Length, 1, 256);
                break;
            default:
                break;
        }
        return response is CallbackResponse.Error { Aadsts: not null } ? "error with code" : response.GetType().Name;
    }

    private static string ReadAdminConsent(string text)
    {
        var query = Query(text);
        var answer = AdminConsentAnswer.Read(query);
        switch (answer)
        {
            case AdminConsentAnswer.Granted granted:
                Assert.InRange(granted.State.Length, 1, 1024);
                Assert.Equal(query["state"].Single(), granted.State);
                Assert.True(Guid.TryParseExact(query["tenant"].Single(), "D", out _));
                Assert.False(query.ContainsKey("error"));
                break;
            case AdminConsentAnswer.Refused refused:
                Assert.InRange(refused.State.Length, 1, 1024);
                Assert.Single(query["error"]);
                break;
            default:
                break;
        }
        return answer.GetType().Name;
    }

    private static string ReadHandedOver(string text)
    {
        var form = new FormCollection(Query(text).ToDictionary(field => field.Key, field => field.Value));
        var handed = HandedOver.Read(form);
        if (handed is HandedOver.Token token)
        {
            Assert.InRange(token.Value.Length, 1, 32 * 1024);
            Assert.Equal(form["id_token"].Single(), token.Value);
        }
        return handed is HandedOver.Refused { Aadsts: not null } ? "refused with code" : handed.GetType().Name;
    }

    private static string ReadForm(byte[] body)
    {
        var http = new DefaultHttpContext();
        http.Request.Method = HttpMethods.Post;
        http.Request.ContentType = "application/x-www-form-urlencoded; charset=utf-8";
        http.Request.Body = new MemoryStream(body);
        Assert.True(OidcForms.HasForm(http.Request));
        if (!OidcForms.ReadPairsAsync(http, default).GetAwaiter().GetResult().TryGet(out var pairs, out var refused))
        {
            Assert.Equal("invalid_request", refused.Code);
            return "refused";
        }
        Assert.True(pairs.Count <= 200 && pairs.All(pair => pair.Key.Length <= 256));
        Assert.True(pairs.Sum(pair => pair.Value.Length) <= 200 * 64 * 1024);
        return OidcForms.Parse(pairs).TryGet(out _, out var malformed) ? $"{pairs.Count} pairs" : malformed.Code;
    }

    private static IQueryCollection Query(string text)
    {
        var http = new DefaultHttpContext();
        http.Request.QueryString = new QueryString("?" + text);
        return http.Request.Query;
    }
}

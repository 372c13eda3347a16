using Anteroom.Protocols.Jose;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Federation;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Federation.Oidc;
using Anteroom.Server.Federation.Oidc.Clients;
using Anteroom.Server.Federation.Oidc.Subjects;
using Anteroom.Server.Federation.Oidc.Token;
using Anteroom.Server.Organizations;
using Anteroom.Tests.Protocols.Jose;
using FsCheck;
using FsCheck.Fluent;

namespace Anteroom.Tests.Fuzz.Targets;

/// <summary>How applications say who they are, and what they give back to us of what we gave them.</summary>
internal static class ClientTargets
{
    private const string ClientId = "app_x";
    private const string Issuer = "https://sso.example";
    private const string Sector = "rp.example";

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_772_440_000);
    private static readonly byte[] SectorSecret = [.. Enumerable.Range(0, 32).Select(number => (byte)number)];

    private static readonly string[] Claims = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

    private static readonly string Assertion = JsonWebToken.Sign(
        JoseScenario.Es256,
        "JWT",
        """{"iss":"app_x","sub":"app_x"}"""u8.ToArray()
    );

    private static readonly Gen<string> AssertionClaims =
        from seconds in Gen.Elements(-1, 0, 60, 300, 301)
        from left in Gen.Choose(0, 2 * Claims.Length)
        from more in Gen.Zip(Gen.Elements(Claims), Pieces.Json(1))
        from added in Gen.Choose(0, 2)
        let time = Now.ToUnixTimeSeconds()
        let values = (string[])["\"app_x\"", "\"app_x\"", $"\"{Issuer}\"", $"{time + seconds}", $"{time}", $"{time}", "\"once\""]
        let kept = Claims.Zip(values, (name, value) => $"\"{name}\":{value}").Where((_, index) => index != left)
        select $"{{{string.Join(',', added == 2 ? kept.Append($"\"{more.Item1}\":{more.Item2}") : kept)}}}";

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        FuzzTarget.OfText(
            "client-credentials",
            [ClientAuthenticator.Presented.Read],
            from header in Gen.Elements("", "", "Basic YXBwX3g6c2VjcmV0", "Basic YXBwX3k6c2VjcmV0", "Bearer x", "basic eDp5")
            from form in Gen.OneOf(
                Pieces.Form(("client_id", Gen.Constant(ClientId)), ("client_secret", Pieces.Word)),
                Pieces.Form(
                    ("client_id", Gen.Elements(ClientId, "app_y")),
                    ("client_assertion_type", Gen.Constant(ClientAssertions.Type)),
                    ("client_assertion", Gen.Elements(Assertion, "e30.e30.AA"))
                )
            )
            select $"{header}\n{form}",
            ["Basic ", "\n", "&client_id=", "&client_secret=", "&client_assertion=", "client_assertion_type=" + ClientAssertions.Type],
            ReadCredentials
        ),
        FuzzTarget.OfText(
            "client-assertion",
            [ClientAssertionRules.Read],
            AssertionClaims,
            [.. Claims.Select(claim => $"\"{claim}\":"), $"[\"{Issuer}\"]", "\"app_x\"", "1e9", "\"ISS\":"],
            text =>
            {
                if (!StrictJson.ParseObject(Pieces.Utf8(text), 16 * 1024).TryGet(out var claims, out _))
                    return "malformed";
                if (!ClientAssertionRules.Read(claims, ClientId, Issuer, Now).TryGet(out var once, out var refused))
                    return refused;
                Assert.InRange(once.JwtId.Length, 1, 256);
                Assert.InRange(once.ExpiresAt, Now.AddTicks(1), Now.AddMinutes(5));
                Assert.True(claims.TryGetString("sub", out var subject) && subject == ClientId);
                return "accepted";
            }
        ),
        FuzzTarget.OfText(
            "pairwise-subject",
            [PairwiseSubject.Read, PairwiseSubject.ReadSession],
            Pieces.Uuid.Select(id => PairwiseSubject.Of(new UserId(id), Sector, SectorSecret)),
            ["A", "_", "=", "AA"],
            text =>
            {
                if (PairwiseSubject.Read(text, Sector, SectorSecret) is not { } user)
                    return "refused";
                Assert.Equal(text, PairwiseSubject.Of(user, Sector, SectorSecret)); // one person, one spelling
                Assert.NotEqual(user, PairwiseSubject.Read(text, "other.example", SectorSecret));
                Assert.NotEqual(user.Value, PairwiseSubject.ReadSession(text, Sector, SectorSecret)!.Value.Value); // nor is it a session's
                return "read";
            }
        ),
        FuzzTarget.OfText(
            "jwt-id",
            [TokenIssuer.JwtId.TryReadGrant],
            Pieces.Uuid.Select(id => TokenIssuer.JwtId.New(new GrantId(id))),
            ["h", "A", "8", "_"],
            text =>
            {
                if (!TokenIssuer.JwtId.TryReadGrant(text, out var grant))
                    return "refused";
                Assert.StartsWith(Identifiers.ToBase32(grant.Value), text, StringComparison.Ordinal);
                return "read";
            }
        ),
    ];

    private static string ReadCredentials(string text)
    {
        var http = new DefaultHttpContext();
        var (header, form) = text.IndexOf('\n', StringComparison.Ordinal) is >= 0 and var at ? (text[..at], text[(at + 1)..]) : ("", text);
        if (header.Length > 0)
            http.Request.Headers.Authorization = header;
        http.Request.QueryString = new QueryString("?" + form);
        var pairs = http.Request.Query.SelectMany(pair => pair.Value.Select(value => KeyValuePair.Create(pair.Key, value ?? "")));
        if (!OidcForms.Parse(pairs).TryGet(out var parameters, out var malformed))
            return malformed.Code;
        if (!ClientAuthenticator.Presented.Read(http.Request, parameters).TryGet(out var presented, out var refused))
            return $"{refused.Code} {refused.Description}";

        // One way of proving it, and one client: nothing that the request says besides may speak of another.
        Assert.NotEmpty(presented.ClientId);
        Assert.True(parameters["client_id"] is null || parameters["client_id"] == presented.ClientId);
        Assert.Equal(presented.Method == ClientAuthentication.PrivateKeyJwt, presented.Assertion is not null);
        Assert.Equal(
            presented.Method is ClientAuthentication.ClientSecretBasic or ClientAuthentication.ClientSecretPost,
            presented.Secret is not null
        );
        Assert.True(presented.Secret is null || presented.Assertion is null);
        return presented.Method.ToString();
    }
}

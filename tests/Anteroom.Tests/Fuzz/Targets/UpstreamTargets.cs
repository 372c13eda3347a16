using Anteroom.Entra.Graph;
using Anteroom.Entra.IdTokens;
using Anteroom.Entra.Providers;
using Anteroom.Entra.Requests;
using Anteroom.Protocols.Jose;
using Anteroom.Tests.Entra.IdTokens;
using FsCheck;
using FsCheck.Fluent;

namespace Anteroom.Tests.Fuzz.Targets;

/// <summary>What a provider says, who may lie: its signature is true, its claims need not be.</summary>
internal static class UpstreamTargets
{
    private static readonly string[] Claims =
    [
        "iss",
        "sub",
        "aud",
        "azp",
        "exp",
        "iat",
        "nbf",
        "nonce",
        "tid",
        "oid",
        "ver",
        "acct",
        "upn",
        "preferred_username",
        "email",
        "groups",
        "roles",
        "_claim_names",
        "amr",
        "acrs",
        "auth_time",
        "at_hash",
    ];

    private static readonly IdTokenScenario Scenario = new()
    {
        SigningKey = IdTokenScenario.EllipticKey,
        Published = IdTokenScenario.KeySet(null, IdTokenScenario.EllipticKey),
        Algorithms = [SignatureAlgorithm.ES256],
    };

    private static readonly Gen<string> Payload =
        from left in Gen.Choose(0, 3 * Scenario.Claims.Count)
        from more in Gen.Zip(Gen.Elements(Claims), Pieces.Json(2)).ArrayOf(2)
        from added in Gen.Choose(0, 2)
        let kept = Scenario
            .Claims.Where((_, index) => index != left)
            .Select(claim => $"\"{claim.Key}\":{System.Text.Json.JsonSerializer.Serialize(claim.Value)}")
        select $"{{{string.Join(',', kept.Concat(more.Take(added).Select(claim => $"\"{claim.Item1}\":{claim.Item2}")))}}}";

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new FuzzTarget(
            "id-token-claims",
            [IdTokenValidation.Validate],
            Payload.Select(Pieces.Utf8),
            [
                .. Claims.Select(claim => $"\"{claim}\":"),
                "\"Tid\":",
                "\"ISS\":",
                $"\"{IdTokenScenario.ClientId}\"",
                $"\"{IdTokenScenario.Fabrikam}\"",
            ],
            ReadClaims
        ),
        FuzzTarget.OfText(
            "aadsts-code",
            [AadstsCode.Parse],
            Gen.Choose(0, 100_000_001).Select(number => $"AADSTS{number}: The user did something.\r\nTrace ID: x"),
            ["AADSTS", ":", "00", "AADSTS50011:"],
            text =>
            {
                if (AadstsCode.Parse(text) is not { } code)
                    return "refused";
                Assert.InRange(code.Value, 1, 99_999_999);
                Assert.StartsWith("AADSTS", text, StringComparison.Ordinal);
                Assert.Equal(code, AadstsCode.Parse($"{code}:"));
                return "read";
            }
        ),
        FuzzTarget.OfText(
            "graph-permissions",
            [GrantedPermissions.Parse],
            from roles in Gen.OneOf(Gen.Elements("\"Domain.Read.All\"", "1", "null"), Pieces.Json(2)).ArrayOf(2)
            from whole in Gen.Elements($"[{string.Join(',', roles)}]", "\"Domain.Read.All\"", "{}")
            select JsonWebToken.Sign(Scenario.SigningKey, "JWT", Pieces.Utf8($"{{\"roles\":{whole}}}")),
            [".", "..", "e30", "eyJyb2xlcyI6W119"],
            text =>
            {
                if (GrantedPermissions.Parse(text) is not { } granted)
                    return "refused";
                Assert.True(JsonWebToken.Parse(text).TryGet(out _, out _));
                Assert.InRange(granted.Count, 0, 500);
                return granted.Count == 0 ? "none" : "some";
            }
        ),
        FuzzTarget.OfText(
            "graph-page",
            [GraphPage.Parse],
            from items in Gen.OneOf(Gen.Elements("{}", "{\"id\":\"1\"}"), Pieces.Json(2)).ArrayOf(2)
            from more in Gen.Elements("", ",\"@odata.nextLink\":\"https://graph.microsoft.com/v1.0/me/more\"", ",\"@odata.nextLink\":1")
            select $"{{\"value\":[{string.Join(',', items)}]{more}}}",
            ["\"value\":", "\"@odata.nextLink\":", "\"error\":{\"code\":\"x\"}", "[]", "{}"],
            text =>
            {
                var body = Pieces.Utf8(text);
                Assert.True(GraphPage.ErrorOf(body) is null or { Length: > 0 and <= 100 });
                if (!GraphPage.Parse(body).TryGet(out var page, out var refused))
                    return refused.Code;
                Assert.All(page.Items, item => Assert.Equal(System.Text.Json.JsonValueKind.Object, item.ValueKind));
                Assert.True(page.Next is null or { IsAbsoluteUri: true });
                return page.Next is null ? "last" : "page";
            }
        ),
    ];

    private static string ReadClaims(byte[] claims)
    {
        var token = JsonWebToken.Sign(Scenario.SigningKey, "JWT", claims);
        var read = IdTokenValidation.Validate(
            token,
            new ProviderKeys(Scenario.Published, Scenario.Algorithms),
            Scenario.Expected,
            Scenario.Now
        );
        if (!read.TryGet(out var accepted, out var refused))
            return $"{refused.Code} {refused.Claim}";
        // Identity is tid and oid; whatever else the token says, it speaks of this tenant, to this client, in answer to this request.
        Assert.Equal(IdTokenScenario.Contoso, Assert.IsType<EntraIdentity>(accepted.Identity).TenantId);
        Assert.True(JsonWebToken.Parse(token).TryGet(out var parsed, out _));
        Assert.True(parsed.UnverifiedClaims.TryGetStrings("aud", out var audience) && audience!.Contains(IdTokenScenario.ClientId));
        Assert.True(parsed.UnverifiedClaims.TryGetString("nonce", out var nonce) && nonce == IdTokenScenario.Nonce);
        Assert.True(
            parsed.UnverifiedClaims.TryGetString("iss", out var issuer) && issuer == Cloud.Global.IssuerOf(IdTokenScenario.Contoso)
        );
        return "accepted";
    }
}

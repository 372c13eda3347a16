using System.Text.Json;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary>
/// The <c>claims</c> parameter: only its two documented uses count, <c>xms_cc</c> and <c>acrs</c> (entra-oidc.md §2.1). What a claims
/// challenge asks for besides (<c>capolids</c>, <c>polids</c>, <c>nbf</c>) comes back unread, but it makes the sign-in fresh.
/// </summary>
internal sealed record ClaimsRequest(
    IReadOnlyList<string> Capabilities,
    IReadOnlyList<string> ContextsInIdToken,
    IReadOnlyList<string> ContextsInAccessToken,
    bool IsChallenge
)
{
    /// <summary>What Conditional Access is asked for, whichever token shall show it.</summary>
    public IReadOnlyList<string> AuthenticationContexts => [.. ContextsInIdToken.Union(ContextsInAccessToken, StringComparer.Ordinal)];

    /// <summary>Null for text that is no JSON object; everything unknown in it is ignored.</summary>
    public static ClaimsRequest? Read(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 8 });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return null;
            var capabilities = new List<string>();
            var inIdToken = new List<string>();
            var inAccessToken = new List<string>();
            var isChallenge = false;
            foreach (var token in document.RootElement.EnumerateObject())
            {
                if (token.Value.ValueKind != JsonValueKind.Object || token.Name is not ("access_token" or "id_token"))
                    continue;
                foreach (var claim in token.Value.EnumerateObject())
                {
                    if (claim.Name == "xms_cc")
                        capabilities.AddRange(Values(claim.Value));
                    else if (claim.Name == "acrs")
                        (token.Name == "id_token" ? inIdToken : inAccessToken).AddRange(Values(claim.Value));
                    isChallenge |= claim.Name is "capolids" or "polids" or "nbf";
                }
            }
            return new ClaimsRequest(capabilities, inIdToken, inAccessToken, isChallenge);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static IEnumerable<string> Values(JsonElement claim)
    {
        if (claim.ValueKind != JsonValueKind.Object)
            yield break;
        if (claim.TryGetProperty("value", out var one) && one.ValueKind == JsonValueKind.String)
            yield return one.GetString()!;
        if (!claim.TryGetProperty("values", out var several) || several.ValueKind != JsonValueKind.Array)
            yield break;
        foreach (var value in several.EnumerateArray())
        {
            if (value.ValueKind == JsonValueKind.String)
                yield return value.GetString()!;
        }
    }
}

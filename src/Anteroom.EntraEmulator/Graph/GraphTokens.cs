using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Tokens;

namespace Anteroom.EntraEmulator.Graph;

/// <summary>Who sends a bearer token. Only Graph can tell: the signature is of a shape of its own (entra-oidc.md §3.2).</summary>
internal sealed class GraphTokens(EntraDirectory directory, TokenSigner signer, TimeProvider clock)
{
    private static readonly string[] Audiences = [MicrosoftGraph.Uri, MicrosoftGraph.Uri + "/", MicrosoftGraph.AppId.ToString()];

    /// <exception cref="GraphRefusal">401, in the words of graph.md §2.</exception>
    public GraphCaller Read(string authorization)
    {
        if (!authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) || authorization.Length <= "Bearer ".Length)
            throw Refuse("Access token is empty.");
        var claims = Open(authorization["Bearer ".Length..].Trim());
        if (!Audiences.Contains((string?)claims["aud"]))
            throw Refuse("Access token validation failure. Invalid audience.");
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        if ((long?)claims["exp"] is not { } end || end <= now)
            throw Refuse("Lifetime validation failed, the token is expired.");
        if ((long?)claims["nbf"] > now)
            throw Refuse("Lifetime validation failed, the token is not yet valid.");
        return Caller(claims);
    }

    private JsonObject Open(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 3)
            throw Refuse("IDX14100: JWT is not well formed, there are no dots (.).");
        try
        {
            if (signer.ReadGraphToken(token) is { } claims)
                return claims;
            // A token for somebody else has no nonce in its header; its audience is what is wrong with it.
            var header = JsonNode.Parse(Base64Url.DecodeFromChars(parts[0])) as JsonObject;
            throw Refuse(
                header is not null && !header.ContainsKey("nonce")
                    ? "Access token validation failure. Invalid audience."
                    : "Access token validation failure."
            );
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException or FormatException)
        {
            throw Refuse("IDX14102: Unable to decode the token.");
        }
    }

    private GraphCaller Caller(JsonObject claims)
    {
        if (
            !Guid.TryParse((string?)claims["tid"], out var tenantId)
            || !Guid.TryParse((string?)claims["appid"], out var appId)
            || directory.Tenants.Find(tenantId) is not { } tenant
            || directory.FindServicePrincipal(tenantId, appId) is not { AccountEnabled: true } principal
        )
            throw new GraphRefusal(
                new GraphError(401, "Authorization_IdentityNotFound", "The identity of the calling application could not be established.")
            );
        var name = directory.ApplicationOf(principal)?.DisplayName;
        if ((string?)claims["idtyp"] == "app" || !claims.ContainsKey("scp"))
            return new GraphCaller(tenant, appId, name, principal, null, Set(claims["roles"] as JsonArray));

        // Deleted since: the token lives on, but there is nobody whom it speaks for.
        if (!Guid.TryParse((string?)claims["oid"], out var userId) || directory.Users.Find(userId) is not { } user)
            throw Refuse("User not found.");
        var scopes = ((string?)claims["scp"] ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new GraphCaller(tenant, appId, name, principal, user, scopes.ToHashSet(StringComparer.OrdinalIgnoreCase));
    }

    private static HashSet<string> Set(JsonArray? roles) =>
        (roles ?? []).Select(role => (string?)role).OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);

    private static GraphRefusal Refuse(string message) => new(GraphError.Unauthorized(message));
}

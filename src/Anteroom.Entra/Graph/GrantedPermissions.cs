using System.Text.Json;
using Anteroom.Protocols.Jose;

namespace Anteroom.Entra.Graph;

/// <summary>What an application was granted of Graph, as its own token says in <c>roles</c>.</summary>
/// <remarks>For telling an administrator what is missing, and for nothing else: Graph alone decides, and nobody vouches for the token here.</remarks>
public static class GrantedPermissions
{
    private const int Most = 500;

    /// <returns>The names, none where nothing was granted; null where the token cannot be read, which is the provider's right.</returns>
    public static IReadOnlySet<string>? Parse(string accessToken)
    {
        if (!JsonWebToken.Parse(accessToken).TryGet(out var token, out _))
            return null;
        HashSet<string> names = new(StringComparer.Ordinal);
        if (!token.UnverifiedClaims.Element.TryGetProperty("roles", out var roles))
            return names;
        if (roles.ValueKind != JsonValueKind.Array || roles.GetArrayLength() > Most)
            return null;
        foreach (var role in roles.EnumerateArray())
            if (role.ValueKind == JsonValueKind.String)
                names.Add(role.GetString()!);
        return names;
    }
}

namespace Anteroom.Server.Federation.Applications;

/// <summary>Which sector an application belongs to (OIDC Core §8.1): those of one sector know a person by the same pairwise <c>sub</c>.</summary>
public static class Sectors
{
    /// <summary>The registered name, else the one host of all redirect URIs; null where they have several.</summary>
    public static string? Of(IReadOnlyList<string> redirectUris, ApplicationSettings settings)
    {
        if (settings.SectorIdentifier is { } registered)
            return registered;
        var hosts = redirectUris
            .Select(address => Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri.IdnHost : "")
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .ToList();
        return hosts is [{ Length: > 0 } host] ? host.ToLowerInvariant() : null;
    }
}

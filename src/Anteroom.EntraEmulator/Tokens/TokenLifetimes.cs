using System.Globalization;
using System.Text.Json;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary>Token-lifetime policies (entra-oidc.md §9.5): access, ID and SAML tokens live 10 minutes to a day.</summary>
internal sealed class TokenLifetimes(EntraDirectory directory)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>The life that a policy sets for tokens of this service principal, or null without a usable one.</summary>
    public TimeSpan? OfAccessToken(ServicePrincipal? principal)
    {
        if (principal is null || directory.StsPolicyFor(principal, StsPolicy.TokenLifetime) is not { } policy)
            return null;
        foreach (var definition in policy.Definition)
        {
            if (Read(definition) is { } life && life >= Shortest && life <= Longest)
                return life;
        }
        return null;
    }

    /// <summary><c>{"TokenLifetimePolicy":{"Version":1,"AccessTokenLifetime":"8:00:00"}}</c>.</summary>
    private static TimeSpan? Read(string definition)
    {
        try
        {
            using var document = JsonDocument.Parse(definition);
            return
                document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("TokenLifetimePolicy", out var policy)
                && policy.ValueKind == JsonValueKind.Object
                && policy.TryGetProperty("AccessTokenLifetime", out var life)
                && TimeSpan.TryParse(life.ToString(), CultureInfo.InvariantCulture, out var time)
                ? time
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

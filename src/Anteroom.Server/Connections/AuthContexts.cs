using System.Text.Json;

namespace Anteroom.Server.Connections;

/// <summary>Authentication contexts of Conditional Access: what a sign-in asks Entra for and what its token must show (<c>acrs</c>).</summary>
public static class AuthContexts
{
    /// <summary>Entra's names: <c>c1</c> to <c>c99</c>.</summary>
    public static bool IsName(string text) => text is ['c', >= '1' and <= '9'] or ['c', >= '1' and <= '9', >= '0' and <= '9'];

    /// <summary>The step-up that an application's <c>acr_values</c> come to; of several the first, which the application prefers.</summary>
    public static StepUp? StepUpFor(ConnectionSettings settings, string? acrValues) =>
        acrValues
            ?.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(acr => settings.StepUps.FirstOrDefault(step => step.Acr == acr))
            .FirstOrDefault(step => step is not null);

    /// <summary>All that this sign-in must satisfy: the connection's own, and the application's.</summary>
    public static IReadOnlyList<string> For(ConnectionSettings settings, string? acrValues) =>
        [.. new[] { settings.AuthContext, StepUpFor(settings, acrValues)?.AuthContext }.OfType<string>().Distinct(StringComparer.Ordinal)];

    /// <summary>The <c>claims</c> parameter that asks for them (OIDC Core §5.5.1), or null.</summary>
    public static string? ClaimsFor(IReadOnlyList<string> contexts) =>
        contexts switch
        {
            [] => null,
            [var only] => JsonSerializer.Serialize(new { id_token = new { acrs = new { essential = true, value = only } } }),
            _ => JsonSerializer.Serialize(new { id_token = new { acrs = new { essential = true, values = contexts } } }),
        };
}

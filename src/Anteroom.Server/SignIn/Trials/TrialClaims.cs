using Anteroom.Entra.IdTokens;

namespace Anteroom.Server.SignIn.Trials;

/// <summary>The claims of a believed token, for who sets the connection up.</summary>
internal static class TrialClaims
{
    // Parts of this sign-in's own proof, and handles by which somebody could act for the person at the provider.
    private static readonly HashSet<string> KeptBack = new(StringComparer.Ordinal)
    {
        "nonce",
        "at_hash",
        "c_hash",
        "s_hash",
        "sid",
        "login_hint",
        "rh",
        "uti",
        "aio",
        "puid",
    };

    public static IReadOnlyList<TrialClaim> Of(ValidatedIdToken token) =>
        [.. token.ClaimNames.Order(StringComparer.Ordinal).Select(name => new TrialClaim(name, ValuesOf(token, name)))];

    private static IReadOnlyList<string>? ValuesOf(ValidatedIdToken token, string name) =>
        KeptBack.Contains(name) ? null : token.Values(name);
}

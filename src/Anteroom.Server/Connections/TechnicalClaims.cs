using System.Collections.Frozen;

namespace Anteroom.Server.Connections;

/// <summary>Claims of the token itself, of the session and of the registration: nothing that would fill a field of a person.</summary>
internal static class TechnicalClaims
{
    private static readonly FrozenSet<string> Names = FrozenSet.Create(
        StringComparer.Ordinal,
        "iss",
        "aud",
        "azp",
        "exp",
        "iat",
        "nbf",
        "nonce",
        "jti",
        "at_hash",
        "c_hash",
        "s_hash",
        "sid",
        "ver",
        "rh",
        "uti",
        "aio",
        "acr",
        "acrs",
        "amr",
        "auth_time",
        "login_hint",
        "hasgroups",
        "_claim_names",
        "_claim_sources",
        "xms_cc",
        "xms_edov",
        "xms_ftd"
    );

    public static bool Contains(string name) => Names.Contains(name);
}

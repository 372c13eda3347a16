using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Portal.Registrations;

/// <summary>A kind of token with the optional claims that its picker lists (entra-oidc.md §4.3).</summary>
/// <param name="Name">In forms and addresses: <c>id</c>, <c>access</c> or <c>saml</c>.</param>
public sealed record TokenType(
    string Name,
    IReadOnlyList<string> Claims,
    Func<OptionalClaims, IReadOnlyList<OptionalClaim>> Read,
    Func<OptionalClaims, IReadOnlyList<OptionalClaim>, OptionalClaims> Write
)
{
    private static readonly string[] OfBoth =
    [
        "acct",
        "auth_time",
        "ctry",
        "email",
        "family_name",
        "fwd",
        "given_name",
        "in_corp",
        "ipaddr",
        "login_hint",
        "onprem_sid",
        "preferred_username",
        "pwd_exp",
        "pwd_url",
        "sid",
        "tenant_ctry",
        "tenant_region_scope",
        "upn",
        "verified_primary_email",
        "verified_secondary_email",
        "vnet",
        "xms_edov",
        "xms_pdl",
        "xms_pl",
        "xms_tpl",
        "ztdid",
    ];

    public static readonly TokenType Id = new(
        "id",
        [.. OfBoth.Append("acrs").Order(StringComparer.Ordinal)],
        claims => claims.IdToken,
        (claims, list) => claims with { IdToken = list }
    );

    public static readonly TokenType Access = new(
        "access",
        [.. OfBoth.Concat(["acrs", "aud", "idtyp", "xms_cc"]).Order(StringComparer.Ordinal)],
        claims => claims.AccessToken,
        (claims, list) => claims with { AccessToken = list }
    );

    public static readonly TokenType Saml = new(
        "saml",
        ["acct", "email", "upn"],
        claims => claims.Saml2Token,
        (claims, list) => claims with { Saml2Token = list }
    );

    public static readonly IReadOnlyList<TokenType> All = [Id, Access, Saml];

    public static TokenType? Find(string name) => All.FirstOrDefault(type => type.Name == name);
}

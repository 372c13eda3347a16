using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Portal.Registrations;

/// <summary>Token configuration: optional claims by token type, and the groups claim (entra-oidc.md §4.3, §4.4).</summary>
internal static class TokenConfigurationEndpoints
{
    private const string Page = "token-configuration";
    private const string Groups = "groups";
    private const string External = "include_externally_authenticated_upn";
    private const string AsRoles = "emit_as_roles";

    public static void Map(RouteGroupBuilder registration)
    {
        var page = registration.MapGroup("/token-configuration");
        page.MapGet("", (PortalCall call) => ShowAsync(call, null));
        page.MapPost("/claims", AddClaimsAsync);
        page.MapPost("/claims/remove", RemoveClaimAsync);
        page.MapPost("/groups", SaveGroupsAsync);
    }

    private static Task<IResult> ShowAsync(PortalCall call, FieldProblem? problem)
    {
        // "type" opens the picker for that token type; a refused form opens it by itself.
        var asked = problem is null ? call.Query("type") : call.Text("type");
        return call.ShowAsync<TokenConfigurationPage>(new { View = call.View(Page, problem), Type = TokenType.Find(asked) });
    }

    private static Task<IResult> AddClaimsAsync(PortalCall call)
    {
        if (TokenType.Find(call.Text("type")) is not { } type)
            return call.NotFoundAsync();
        var chosen = call.Chosen("claim").Where(type.Claims.Contains).Select(name => Claim(call, name)).ToList();
        if (chosen.Count == 0)
            return ShowAsync(call, PortalCall.Refusal("", "TokenConfiguration.NothingChosen"));
        var graph = call.IsOn("graph") ? PermissionsFor(chosen) : [];
        return call.ChangeAsync(
            known =>
            {
                var changed = known with
                {
                    OptionalClaims = type.Write(
                        known.OptionalClaims,
                        [.. type.Read(known.OptionalClaims).Where(old => chosen.All(added => added.Name != old.Name)), .. chosen]
                    ),
                };
                return graph.Count == 0 ? changed : changed.WithPermissions(MicrosoftGraph.AppId, graph);
            },
            "",
            Page,
            ShowAsync
        );
    }

    private static OptionalClaim Claim(PortalCall call, string name) =>
        new(name) { AdditionalProperties = name == "upn" && call.IsOn("external") ? [External] : [] };

    /// <summary>"Turn on the Microsoft Graph … permission (required for claims to appear in token)".</summary>
    private static List<ResourceAccess> PermissionsFor(IEnumerable<OptionalClaim> claims) =>
        [
            .. claims
                .Select(claim =>
                    claim.Name switch
                    {
                        "email" => "email",
                        "upn" or "given_name" or "family_name" or "preferred_username" => "profile",
                        _ => null,
                    }
                )
                .OfType<string>()
                .Distinct()
                .Select(name => new ResourceAccess(MicrosoftGraph.FindScope(name)!.Id, ResourceAccess.Scope)),
        ];

    private static Task<IResult> RemoveClaimAsync(PortalCall call)
    {
        if (TokenType.Find(call.Text("type")) is not { } type)
            return call.NotFoundAsync();
        var name = call.Text("claim");
        return call.ChangeAsync(
            known =>
                known with
                {
                    OptionalClaims = type.Write(
                        known.OptionalClaims,
                        [.. type.Read(known.OptionalClaims).Where(claim => claim.Name != name)]
                    ),
                    GroupMembershipClaims = name == Groups ? null : known.GroupMembershipClaims,
                },
            "",
            Page,
            ShowAsync
        );
    }

    /// <summary>"Edit groups claim": which groups, and in which form each token type names them.</summary>
    private static Task<IResult> SaveGroupsAsync(PortalCall call)
    {
        var chosen = call.Chosen("kind").Where(GroupsClaim.Kinds.Contains).ToList();
        return call.ChangeAsync(
            known =>
            {
                var claims = known.OptionalClaims;
                foreach (var type in TokenType.All)
                {
                    var rest = type.Read(claims).Where(claim => claim.Name != Groups);
                    claims = type.Write(claims, chosen.Count == 0 ? [.. rest] : [.. rest, GroupsOf(call, type)]);
                }
                return known with { GroupMembershipClaims = chosen.Count == 0 ? null : string.Join(", ", chosen), OptionalClaims = claims };
            },
            "",
            Page,
            ShowAsync
        );
    }

    private static OptionalClaim GroupsOf(PortalCall call, TokenType type)
    {
        var form = GroupsClaim.Forms.Contains(call.Text($"form-{type.Name}")) ? call.Text($"form-{type.Name}") : null;
        string[] properties =
        [
            .. form is null ? Array.Empty<string>() : [form],
            .. call.IsOn($"roles-{type.Name}") ? [AsRoles] : Array.Empty<string>(),
        ];
        return new OptionalClaim(Groups) { AdditionalProperties = properties };
    }
}

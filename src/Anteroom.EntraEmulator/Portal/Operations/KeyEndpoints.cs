using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Signing;

namespace Anteroom.EntraEmulator.Portal.Operations;

/// <summary>Signing keys: rolled over step by step or at once, and a key of its own for one application (entra-oidc.md §1.4).</summary>
internal static class KeyEndpoints
{
    public static void Map(RouteGroupBuilder portal)
    {
        portal.MapGet("/keys", (PortalCall call) => ShowAsync(call, null));
        portal.MapPost("/keys/roll", RollAsync);
        portal.MapPost("/keys/own", MakeOwnAsync);
    }

    private static Task<IResult> ShowAsync(PortalCall call, FieldProblem? problem)
    {
        var owners = call.Directory.ServicePrincipals.All.ToDictionary(principal => principal.Id);
        var rows = call
            .Directory.Keys.All.OrderBy(key => key.Sequence)
            .Select(key => new KeysPage.Row(
                key.Kid,
                key.Signs,
                key.IsConsumers,
                key.ServicePrincipalId is { } owner && owners.TryGetValue(owner, out var principal)
                    ? $"{call.Directory.ApplicationOf(principal)?.DisplayName} ({call.Directory.Tenants.Find(principal.TenantId)?.DisplayName})"
                    : null
            ));
        return call.ShowAsync<KeysPage>(new { View = call.View("keys", problem), Rows = rows.ToList() });
    }

    private static Task<IResult> RollAsync(PortalCall call)
    {
        var keys = call.Get<KeyRing>();
        switch (call.Text("step"))
        {
            case "add":
                keys.AddNext();
                break;
            case "switch":
                keys.SwitchSigning();
                break;
            case "remove" when keys.RemoveOld() is null:
                return ShowAsync(call, PortalCall.Refusal("", "Keys.TwoStay"));
            case "remove":
                break;
            case "emergency":
                keys.Replace();
                break;
            default:
                return call.NotFoundAsync();
        }
        return Task.FromResult(PortalPages.See("/portal/keys?saved=1"));
    }

    private static Task<IResult> MakeOwnAsync(PortalCall call)
    {
        var typed = call.Text("application");
        var application = Guid.TryParse(typed, out var id) ? call.Directory.FindApplication(id) : null;
        if (application is null || call.Directory.FindServicePrincipal(application.TenantId, application.AppId) is not { } principal)
            return ShowAsync(call, PortalCall.Refusal("application", "Keys.NoApplication", typed));
        call.Get<EnterpriseEditor>().AddSigningKey(principal);
        return Task.FromResult(PortalPages.See("/portal/keys?saved=1"));
    }
}

using Anteroom.EntraEmulator.Consenting;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Portal.Enterprise;

/// <summary>Enterprise applications > Admin consent requests: who asked for what, and the administrator's answer.</summary>
internal static class ApprovalEndpoints
{
    private const string Path = "/enterprise-applications/admin-consent-requests";

    public static void Map(RouteGroupBuilder tenant)
    {
        tenant.MapGet(Path, ShowAsync);
        tenant.MapPost(Path + "/approve", (PortalCall call) => AnswerAsync(call, ApprovalRequest.Approved));
        tenant.MapPost(Path + "/deny", (PortalCall call) => AnswerAsync(call, ApprovalRequest.Denied));
        tenant.MapPost(Path + "/block", (PortalCall call) => AnswerAsync(call, ApprovalRequest.Blocked));
    }

    private static Task<IResult> ShowAsync(PortalCall call)
    {
        var rows = call.Get<ApprovalRequests>()
            .Of(call.Tenant.Id)
            .Select(request => new ApprovalsPage.Row(
                request,
                call.Directory.FindApplication(request.AppId)?.DisplayName ?? request.AppId.ToString(),
                Principals.NameOf(call.Directory, request.UserId)
            ));
        return call.ShowAsync<ApprovalsPage>(
            new
            {
                View = call.View("enterprise-applications"),
                Rows = rows.ToList(),
                IsOn = call.Tenant.Policies.AdminConsentRequestsEnabled,
            }
        );
    }

    private static Task<IResult> AnswerAsync(PortalCall call, string state)
    {
        // Somebody else may have answered meanwhile: the list tells it.
        if (Guid.TryParse(call.Text("request"), out var id))
            _ = call.Get<ApprovalRequests>().Answer(call.Tenant.Id, id, state);
        return call.SeeAsync(Path[1..]);
    }
}

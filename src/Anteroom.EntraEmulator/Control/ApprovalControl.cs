using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Consenting;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Control;

/// <summary>Requests for admin consent, and an administrator's answers to them.</summary>
internal static class ApprovalControl
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(
            "/tenants/{tenant}/admin-consent-requests",
            (string tenant, EntraDirectory directory, ApprovalRequests approvals) =>
                TenantControl.Items(approvals.Of(ControlEndpoints.Tenant(directory, tenant).Id).Select(ControlJson.Write))
        );
        Answer(routes, "approve", ApprovalRequest.Approved);
        Answer(routes, "deny", ApprovalRequest.Denied);
        Answer(routes, "block", ApprovalRequest.Blocked);
    }

    private static void Answer(IEndpointRouteBuilder routes, string verb, string state) =>
        routes.MapPost(
            $"/tenants/{{tenant}}/admin-consent-requests/{{id:guid}}/{verb}",
            JsonObject (string tenant, Guid id, EntraDirectory directory, ApprovalRequests approvals) =>
                ControlJson.Write(
                    approvals.Answer(ControlEndpoints.Tenant(directory, tenant).Id, id, state)
                        ?? throw new ControlException($"There is no open request '{id}'.", 404)
                )
        );
}

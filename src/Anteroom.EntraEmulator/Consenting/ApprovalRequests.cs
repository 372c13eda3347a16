using Anteroom.EntraEmulator.Authorize;
using Anteroom.EntraEmulator.Objects;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Consenting;

/// <summary>The admin-consent workflow (entra-oidc.md §6.4 row 3): people ask, an administrator approves, denies or blocks.</summary>
internal sealed class ApprovalRequests(EntraDirectory directory, ConsentRegister register, TimeProvider clock)
{
    /// <summary>"Consent request expires after (days)": 30 days, as Entra proposes.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(30);

    /// <summary>The field of the page takes no more either.</summary>
    private const int LongestReason = 500;

    /// <summary>Newest first. What nobody answered in time is not there any more.</summary>
    public IEnumerable<ApprovalRequest> Of(Guid tenantId) =>
        directory
            .ApprovalRequestsByTenant.Find(tenantId.ToString())
            .Where(request => !IsOver(request))
            .OrderByDescending(request => request.CreatedDateTime)
            .ThenByDescending(request => request.Id);

    /// <summary>One open request of a person for an application: asking again renews it.</summary>
    public void Ask(Presence presence, Application application, IReadOnlyList<string> scopes, string reason) =>
        directory.Write(changes =>
        {
            var open = Of(presence.Tenant.Id)
                .FirstOrDefault(known =>
                    known.State == ApprovalRequest.Pending && known.AppId == application.AppId && known.UserId == presence.User.Id
                );
            changes.Put(
                directory.ApprovalRequests,
                new ApprovalRequest(
                    open?.Id ?? Identifiers.NewUuid(clock),
                    presence.Tenant.Id,
                    application.AppId,
                    presence.User.Id,
                    scopes,
                    reason.Length <= LongestReason ? reason : reason[..LongestReason],
                    clock.GetUtcNow()
                )
            );
        });

    /// <summary>"Approve": consent on behalf of the organization to what was asked for. "Block" also disables the application there.</summary>
    /// <param name="tenantId">Whose administrator answers.</param>
    /// <param name="state">One of the states other than pending.</param>
    /// <returns>Null where there is no such open request.</returns>
    public ApprovalRequest? Answer(Guid tenantId, Guid id, string state) =>
        directory.Write(changes =>
        {
            if (
                directory.ApprovalRequests.Find(id) is not { State: ApprovalRequest.Pending } open
                || open.TenantId != tenantId
                || IsOver(open)
            )
                return null;
            var closed = open with { State = state, ReviewedDateTime = clock.GetUtcNow() };
            changes.Put(directory.ApprovalRequests, closed);
            if (state == ApprovalRequest.Approved)
                register.Grant(changes, tenantId, open.AppId, null, open.Scopes);
            if (state == ApprovalRequest.Blocked)
            {
                var principal = register.Provide(changes, tenantId, open.AppId);
                changes.Put(directory.ServicePrincipals, principal with { AccountEnabled = false });
            }
            return closed;
        });

    private bool IsOver(ApprovalRequest request) =>
        request.State == ApprovalRequest.Pending && request.CreatedDateTime + Life <= clock.GetUtcNow();
}

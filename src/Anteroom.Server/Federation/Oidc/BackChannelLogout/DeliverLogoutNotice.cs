using System.Net;
using System.Text.Json;
using Anteroom.Entra.Outbound;
using Anteroom.Server.Audit;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Observability;
using Anteroom.Server.Platform.Outbox;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Federation.Oidc.BackChannelLogout;

/// <summary>Tells one application that a session ended (OIDC Back-Channel Logout §2.5), and writes down what it said.</summary>
/// <remarks>
/// 200 and 204 are success and 400 is a refusal (§2.8); whatever else comes, or does not, is tried again. An application may hear the same twice, where a node died
/// between its answer and our note of it; each attempt has a <c>jti</c> of its own, so that the second is not taken for a replay.
/// </remarks>
public sealed class DeliverLogoutNotice(
    ApplicationStore applications,
    LogoutTokens tokens,
    OutboundHttp http,
    Database database,
    AuditTrail audit,
    TimeProvider clock,
    ILogger<DeliverLogoutNotice> log
) : IOutboxHandler
{
    private const string Parameter = "logout_token";
    private const string AuditAction = "application.logout_told";

    private static readonly OutboundLimits Limits = new(0, TimeSpan.FromSeconds(10));

    public string Kind => LogoutNotice.Kind;

    public async Task<OutboxOutcome> DeliverAsync(OutboxItem item, CancellationToken ct)
    {
        var notice = Read(item);
        if (await applications.FindByClientIdAsync(notice.Client, ct) is not { Settings.BackChannelLogoutUri: { } address } client)
            return OutboxOutcome.GiveUp("The application has no address for it any more.");
        if (await SubjectAsync(item, notice, ct) is not { } subject)
            return OutboxOutcome.GiveUp("The account is gone.");

        var began = clock.GetTimestamp();
        var token = await tokens.IssueAsync(client, new(notice.User), subject, new(notice.Session), clock.GetUtcNow(), ct);
        var destination = new Uri(address);
        var sent = await http.SendAsync(
            new(HttpMethod.Post, destination, item.Organization.ToString(), "logout " + destination.Authority, Limits)
            {
                Form = [new(Parameter, token)],
                IgnoresBody = true,
            },
            ct
        );
        var outcome = Judge(sent.TryGet(out var answer, out var failure) ? answer.Status : failure.Status, failure);
        Telemetry.Called(
            LogoutNotice.Kind,
            outcome is null ? "success"
                : failure is { Status: null } ? "unreachable"
                : "refused",
            clock.GetElapsedTime(began)
        );
        if (outcome is not null)
        {
            log.LogoutNotDelivered(notice.Client, item.Attempt, failure?.Code ?? "unexpected_status");
            return outcome;
        }
        await RecordAsync(item, notice, AuditResult.Success, reason: null, error: null, ct);
        return OutboxOutcome.Delivered;
    }

    public Task GivenUpAsync(OutboxItem item, string error, CancellationToken ct) =>
        RecordAsync(item, Read(item), AuditResult.Failed, ReasonCodes.LogoutNotDelivered, error, ct);

    /// <summary>Null where the application took it.</summary>
    private static OutboxOutcome? Judge(int? status, OutboundFailure? failure) =>
        (status, failure?.Kind) switch
        {
            ((int)HttpStatusCode.OK or (int)HttpStatusCode.NoContent, _) => null,
            ((int)HttpStatusCode.BadRequest, _) => OutboxOutcome.GiveUp("The application refused the logout token (400)."),
            (_, OutboundFailureKind.RefusedUri) => OutboxOutcome.GiveUp("This server may not call that address; see AllowedTargets."),
            ({ } other, _) => OutboxOutcome.Retry($"The application answered {other}.", failure?.RetryAfter),
            _ => OutboxOutcome.Retry(failure?.Code ?? "no answer", failure?.RetryAfter),
        };

    private Task<string?> SubjectAsync(OutboxItem item, LogoutNotice notice, CancellationToken ct) =>
        database
            .In(item.Organization)
            .FirstAsync<string>(
                "SELECT subject FROM users WHERE organization_id = @organization AND user_id = @user", // a deleted account keeps its subject
                new { user = notice.User },
                ct
            );

    private async Task RecordAsync(
        OutboxItem item,
        LogoutNotice notice,
        AuditResult result,
        string? reason,
        string? error,
        CancellationToken ct
    )
    {
        var context = new AuditContext(Actor.System, null, AuditContext.HashOf(notice.Session), notice.CorrelationId);
        var entry = new AuditEntry(AuditAction, result, reason, "user", notice.User)
        {
            Details = new Dictionary<string, object?>
            {
                ["client"] = notice.Client,
                ["cause"] = notice.Cause,
                ["attempts"] = item.Attempt,
                ["error"] = error,
            },
        };
        await using var tx = await database.BeginAsync(item.Organization, ct);
        await audit.RecordAsync(tx, context, entry, ct);
        await tx.CommitAsync(ct);
    }

    private static LogoutNotice Read(OutboxItem item) =>
        item.Payload.Deserialize<LogoutNotice>(JsonSerializerOptions.Web)
        ?? throw new InvalidOperationException("A logout notice in the outbox is empty.");
}

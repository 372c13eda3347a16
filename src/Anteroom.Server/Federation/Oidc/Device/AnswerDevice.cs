using Anteroom.Protocols.OAuth;
using Anteroom.Server.Audit;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Federation.Oidc.Authorize;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.SignIn.Sessions;

namespace Anteroom.Server.Federation.Oidc.Device;

/// <summary>Carries out what a signed-in person answered: the device's session and grant with the answer and its audit in one transaction, or nothing.</summary>
/// <remarks>Errors, as codes of the catalogue: <c>user_code_unknown</c> where the device waits no longer, <c>channel_not_allowed</c> where the person may not use installed applications, <c>session_ended</c>.</remarks>
public sealed class AnswerDevice(Database database, DeviceSessions sessions, AuditTrail audit, TimeProvider clock)
{
    /// <param name="session">Of the browser in which the person said yes.</param>
    /// <returns>Null where it was done.</returns>
    public async Task<string?> ApproveAsync(
        UserCode code,
        DeviceAuthorization device,
        Application application,
        Session session,
        AuditContext context,
        CancellationToken ct
    )
    {
        var now = clock.GetUtcNow();
        await using var tx = await database.BeginAsync(session.Organization, ct);
        if (await sessions.BeginAsync(tx, session, application.ClientId, application.Channel, now, ct) is not { } ofDevice)
            return application.Channel == "web" ? ReasonCodes.SessionEnded : ReasonCodes.ChannelNotAllowed; // it was live a moment ago
        var grant = GrantId.New(clock);
        if (!await InsertAsync(tx, grant, device, ofDevice, now, ct))
            return ReasonCodes.UserCodeUnknown; // switched off, or held to other grants, since the device asked
        if (!await DeviceAuthorizations.TryApproveAsync(tx, code, new(session.Organization, grant), now, ct))
            return ReasonCodes.UserCodeUnknown;

        var entry = Entry("device.approved", device, application, ("session", ofDevice.Id.ToString()), ("grant", grant.ToString()));
        await audit.RecordAsync(tx, context, entry, ct);
        await tx.CommitAsync(ct);
        return null;
    }

    /// <inheritdoc cref="ApproveAsync"/>
    public async Task<string?> DenyAsync(
        UserCode code,
        DeviceAuthorization device,
        Application application,
        Session session,
        AuditContext context,
        CancellationToken ct
    )
    {
        await using var tx = await database.BeginAsync(session.Organization, ct);
        if (!await DeviceAuthorizations.TryDenyAsync(tx, code, clock.GetUtcNow(), ct))
            return ReasonCodes.UserCodeUnknown;
        await audit.RecordAsync(tx, context, Entry("device.denied", device, application), ct);
        await tx.CommitAsync(ct);
        return null;
    }

    // The application is asked for again in the same statement (SEC-094).
    private static async Task<bool> InsertAsync(
        Transaction tx,
        GrantId grant,
        DeviceAuthorization device,
        Session session,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var written = await tx.FirstAsync<long>(
            """
            WITH application AS (
                SELECT client_id FROM applications
                 WHERE client_id = @client AND organization_id IN (@organization, platform_organization()) AND protocol = 'oidc'
                   AND disabled_at IS NULL AND settings -> 'grantTypes' ? @type),
            granted AS (
                INSERT INTO grants (organization_id, grant_id, user_id, session_id, client_id, scope, resource, authenticated_at, amr, acr, created_at)
                SELECT @organization, @grant, @user, @session, client_id, @scope, @resource, @authenticatedAt, @amr, @acr, @now FROM application
                RETURNING client_id),
            told AS (
                INSERT INTO session_applications (organization_id, session_id, client_id, first_at)
                SELECT @organization, @session, client_id, @now FROM granted)
            SELECT count(*) FROM granted
            """,
            new
            {
                client = device.ClientId,
                type = GrantType.DeviceCode,
                grant = grant.Value,
                user = session.User.Value,
                session = session.Id.Value,
                scope = device.Scope.ToString(),
                resource = device.Resources.Text,
                authenticatedAt = session.AuthenticatedAt,
                amr = AuthenticationMethods.Of(session.Evidence).ToArray(),
                acr = session.Evidence.Acr,
                now,
            },
            ct
        );
        return written == 1;
    }

    private static AuditEntry Entry(
        string action,
        DeviceAuthorization device,
        Application application,
        params ReadOnlySpan<(string Name, string Value)> more
    )
    {
        var details = new Dictionary<string, object?>
        {
            ["clientId"] = device.ClientId,
            ["scope"] = device.Scope.ToString(),
            ["askedFrom"] = device.Network, // where it is not the person's, somebody may have been lured (RFC 8628 §5.4)
        };
        foreach (var (name, value) in more)
            details[name] = value;
        return new(action, AuditResult.Success, null, "application", application.Id.Value, application.Name) { Details = details };
    }
}

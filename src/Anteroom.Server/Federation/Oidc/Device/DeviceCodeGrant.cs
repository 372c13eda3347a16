using Anteroom.Protocols.OAuth;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Federation.Oidc.Clients;
using Anteroom.Server.Federation.Oidc.Token;
using Anteroom.Server.Platform;

namespace Anteroom.Server.Federation.Oidc.Device;

/// <summary>A device asks whether somebody has said yes, and gets its tokens once (RFC 8628 §3.4, §3.5).</summary>
/// <remarks>Errors: <c>authorization_pending</c>, <c>slow_down</c>, <c>access_denied</c>, <c>expired_token</c>; <c>invalid_grant</c> for every other refusal of the code.</remarks>
public sealed class DeviceCodeGrant(
    DeviceAuthorizations devices,
    RefreshTokens refreshTokens,
    GrantRevocation revocation,
    TokenIssuer issuer,
    TimeProvider clock,
    ILogger<DeviceCodeGrant> log
) : ITokenGrant
{
    public string Type => GrantType.DeviceCode;

    public async Task<Result<TokenResponse, OAuthError>> HandleAsync(
        OAuthParameters parameters,
        AuthenticatedClient authenticated,
        CancellationToken ct
    )
    {
        var client = authenticated.Application;
        if (!parameters.Require("device_code").TryGet(out var text, out var missing))
            return missing;
        if (!ResourceIndicators.ReadOne(parameters, client).TryGet(out var asked, out var unregistered))
            return unregistered;
        if (!Handle.TryParse(DeviceAuthorizations.Prefix, text, out var code))
            return Refuse(client, "not a device code of ours");

        var now = clock.GetUtcNow();
        var seen = await devices.FindAsync(code, ct);
        switch (DevicePolling.Decide(seen, client.ClientId, now))
        {
            case PollAnswer.Pending:
                await devices.PolledAsync(code, TimeSpan.Zero, now, ct);
                return OAuthError.AuthorizationPending("Nobody has answered yet.");
            case PollAnswer.SlowDown:
                await devices.PolledAsync(code, DevicePolling.Slower, now, ct);
                return OAuthError.SlowDown("Nobody has answered yet. Wait five seconds longer between two questions.");
            case PollAnswer.Denied:
                return OAuthError.AccessDenied("The person said no.");
            case PollAnswer.Expired:
                return OAuthError.ExpiredToken("Nobody answered in time. Ask for new codes.");
            case PollAnswer.Replayed:
                return await RefuseReplayAsync(code, authenticated, ct);
            case PollAnswer.Redeem:
                return await RedeemAsync(code, seen!, asked, authenticated, now, ct);
            default:
                return Refuse(client, "unknown, or issued to another client");
        }
    }

    private async Task<Result<TokenResponse, OAuthError>> RedeemAsync(
        Handle code,
        DeviceAuthorization seen,
        RequestedResources asked,
        AuthenticatedClient authenticated,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var client = authenticated.Application;
        if (!ResourceIndicators.Choose(asked, seen.Resources, client).TryGet(out var audience, out var elsewhere))
            return elsewhere;
        if (await devices.RedeemAsync(code, seen.Approved!, client.ClientId, now, ct) is not { } facts)
            return await RefuseReplayAsync(code, authenticated, ct); // another question of the same moment was first
        if (facts.Refusal(client.Channel) is { } refusal)
            return Refuse(client, refusal);
        if (!facts.SessionExists)
            return Refuse(client, "the session has ended");

        var refreshToken =
            facts.IsOffline && client.Settings.Allows(GrantType.RefreshToken)
                ? await refreshTokens.BeginAsync(facts, client.Lifetimes, now, ct)
                : null;
        return await issuer.IssueAsync(new(client, facts, facts.Scope, audience, Type) { RefreshToken = refreshToken }, now, ct);
    }

    // As with an authorization code (RFC 6749 §4.1.2): two hold it, and one of them has no right to it.
    private async Task<OAuthError> RefuseReplayAsync(Handle code, AuthenticatedClient authenticated, CancellationToken ct)
    {
        if (await devices.FindAsync(code, ct) is { RedeemedAt: not null, Approved: { } approved })
            await revocation.RevokeAsync(
                approved.Organization,
                approved.Grant,
                GrantRevocation.DeviceCodeReplayed,
                authenticated.Audit,
                ct
            );
        return Refuse(authenticated.Application, "already redeemed");
    }

    private OAuthError Refuse(Application client, string reason)
    {
        log.DeviceCodeRefused(client.ClientId, reason);
        return OAuthError.InvalidGrant("The device code is not valid.");
    }
}

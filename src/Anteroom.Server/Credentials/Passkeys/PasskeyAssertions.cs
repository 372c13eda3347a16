using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;
using Microsoft.AspNetCore.Identity;

namespace Anteroom.Server.Credentials.Passkeys;

/// <summary>An answer whose challenge is consumed and whose passkey exists; not proven yet.</summary>
public sealed class PresentedPasskey
{
    internal PresentedPasskey(
        OrganizationId organization,
        UserId user,
        PasskeyId id,
        PasskeyRelyingParty party,
        AuthenticatorAnswer answer,
        string state
    ) => (Organization, User, Id, Party, Answer, State) = (organization, user, id, party, answer, state);

    /// <summary>Whose passkey it is.</summary>
    public OrganizationId Organization { get; }

    /// <summary>Whose account it belongs to; to be held before <see cref="PasskeyAssertions.VerifyAsync"/>.</summary>
    public UserId User { get; }

    public PasskeyId Id { get; }

    internal PasskeyRelyingParty Party { get; }

    internal AuthenticatorAnswer Answer { get; }

    internal string State { get; }
}

/// <summary>A passkey that has just proven its owner, with the person verified by the authenticator.</summary>
/// <param name="BackupEligible">Whether its key may leave the device; then no hardware vouches for it.</param>
public sealed record ProvenPasskey(PasskeyId Id, UserId User, bool BackupEligible);

/// <summary>Proves people by passkeys that they choose themselves (WebAuthn §7.2, discoverable credentials).</summary>
public sealed class PasskeyAssertions(Database database, Routes routes, PasskeyCeremonies ceremonies, AuditTrail audit, TimeProvider clock)
{
    /// <returns>The options for the browser, or <c>too_many_requests</c>.</returns>
    public Task<Result<string, PasskeyRefusal>> BeginAsync(
        HttpContext http,
        PasskeyRelyingParty party,
        CeremonyBinding binding,
        CancellationToken ct
    ) => ceremonies.BeginAssertionAsync(http, party, PlaceOf(binding), ct);

    /// <summary>Reads the answer, consumes its challenge and finds whose passkey it names.</summary>
    /// <returns>The passkey, or <c>passkey_invalid</c>, <c>passkey_challenge_missing</c>, <c>passkey_unknown</c>.</returns>
    public async Task<Result<PresentedPasskey, PasskeyRefusal>> ReceiveAsync(
        PasskeyRelyingParty party,
        CeremonyBinding binding,
        string json,
        CancellationToken ct
    )
    {
        if (AuthenticatorAnswer.ReadSigned(json) is not { } answer)
            return PasskeyRefusal.Invalid("malformed");
        var consumed = await ceremonies.ConsumeAsync(answer, PlaceOf(binding), ct);
        if (!consumed.TryGet(out var state, out var missing))
            return missing;

        var found = await routes.FindAsync(RouteKinds.Passkey, PasskeyStore.RouteKey(answer.CredentialId), ct);
        if (found is not [{ Target: { } id, Organization: var organization }])
            return new PasskeyRefusal(ReasonCodes.PasskeyUnknown);
        var user = await database
            .In(organization)
            .FirstAsync<Guid?>(
                "SELECT user_id FROM passkeys WHERE organization_id = @organization AND passkey_id = @id AND relying_party = @party",
                new { id, party = party.Id },
                ct
            );
        return user is { } owner
            ? new PresentedPasskey(organization, new(owner), new(id), party, answer, state)
            : new PasskeyRefusal(ReasonCodes.PasskeyUnknown);
    }

    /// <summary>Proves the answer inside the organization's transaction, in which the caller holds the user.</summary>
    /// <remarks>The caller commits also after a refusal: a counter that went back is remembered (SEC-222).</remarks>
    /// <returns>The passkey, or <c>passkey_unknown</c>, <c>passkey_invalid</c>, <c>passkey_suspended</c>.</returns>
    public async Task<Result<ProvenPasskey, PasskeyRefusal>> VerifyAsync(
        Transaction tx,
        HttpContext http,
        PresentedPasskey presented,
        CancellationToken ct
    )
    {
        var (answer, now) = (presented.Answer, clock.GetUtcNow());
        var stored = await tx.FirstAsync<Stored>(
            """
            SELECT p.public_key, p.backup_eligible, p.suspended_at, h.handle
              FROM passkeys p JOIN passkey_users h USING (organization_id, user_id)
             WHERE p.organization_id = @organization AND p.passkey_id = @id AND p.user_id = @user AND p.credential_id = @credential
            """,
            new
            {
                id = presented.Id.Value,
                user = presented.User.Value,
                credential = answer.CredentialId,
            },
            ct
        );
        if (stored is null)
            return new PasskeyRefusal(ReasonCodes.PasskeyUnknown);
        if (
            answer.UserHandle is not { } sent
            || UserHandle.FromWire(sent) is not { } handle
            || !handle.AsSpan().SequenceEqual(stored.Handle)
        )
            return PasskeyRefusal.Invalid("user_handle");

        var refusal = await PasskeyCeremonies.VerifyAssertionAsync(
            http,
            presented.Party,
            answer,
            presented.State,
            new(UserHandle.Format(stored.Handle)),
            stored.ToInfo(answer.CredentialId)
        );
        if (refusal is not null)
            return refusal;
        if (stored.SuspendedAt is not null)
            return new PasskeyRefusal(ReasonCodes.PasskeySuspended, "suspended");
        if (await CountAsync(tx, presented, now, ct))
            return new ProvenPasskey(presented.Id, presented.User, stored.BackupEligible);

        await SuspendAsync(tx, http, presented, now, ct);
        return new PasskeyRefusal(ReasonCodes.PasskeySuspended, "counter");
    }

    // Whoever is signed in by it is not known before the answer, so the platform keeps the challenge.
    private static ChallengePlace PlaceOf(CeremonyBinding binding) => new(OrganizationId.Platform, Ceremony.Get, binding);

    /// <summary>Compares the counter and moves it in one statement (WebAuthn §6.1.1). Zero on both sides is an authenticator that does not count.</summary>
    private static async Task<bool> CountAsync(Transaction tx, PresentedPasskey presented, DateTimeOffset now, CancellationToken ct) =>
        await tx.ExecuteAsync(
            """
            UPDATE passkeys SET sign_count = @count, backed_up = @backedUp, last_used_at = @now
             WHERE organization_id = @organization AND passkey_id = @id AND suspended_at IS NULL
               AND (sign_count < @count OR (sign_count = 0 AND @count = 0))
            """,
            new
            {
                id = presented.Id.Value,
                count = (long)presented.Answer.Data.SignCount,
                backedUp = presented.Answer.Data.Has(AuthenticatorFlags.BackedUp),
                now,
            },
            ct
        ) == 1;

    private async Task SuspendAsync(Transaction tx, HttpContext http, PresentedPasskey presented, DateTimeOffset now, CancellationToken ct)
    {
        await tx.ExecuteAsync(
            """
            UPDATE passkeys SET suspended_at = coalesce(suspended_at, @now) WHERE organization_id = @organization AND passkey_id = @id
            """,
            new { id = presented.Id.Value, now },
            ct
        );
        var entry = new AuditEntry("passkey.suspended", AuditResult.Success, ReasonCodes.PasskeySuspended, "user", presented.User.Value)
        {
            Details = new Dictionary<string, object?> { ["passkey"] = presented.Id.ToString() },
        };
        await audit.RecordAsync(tx, http.AuditContext(Actor.System), entry, ct);
    }

    private sealed record Stored(byte[] PublicKey, bool BackupEligible, DateTimeOffset? SuspendedAt, byte[] Handle)
    {
        public UserPasskeyInfo ToInfo(byte[] credentialId) =>
            new(credentialId, PublicKey, default, 0, [], true, BackupEligible, false, [], []);
    }
}

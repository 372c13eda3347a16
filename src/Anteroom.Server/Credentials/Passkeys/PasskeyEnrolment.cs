using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;
using Microsoft.AspNetCore.Identity;

namespace Anteroom.Server.Credentials.Passkeys;

/// <summary>A passkey that an authenticator has made and proven, before it is anybody's.</summary>
public sealed class MadePasskey
{
    internal MadePasskey(
        PasskeyRelyingParty party,
        PasskeyUserEntity person,
        byte[] handle,
        AuthenticatorAnswer answer,
        UserPasskeyInfo info
    ) => (Party, UserName, DisplayName, Handle, Answer, Info) = (party, person.Name, person.DisplayName, handle, answer, info);

    /// <summary>For whom the ceremony began.</summary>
    public string UserName { get; }

    public string DisplayName { get; }

    /// <summary>Whether its key may leave the device.</summary>
    public bool BackupEligible => Info.IsBackupEligible;

    internal PasskeyRelyingParty Party { get; }

    internal byte[] Handle { get; }

    internal AuthenticatorAnswer Answer { get; }

    internal UserPasskeyInfo Info { get; }
}

/// <summary>Makes passkeys (WebAuthn §7.1): begin gives the browser its options, receive proves the answer, add stores it in the caller's transaction.</summary>
public sealed class PasskeyEnrolment(Database database, PasskeyCeremonies ceremonies, AuditTrail audit, TimeProvider clock)
{
    private const int LongestTransport = 32;
    private const int MostTransports = 8;

    /// <summary>For somebody who is signed in and has proven it a moment ago (SEC-041, SEC-225).</summary>
    /// <param name="provenAt">When the session of the person was last authenticated.</param>
    /// <returns>The options, as JSON, or <c>authentication_too_old</c>, <c>passkey_limit</c>, <c>too_many_requests</c>.</returns>
    public async Task<Result<string, PasskeyRefusal>> BeginAsync(
        HttpContext http,
        PasskeyRelyingParty party,
        PasskeyOwner owner,
        CeremonyBinding binding,
        DateTimeOffset provenAt,
        CancellationToken ct
    )
    {
        if (!RecentProof.Counts(provenAt, clock.GetUtcNow()))
            return new PasskeyRefusal(ReasonCodes.AuthenticationTooOld);

        await using var tx = await database.BeginAsync(owner.Organization, ct);
        var handle = await HandleOfAsync(tx, owner.User, UserHandle.New(), ct);
        var existing = await tx.ListAsync<Existing>(
            """
            SELECT credential_id, transports FROM passkeys WHERE organization_id = @organization AND user_id = @user AND relying_party = @party
            """,
            new { user = owner.User.Value, party = party.Id },
            ct
        );
        await tx.CommitAsync(ct);
        if (existing.Count >= Passkey.Most)
            return new PasskeyRefusal(ReasonCodes.PasskeyLimit);

        return await ceremonies.BeginCreationAsync(
            http,
            party,
            new(owner.Organization, Ceremony.Create, binding, owner.User),
            EntityOf(handle, owner.UserName, owner.DisplayName),
            existing.ConvertAll(row => row.ToInfo()),
            ct
        );
    }

    /// <summary>For somebody whose account is made together with the passkey: what lets them do so is the caller's to prove.</summary>
    /// <inheritdoc cref="BeginAsync"/>
    public Task<Result<string, PasskeyRefusal>> BeginForNewAsync(
        HttpContext http,
        PasskeyRelyingParty party,
        OrganizationId organization,
        string userName,
        string? displayName,
        CeremonyBinding binding,
        CancellationToken ct
    ) =>
        ceremonies.BeginCreationAsync(
            http,
            party,
            new(organization, Ceremony.Create, binding),
            EntityOf(UserHandle.New(), userName, displayName),
            [],
            ct
        );

    /// <summary>Consumes the challenge and proves the answer. Nothing is stored, so nobody has the passkey yet.</summary>
    /// <param name="user">As at the beginning; null where the account is made together with the passkey.</param>
    /// <returns>The passkey, or <c>passkey_invalid</c>, <c>passkey_challenge_missing</c>.</returns>
    public async Task<Result<MadePasskey, PasskeyRefusal>> ReceiveAsync(
        HttpContext http,
        PasskeyRelyingParty party,
        OrganizationId organization,
        UserId? user,
        CeremonyBinding binding,
        string json,
        CancellationToken ct
    )
    {
        if (AuthenticatorAnswer.ReadCreated(json) is not { } answer)
            return PasskeyRefusal.Invalid("malformed");
        var consumed = await ceremonies.ConsumeAsync(answer, new(organization, Ceremony.Create, binding, user), ct);
        if (!consumed.TryGet(out var state, out var missing))
            return missing;
        var verified = await PasskeyCeremonies.VerifyCreationAsync(http, party, answer, state);
        if (!verified.TryGet(out var result, out var refusal))
            return refusal;
        return result is { Passkey: { } info, UserEntity: { } person } && UserHandle.Parse(person.Id) is { } handle
            ? new MadePasskey(party, person, handle, answer, info)
            : throw new InvalidOperationException("The framework's state names no person.");
    }

    /// <summary>Gives the passkey to the person, with its audit row, in the caller's transaction.</summary>
    /// <param name="name">What the person calls it.</param>
    /// <returns>The passkey, or <c>passkey_exists</c>, <c>passkey_limit</c>, <c>validation_failed</c>.</returns>
    public async Task<Result<Passkey, PasskeyRefusal>> AddAsync(
        Transaction tx,
        PasskeyOwner owner,
        MadePasskey made,
        string name,
        AuditContext context,
        CancellationToken ct
    )
    {
        if (!ChangePasskeys.IsName(name))
            return new PasskeyRefusal(ReasonCodes.ValidationFailed);
        // Whoever else adds one waits here, so that the count holds.
        if (!await ChangePasskeys.HoldAsync(tx, owner.User, ct))
            return new PasskeyRefusal(ReasonCodes.NotFound);
        var handle = await HandleOfAsync(tx, owner.User, made.Handle, ct);
        if (!handle.AsSpan().SequenceEqual(made.Handle))
            return PasskeyRefusal.Invalid("user_handle");
        if (await CountAsync(tx, owner.User, ct) >= Passkey.Most)
            return new PasskeyRefusal(ReasonCodes.PasskeyLimit);

        var (answer, info, now) = (made.Answer, made.Info, clock.GetUtcNow());
        var passkey = new Passkey(
            tx.Organization,
            PasskeyId.New(clock),
            owner.User,
            made.Party.Id,
            name,
            info.IsBackupEligible,
            info.IsBackedUp,
            TransportsOf(info),
            answer.Data.Attested!.Aaguid,
            now,
            null,
            null
        );
        // The route first: it has one owner over all organizations, and orders everybody who wants this credential (SEC-221).
        if (!await Routes.TryAddAsync(tx, RouteKinds.Passkey, PasskeyStore.RouteKey(answer.CredentialId), passkey.Id.Value, ct))
            return new PasskeyRefusal(ReasonCodes.PasskeyExists);
        await InsertAsync(tx, passkey, answer, info, ct);
        var entry = new AuditEntry("passkey.added", AuditResult.Success, null, "user", owner.User.Value, owner.UserName)
        {
            Details = new Dictionary<string, object?>
            {
                ["passkey"] = passkey.Id.ToString(),
                ["relyingParty"] = passkey.RelyingParty,
                ["backupEligible"] = passkey.BackupEligible,
                ["aaguid"] = passkey.Aaguid.ToString(),
                ["attestation"] = answer.Format,
            },
        };
        await audit.RecordAsync(tx, context, entry, ct);
        return passkey;
    }

    private static Task<int> InsertAsync(
        Transaction tx,
        Passkey passkey,
        AuthenticatorAnswer answer,
        UserPasskeyInfo info,
        CancellationToken ct
    ) =>
        tx.ExecuteAsync(
            """
            INSERT INTO passkeys (organization_id, passkey_id, user_id, relying_party, credential_id, public_key, sign_count, user_verified,
                                  backup_eligible, backed_up, transports, aaguid, attestation, name, created_at)
            VALUES (@organization, @id, @user, @party, @credential, @key, @count, @verified, @eligible, @backedUp, @transports, @aaguid,
                    @attestation, @name, @at)
            """,
            new
            {
                id = passkey.Id.Value,
                user = passkey.User.Value,
                party = passkey.RelyingParty,
                credential = answer.CredentialId,
                key = info.PublicKey,
                count = (long)info.SignCount,
                verified = info.IsUserVerified,
                eligible = passkey.BackupEligible,
                backedUp = passkey.BackedUp,
                transports = passkey.Transports.ToArray(),
                aaguid = passkey.Aaguid,
                attestation = answer.Format,
                name = passkey.Name,
                at = passkey.CreatedAt,
            },
            ct
        );

    /// <summary>The handle that the person has, or from now on this one.</summary>
    private static async Task<byte[]> HandleOfAsync(Transaction tx, UserId user, byte[] otherwise, CancellationToken ct)
    {
        tx.Later(
            "INSERT INTO passkey_users (organization_id, user_id, handle) VALUES (@organization, @user, @otherwise) ON CONFLICT DO NOTHING",
            new { user = user.Value, otherwise }
        );
        return (
            await tx.FirstAsync<byte[]>(
                "SELECT handle FROM passkey_users WHERE organization_id = @organization AND user_id = @user",
                new { user = user.Value },
                ct
            )
        )!;
    }

    private static Task<int> CountAsync(Transaction tx, UserId user, CancellationToken ct) =>
        tx.FirstAsync<int>(
            "SELECT count(*)::int FROM passkeys WHERE organization_id = @organization AND user_id = @user",
            new { user = user.Value },
            ct
        );

    private static PasskeyUserEntity EntityOf(byte[] handle, string userName, string? displayName) =>
        new()
        {
            Id = UserHandle.Format(handle),
            Name = userName,
            DisplayName = displayName ?? userName,
        };

    /// <summary>The browser's own words, unsigned: few, short, and only ever given back to a browser.</summary>
    private static string[] TransportsOf(UserPasskeyInfo info) =>
        [
            .. (info.Transports ?? [])
                .Where(word => word is { Length: > 0 and <= LongestTransport } && word.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
                .Distinct(StringComparer.Ordinal)
                .Take(MostTransports),
        ];

    private sealed record Existing(byte[] CredentialId, string[] Transports)
    {
        public UserPasskeyInfo ToInfo() => new(CredentialId, [], default, 0, Transports, false, false, false, [], []);
    }
}

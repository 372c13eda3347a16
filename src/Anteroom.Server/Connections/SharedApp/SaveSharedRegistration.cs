using System.Text;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Keys.Vault;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Connections.SharedApp;

/// <summary>Makes and changes the platform's app registrations, for operators alone.</summary>
public sealed class SaveSharedRegistration(
    Database database,
    SharedRegistrations registrations,
    CloudStore clouds,
    Vault vault,
    AuditTrail audit,
    TimeProvider clock
)
{
    private const int LongestSecret = 1024;
    private const int ShortestShown = 16; // of a short secret four characters would be too much of it

    /// <returns>As stored, or <c>validation_failed</c>, <c>secret_is_id</c>, <c>conflict</c>.</returns>
    public async Task<Result<SharedRegistration, ConnectionRefusal>> CreateAsync(
        SharedRegistrationDraft draft,
        AuditContext context,
        CancellationToken ct
    )
    {
        if (await FaultAsync(draft, ct) is { } fault)
            return fault;
        if (draft.ClientSecret is not { } secret)
            return Invalid("clientSecret is required: Certificates & secrets > New client secret > Value.");
        var now = clock.GetUtcNow();
        var made = new SharedRegistration(
            SharedRegistrationId.New(clock),
            draft.Cloud,
            draft.Name.Trim(),
            Guid.Parse(draft.ClientId).ToString("D"),
            Last4(secret),
            now,
            draft.SecretExpiresOn,
            draft.State,
            Version: 1,
            now
        );
        var box = await SealAsync(made.Id, secret, ct);
        await using var tx = await BeginAsync(ct);
        var others = await OthersAsync(tx, made, ct);
        if (others.Total >= SharedRegistrations.Most)
            return new ConnectionRefusal(ReasonCodes.Conflict, $"There are {SharedRegistrations.Most} shared registrations already.");
        if (made.IsActive && others.Active > 0)
            return Taken(made.Cloud);
        await tx.ExecuteAsync(
            """
            INSERT INTO shared_registrations (organization_id, registration_id, cloud, name, client_id, client_secret, secret_last4, secret_at,
                                              secret_expires_on, state, version, created_at)
            VALUES (@organization, @id, @cloud, @name, @client, @box, @last4, @now, @expires, @state, 1, @now)
            """,
            new
            {
                id = made.Id.Value,
                cloud = made.Cloud,
                name = made.Name,
                client = Guid.Parse(made.ClientId),
                box,
                last4 = made.SecretLast4,
                expires = made.SecretExpiresOn,
                state = Word(made.State),
                now,
            },
            ct
        );
        await FinishAsync(tx, "shared_registration.created", made, secretChanged: true, context, ct);
        return made;
    }

    /// <param name="version">What the caller has seen (If-Match); null where any will do.</param>
    /// <param name="change">Makes the new draft from the present registration; without a secret the present one is kept.</param>
    public async Task<Result<SharedRegistration, ConnectionRefusal>> ChangeAsync(
        SharedRegistrationId id,
        long? version,
        Func<SharedRegistration, SharedRegistrationDraft> change,
        AuditContext context,
        CancellationToken ct
    )
    {
        if (await registrations.FindAsync(id, ct) is not { } seen)
            return new ConnectionRefusal(ReasonCodes.NotFound);
        if (version is { } expected && expected != seen.Version)
            return new ConnectionRefusal(ReasonCodes.VersionMismatch);
        var draft = change(seen);
        if (await FaultAsync(draft, ct) is { } fault)
            return fault;
        if (draft.Cloud != seen.Cloud)
            return Invalid("cloud: a registration stays in its cloud; add another one there.");
        var client = Guid.Parse(draft.ClientId).ToString("D");
        if (client != seen.ClientId && draft.ClientSecret is null)
            return Invalid("clientSecret is required when the client changes, because a stored secret belongs to one client.");

        var now = clock.GetUtcNow();
        var box = draft.ClientSecret is { } secret ? await SealAsync(id, secret, ct) : null;
        await using var tx = await BeginAsync(ct);
        if (await SharedRegistrations.LockAsync(tx, id, ct) is not { } current || current.Version != seen.Version)
            return new ConnectionRefusal(ReasonCodes.VersionMismatch);
        var changed = current with
        {
            Name = draft.Name.Trim(),
            ClientId = client,
            State = draft.State,
            SecretLast4 = draft.ClientSecret is { } given ? Last4(given) : current.SecretLast4,
            SecretAt = draft.ClientSecret is null ? current.SecretAt : now,
            SecretExpiresOn = draft.SecretExpiresOn,
            Version = current.Version + 1,
        };
        if (changed.IsActive && (await OthersAsync(tx, changed, ct)).Active > 0)
            return Taken(changed.Cloud);
        await tx.ExecuteAsync(
            """
            UPDATE shared_registrations
               SET name = @name, client_id = @client, client_secret = coalesce(@box, client_secret), secret_last4 = @last4, secret_at = @secretAt,
                   secret_expires_on = @expires, state = @state, version = @version
             WHERE organization_id = @organization AND registration_id = @id
            """,
            new
            {
                id = id.Value,
                name = changed.Name,
                client = Guid.Parse(changed.ClientId),
                box,
                last4 = changed.SecretLast4,
                secretAt = changed.SecretAt,
                expires = changed.SecretExpiresOn,
                state = Word(changed.State),
                version = changed.Version,
            },
            ct
        );
        await FinishAsync(tx, "shared_registration.updated", changed, draft.ClientSecret is not null, context, ct);
        return changed;
    }

    private async Task<ConnectionRefusal?> FaultAsync(SharedRegistrationDraft draft, CancellationToken ct)
    {
        if (OrganizationNames.Fault(draft.Name, 100) is { } wrong)
            return Invalid(wrong);
        if (!Guid.TryParseExact(draft.ClientId, "D", out var client) || client == Guid.Empty)
            return Invalid("clientId is a GUID: Overview > Application (client) ID of the app registration.");
        if (ConnectionRules.ExpiryFault(draft.SecretExpiresOn) is { } wrongDay)
            return Invalid(wrongDay);
        if (await clouds.FindAsync(draft.Cloud, ct) is null)
            return Invalid($"cloud '{draft.Cloud}' is not known.");
        if (draft.ClientSecret?.Reveal() is not { } secret)
            return null;
        if (secret.Length is 0 or > LongestSecret || secret.Any(char.IsControl))
            return Invalid($"clientSecret has 1 to {LongestSecret} characters on one line.");
        return Guid.TryParse(secret.Trim(), out _) ? new(ReasonCodes.SecretIsId) : null;
    }

    /// <summary>One change at a time: how many there are, and how many serve a cloud, is for all of them together.</summary>
    private async Task<Transaction> BeginAsync(CancellationToken ct)
    {
        var tx = await database.BeginAsync(OrganizationId.Platform, ct);
        await tx.ExecuteAsync("SELECT pg_advisory_xact_lock(hashtextextended('shared_registrations', 0))", null, ct);
        return tx;
    }

    private static async Task<Others> OthersAsync(Transaction tx, SharedRegistration registration, CancellationToken ct) =>
        (
            await tx.FirstAsync<Others>(
                """
                SELECT count(*)::int AS total, (count(*) FILTER (WHERE cloud = @cloud AND state = 'active'))::int AS active
                  FROM shared_registrations WHERE organization_id = @organization AND registration_id <> @id
                """,
                new { id = registration.Id.Value, cloud = registration.Cloud },
                ct
            )
        )!;

    private async Task FinishAsync(
        Transaction tx,
        string action,
        SharedRegistration saved,
        bool secretChanged,
        AuditContext context,
        CancellationToken ct
    )
    {
        var entry = new AuditEntry(action, AuditResult.Success, null, "sharedRegistration", saved.Id.Value, saved.Name)
        {
            Details = new Dictionary<string, object?>
            {
                ["cloud"] = saved.Cloud,
                ["clientId"] = saved.ClientId,
                ["state"] = Word(saved.State),
                ["credentialChanged"] = secretChanged,
            },
        };
        await audit.RecordAsync(tx, context, entry, ct);
        await tx.NotifyAsync(SharedRegistrations.Channel, saved.Id.ToString(), ct);
        await tx.CommitAsync(ct);
        registrations.Forget();
    }

    private async Task<byte[]> SealAsync(SharedRegistrationId id, Secret secret, CancellationToken ct) =>
        await vault.SealAsync(OrganizationId.Platform, SharedRegistrations.SecretField(id), Encoding.UTF8.GetBytes(secret.Reveal()), ct);

    private static string Last4(Secret secret) => secret.Reveal() is { Length: >= ShortestShown } text ? text[^4..] : "";

    private static string Word(SharedRegistrationState state) => state == SharedRegistrationState.Active ? "active" : "disabled";

    private static ConnectionRefusal Taken(string cloud) =>
        new(ReasonCodes.Conflict, $"Another shared registration serves the cloud '{cloud}'. Disable that one first.");

    private static ConnectionRefusal Invalid(string detail) => new(ReasonCodes.ValidationFailed, detail);

    private sealed record Others(int Total, int Active);
}

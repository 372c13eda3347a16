using System.Text;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Connections.SharedApp;
using Anteroom.Server.Keys.Vault;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Connections;

/// <summary>Makes a connection, or gives one a new revision. Settings are never changed in place (design.md §2).</summary>
public sealed class SaveConnection(
    Database database,
    ConnectionStore connections,
    CloudStore clouds,
    SharedRegistrations shared,
    TenantLookup tenants,
    OrganizationDirectory organizations,
    OrganizationHosts hosts,
    ConnectionCertificates certificates,
    Vault vault,
    AnteroomOptions options,
    AuditTrail audit,
    TimeProvider clock
)
{
    private const int MostConnections = 100;
    private const string NoSuchCertificate = "certificate is not the thumbprint of a certificate of this connection.";
    private const string Approved =
        "An operator approved this connection for the tenant and the app registration that it has. Make a new connection for others and submit it.";

    /// <param name="key">Of its addresses, where these were given away before; a new one where nothing is said.</param>
    /// <param name="also">What changes with it, first in the same transaction; its refusal refuses all.</param>
    /// <returns>The draft as stored, or <c>validation_failed</c>, <c>secret_is_id</c>, <c>tenant_not_found</c>, <c>upstream_unreachable</c>, <c>conflict</c>.</returns>
    public async Task<Result<Connection, ConnectionRefusal>> CreateAsync(
        OrganizationId organization,
        ConnectionDraft draft,
        AuditContext context,
        CancellationToken ct,
        string? key = null,
        Func<Transaction, ConnectionId, Task<ConnectionRefusal?>>? also = null
    )
    {
        if (!(await CheckAsync(organization, draft, seen: null, ct)).TryGet(out var wanted, out var refusal))
            return refusal;

        var now = clock.GetUtcNow();
        var id = ConnectionId.New(clock);
        key ??= ConnectionKeys.New();
        if (wanted.Settings.Certificate is not null)
            return new ConnectionRefusal(ReasonCodes.ValidationFailed, NoSuchCertificate);
        var made = await MakeCertificateAsync(organization, id, key, wanted.Settings, ct);
        var secret = await SealAsync(organization, id, wanted.ClientSecret, ct);
        await using var tx = await database.BeginAsync(organization, ct);
        if (also is not null && await also(tx, id) is { } refused)
            return refused;
        if (await RoleFaultAsync(tx, wanted.Settings, ct) is { } fault)
            return fault;
        if (await CountAsync(tx, ct) >= MostConnections)
            return new ConnectionRefusal(ReasonCodes.Conflict, $"An organization has at most {MostConnections} connections.");

        var connection = new Connection(
            organization,
            id,
            key,
            wanted.Name,
            wanted.Kind,
            ConnectionState.Draft,
            Revision: 1,
            Version: 1,
            With(wanted.Settings, made),
            Last4(wanted.ClientSecret),
            wanted.ClientSecret is null ? null : now,
            now
        );
        await tx.ExecuteAsync(
            """
            INSERT INTO connections (organization_id, connection_id, key, name, kind, revision, created_at)
            VALUES (@organization, @id, @key, @name, @kind, 1, @now)
            """,
            new
            {
                id = id.Value,
                key = connection.Key,
                name = connection.Name,
                kind = connection.Kind == ConnectionKind.Entra ? "entra" : "oidc",
                now,
            },
            ct
        );
        await InsertRevisionAsync(tx, connection, secret, context, now, ct);
        if (made is not null)
            await ConnectionCertificates.InsertAsync(tx, id, made, ct);
        if (!await Routes.TryAddAsync(tx, RouteKinds.Connection, connection.Key, id.Value, ct))
            return new ConnectionRefusal(ReasonCodes.Conflict, "Please try again.");
        await FinishAsync(tx, connection, "connection.created", context, ct);
        return connection;
    }

    /// <param name="version">What the caller has seen (If-Match).</param>
    /// <param name="change">Makes the new draft from the present connection; without a secret the present one is kept.</param>
    /// <param name="also">What changes with it, first in the same transaction; its refusal refuses all.</param>
    /// <param name="isOperator">Whether an operator asks: what they approved, they may change.</param>
    public async Task<Result<Connection, ConnectionRefusal>> ChangeAsync(
        OrganizationId organization,
        ConnectionId id,
        long? version,
        Func<Connection, Result<ConnectionDraft, ConnectionRefusal>> change,
        AuditContext context,
        CancellationToken ct,
        Func<Transaction, ConnectionId, Task<ConnectionRefusal?>>? also = null,
        bool isOperator = false
    )
    {
        // What asks outside is done before the transaction; the version shows whether anything moved meanwhile.
        if (await connections.FindAsync(organization, id, ct) is not { } seen)
            return new ConnectionRefusal(ReasonCodes.NotFound);
        if (version is { } expected && expected != seen.Version)
            return new ConnectionRefusal(ReasonCodes.VersionMismatch);
        if (!change(seen).TryGet(out var draft, out var unwanted))
            return unwanted;
        if (!(await CheckAsync(organization, draft, seen.Settings, ct)).TryGet(out var wanted, out var refusal))
            return refusal;
        var keepsSecret = wanted is { ClientSecret: null, DropsSecret: false } && ConnectionRules.KeepsSecret(wanted.Settings);
        var trustsAnother = ConnectionTrust.IsAnother(seen.Settings, wanted.Settings);
        if (keepsSecret && seen.SecretLast4 is not null && trustsAnother)
            return new ConnectionRefusal(
                ReasonCodes.ValidationFailed,
                "clientSecret is required when the provider or the client changes, because a stored secret is never sent to another place."
            );

        var needsApproval =
            trustsAnother && !isOperator && await organizations.ReadAsync(organization, ct) is { Settings.SelfServiceActivation: false };
        if (ConnectionTrust.After(seen.State, needsApproval) is not { } state)
            return new ConnectionRefusal(ReasonCodes.Forbidden, Approved);

        var now = clock.GetUtcNow();
        var made = await MakeCertificateAsync(organization, id, seen.Key, wanted.Settings, ct);
        var secret = await SealAsync(organization, id, wanted.ClientSecret, ct);
        await using var tx = await database.BeginAsync(organization, ct);
        if (also is not null && await also(tx, id) is { } refused)
            return refused;
        if (await ConnectionStore.LockAsync(tx, id, ct) is not { } current)
            return new ConnectionRefusal(ReasonCodes.NotFound);
        if (current.Version != seen.Version)
            return new ConnectionRefusal(ReasonCodes.VersionMismatch);
        if (await RoleFaultAsync(tx, wanted.Settings, ct) is { } fault)
            return fault;
        var used = wanted.Settings.Certificate is { } named ? await ConnectionCertificates.NamedAsync(tx, id, named.Thumbprint, ct) : null;
        if (wanted.Settings.Certificate is not null && used is null)
            return new ConnectionRefusal(ReasonCodes.ValidationFailed, NoSuchCertificate);

        var changed = current with
        {
            Name = wanted.Name,
            State = state,
            Settings = With(wanted.Settings with { Certificate = used }, made),
            Revision = current.Revision + 1,
            Version = current.Version + 1,
            SecretLast4 = keepsSecret ? current.SecretLast4 : Last4(wanted.ClientSecret),
            SecretAt =
                keepsSecret ? current.SecretAt
                : wanted.ClientSecret is null ? null
                : now,
        };
        if (keepsSecret)
            secret = await tx.FirstAsync<byte[]>(
                """
                SELECT client_secret FROM connection_revisions
                 WHERE organization_id = @organization AND connection_id = @id AND revision = @revision AND client_secret IS NOT NULL
                """,
                new { id = id.Value, revision = current.Revision },
                ct
            );
        if (changed.Settings.Credential != CredentialKind.Certificate)
            await ConnectionCertificates.ForgetAsync(tx, id, ct);
        if (made is not null)
            await ConnectionCertificates.InsertAsync(tx, id, made, ct);
        await InsertRevisionAsync(tx, changed, secret, context, now, ct);
        await tx.ExecuteAsync(
            """
            UPDATE connections SET name = @name, state = @state, revision = @revision, version = @version
             WHERE organization_id = @organization AND connection_id = @id
            """,
            new
            {
                id = id.Value,
                name = changed.Name,
                state = ChangeConnectionState.Word(changed.State),
                revision = changed.Revision,
                version = changed.Version,
            },
            ct
        );
        await FinishAsync(tx, changed, "connection.updated", context, ct);
        return changed;
    }

    private async Task<Result<ConnectionDraft, ConnectionRefusal>> CheckAsync(
        OrganizationId organization,
        ConnectionDraft draft,
        ConnectionSettings? seen,
        CancellationToken ct
    )
    {
        if (!ConnectionRules.Check(draft).TryGet(out var wanted, out var refusal))
            return refusal;
        if (await organizations.ReadAsync(organization, ct) is not { } whose)
            return new ConnectionRefusal(ReasonCodes.NotFound);
        if (ConnectionRules.HostFault(wanted.Settings.CallbackStyle, hosts.OwnOriginOf(whose) is not null) is { } misplaced)
            return new ConnectionRefusal(ReasonCodes.ValidationFailed, misplaced);
        if (wanted.Kind == ConnectionKind.Oidc)
            return wanted;
        if (await clouds.FindAsync(wanted.Settings.Cloud!, ct) is not { } cloud)
            return new ConnectionRefusal(ReasonCodes.ValidationFailed, $"cloud '{wanted.Settings.Cloud}' is not known.");
        if (wanted.Settings.Credential == CredentialKind.Federated && FederatedTrust.Fault(options.BaseUri, cloud) is { } unreachable)
            return new ConnectionRefusal(ReasonCodes.ValidationFailed, unreachable);
        if (wanted.Settings.Registration == Registration.Shared)
            return await shared.ActiveAsync(cloud.Key, ct) is null
                ? new ConnectionRefusal(ReasonCodes.ValidationFailed, $"registration: no shared app serves the cloud '{cloud.Key}' here.")
                : wanted with
                {
                    Settings = wanted.Settings with { TenantId = null, TenantDomain = null },
                };
        if (Guid.TryParseExact(wanted.Tenant, "D", out var tenant))
            return tenant == Guid.Empty
                ? new ConnectionRefusal(ReasonCodes.ValidationFailed, "tenantId is not the id of a tenant.")
                : wanted with
                {
                    Settings = wanted.Settings with { TenantId = tenant, TenantDomain = null },
                };

        // A domain is only another name of the tenant: what is stored and trusted is the id (SEC-061). Where the name is as it was, nobody asks again,
        // or whoever has the domain by now would come in with the next change of anything else.
        if (seen is { TenantId: { } known, TenantDomain: { } name } && name == wanted.Tenant && seen.Cloud == cloud.Key)
            return wanted with { Settings = wanted.Settings with { TenantId = known, TenantDomain = name } };
        var found = await tenants.FindAsync(organization, cloud, wanted.Tenant!, ct);
        return found.TryGet(out var id, out var missing)
            ? wanted with
            {
                Settings = wanted.Settings with { TenantId = id.Id, TenantDomain = wanted.Tenant },
            }
            : missing;
    }

    private async Task<ConnectionCertificates.Made?> MakeCertificateAsync(
        OrganizationId organization,
        ConnectionId id,
        string key,
        ConnectionSettings settings,
        CancellationToken ct
    ) =>
        settings is { Credential: CredentialKind.Certificate, Certificate: null }
            ? await certificates.MakeAsync(organization, id, key, ct)
            : null;

    private static ConnectionSettings With(ConnectionSettings settings, ConnectionCertificates.Made? made) =>
        made is null ? settings : settings with { Certificate = new(made.Certificate.Thumbprint, made.Certificate.EndsAt) };

    private static async Task<ConnectionRefusal?> RoleFaultAsync(Transaction tx, ConnectionSettings settings, CancellationToken ct)
    {
        var roles = (await RoleStore.ListAsync(tx, ct)).ToDictionary(role => role.Key);
        if (!roles.TryGetValue(settings.DefaultRole, out var standard))
            return new(ReasonCodes.ValidationFailed, $"defaultRole '{settings.DefaultRole}' is not a role of the organization.");
        if (standard.IsAdministrative)
            return new(
                ReasonCodes.ValidationFailed,
                $"defaultRole '{standard.Key}' carries permissions; a new account never gets such a role by itself."
            );
        foreach (var mapping in settings.RoleMappings)
            if (!roles.ContainsKey(mapping.Role))
                return new(ReasonCodes.ValidationFailed, $"roleMappings: '{mapping.Role}' is not a role of the organization.");
        var fields = await tx.ListAsync<string>("SELECT key FROM custom_fields WHERE organization_id = @organization LIMIT 1000", null, ct);
        foreach (var mapping in settings.ClaimMappings)
            if (
                mapping.Target.StartsWith(ConnectionRules.CustomPrefix, StringComparison.Ordinal)
                && !fields.Contains(mapping.Target[ConnectionRules.CustomPrefix.Length..])
            )
                return new(ReasonCodes.ValidationFailed, $"claimMappings: '{mapping.Target}' is not a field of the organization.");
        return null;
    }

    private async Task<byte[]?> SealAsync(OrganizationId organization, ConnectionId id, Secret? secret, CancellationToken ct) =>
        secret is null
            ? null
            : await vault.SealAsync(organization, ConnectionStore.SecretField(id), Encoding.UTF8.GetBytes(secret.Reveal()), ct);

    // Of a short secret four characters would be too much of it.
    private static string? Last4(Secret? secret) =>
        secret?.Reveal() is not { } text ? null
        : text.Length >= 16 ? text[^4..]
        : "";

    private static Task<int> CountAsync(Transaction tx, CancellationToken ct) =>
        tx.FirstAsync<int>("SELECT count(*)::int FROM connections WHERE organization_id = @organization", null, ct);

    private static Task<int> InsertRevisionAsync(
        Transaction tx,
        Connection connection,
        byte[]? secret,
        AuditContext context,
        DateTimeOffset now,
        CancellationToken ct
    ) =>
        tx.ExecuteAsync(
            """
            INSERT INTO connection_revisions
                (organization_id, connection_id, revision, settings, client_secret, secret_last4, created_at, created_by)
            VALUES (@organization, @id, @revision, @settings::jsonb, @secret, @last4, @now, @by)
            """,
            new
            {
                id = connection.Id.Value,
                revision = connection.Revision,
                settings = ConnectionJson.Write(connection.Settings),
                secret,
                last4 = connection.SecretLast4,
                now,
                by = context.Actor.Id ?? Guid.Empty,
            },
            ct
        );

    private async Task FinishAsync(Transaction tx, Connection connection, string action, AuditContext context, CancellationToken ct)
    {
        await CredentialEnds.KeepAsync(tx, connection, ct);
        var entry = new AuditEntry(action, AuditResult.Success, null, "connection", connection.Id.Value, connection.Name)
        {
            Details = new Dictionary<string, object?>
            {
                ["revision"] = connection.Revision,
                ["state"] = ChangeConnectionState.Word(connection.State),
                ["settings"] = ConnectionJson.Write(connection.Settings),
            },
        };
        await audit.RecordAsync(tx, context, entry, ct);
        await ConnectionStore.AnnounceAsync(tx, ct);
        await tx.CommitAsync(ct);
    }
}

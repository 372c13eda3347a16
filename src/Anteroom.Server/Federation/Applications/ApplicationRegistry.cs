using System.Text.Json;
using Anteroom.Protocols.Jose;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Federation.Applications;

/// <summary>An application just registered, with the secret that is shown this once; null where it has none.</summary>
public sealed record RegisteredApplication(Application Application, Secret? ClientSecret);

/// <summary>A secret just made, shown this once.</summary>
public sealed record NewSecret(ApplicationSecret Record, Secret Value);

/// <summary>The one writer of applications: checks by <see cref="ApplicationRules"/>, writes row, routes and audit in one transaction, and tells all nodes.</summary>
/// <remarks>Errors: <c>validation_failed</c>, <c>not_found</c>, <c>version_mismatch</c>, <c>conflict</c>.</remarks>
public sealed class ApplicationRegistry(Database database, AuditTrail audit, AnteroomOptions options, TimeProvider clock)
{
    /// <summary>The longest and usual life of a secret (SEC-096).</summary>
    public static readonly TimeSpan SecretLife = TimeSpan.FromDays(730);

    public const int MaxActiveSecrets = 2;

    private const string SecretPrefix = "cs";

    public async Task<Result<RegisteredApplication, ApplicationRefusal>> RegisterAsync(
        OrganizationId organization,
        ApplicationDraft draft,
        AuditContext context,
        CancellationToken ct
    )
    {
        if (!Blank(organization, draft).TryGet(out var blank, out var refused))
            return refused;
        if (!ApplicationRules.Apply(blank, draft, options.Issuer).TryGet(out var application, out refused))
            return refused;

        await using var tx = await database.BeginAsync(organization, ct);
        await InsertAsync(tx, application, ct);
        await RouteAsync(tx, "client", application.ClientId, application, ct);
        if (!await ClaimAudienceAsync(tx, application, ct))
            return AudienceTaken;
        await RouteOriginsAsync(tx, application, ct);
        var secret = application.Kind == ClientKind.Confidential ? await InsertSecretAsync(tx, application.Id, SecretLife, ct) : null;
        await RecordAsync(tx, context, "application.created", application, null, ct);
        await tx.CommitAsync(ct);
        return new RegisteredApplication(secret is null ? application : application with { Secrets = [secret.Record] }, secret?.Value);
    }

    /// <param name="version">The version that the caller has seen (If-Match).</param>
    public async Task<Result<Application, ApplicationRefusal>> ChangeAsync(
        OrganizationId organization,
        ApplicationId id,
        long version,
        ApplicationDraft draft,
        AuditContext context,
        CancellationToken ct
    )
    {
        await using var tx = await database.BeginAsync(organization, ct);
        var current = await LockAsync(tx, id, ct);
        if (current is null)
            return new ApplicationRefusal(ReasonCodes.NotFound);
        if (current.Version != version)
            return new ApplicationRefusal(ReasonCodes.VersionMismatch);
        if (RefuseFixed(draft) is { } fixedMember)
            return fixedMember;
        if (!ApplicationRules.Apply(current, draft, options.Issuer).TryGet(out var changed, out var refused))
            return refused;

        changed = changed with { Version = current.Version + 1 };
        await tx.ExecuteAsync(
            """
            UPDATE applications
               SET name = @name, client_authentication = @authentication, redirect_uris = @redirects, post_logout_redirect_uris = @postLogout,
                   audience = @audience, signing_algorithm = @algorithm, settings = @settings::jsonb, version = @version
             WHERE organization_id = @organization AND application_id = @id
            """,
            Parameters(changed),
            ct
        );
        if (changed.Audience != current.Audience)
        {
            await ReleaseAudienceAsync(tx, current.Audience, ct);
            if (!await ClaimAudienceAsync(tx, changed, ct))
                return AudienceTaken;
        }
        await ReleaseOriginsAsync(tx, current, ct);
        await RouteOriginsAsync(tx, changed, ct);
        await RecordAsync(tx, context, "application.changed", changed, Differences(current, changed), ct);
        await tx.NotifyAsync(ApplicationStore.Channel, changed.ClientId, ct);
        await tx.CommitAsync(ct);
        return changed;
    }

    /// <summary>Switches an application off or on. Off, none of its codes and tokens is worth anything at our endpoints.</summary>
    public async Task<Result<Application, ApplicationRefusal>> SetDisabledAsync(
        OrganizationId organization,
        ApplicationId id,
        bool disabled,
        AuditContext context,
        CancellationToken ct
    )
    {
        await using var tx = await database.BeginAsync(organization, ct);
        var current = await LockAsync(tx, id, ct);
        if (current is null)
            return new ApplicationRefusal(ReasonCodes.NotFound);
        if (current.DisabledAt is not null == disabled)
            return current;

        var changed = current with { DisabledAt = disabled ? clock.GetUtcNow() : null, Version = current.Version + 1 };
        await tx.ExecuteAsync(
            "UPDATE applications SET disabled_at = @at, version = @version WHERE organization_id = @organization AND application_id = @id",
            new
            {
                id = id.Value,
                at = changed.DisabledAt,
                version = changed.Version,
            },
            ct
        );
        await RecordAsync(tx, context, disabled ? "application.disabled" : "application.enabled", changed, null, ct);
        await tx.NotifyAsync(ApplicationStore.Channel, changed.ClientId, ct);
        await tx.CommitAsync(ct);
        return changed;
    }

    /// <summary>Makes one more secret, so that the old one can be replaced without a gap; at most two are active.</summary>
    public async Task<Result<NewSecret, ApplicationRefusal>> AddSecretAsync(
        OrganizationId organization,
        ApplicationId id,
        TimeSpan? life,
        AuditContext context,
        CancellationToken ct
    )
    {
        if (life is { } wanted && (wanted <= TimeSpan.Zero || wanted > SecretLife))
            return Invalid("expiresAt", "A secret lives at most two years.");

        await using var tx = await database.BeginAsync(organization, ct);
        var application = await LockAsync(tx, id, ct);
        if (application is null)
            return new ApplicationRefusal(ReasonCodes.NotFound);
        if (application.Kind != ClientKind.Confidential)
            return Invalid("clientKind", "A public or native client cannot keep a secret.");
        var now = clock.GetUtcNow();
        if (application.Secrets.Count(secret => secret.IsActiveAt(now)) >= MaxActiveSecrets)
            return new ApplicationRefusal(
                ReasonCodes.Conflict,
                new Dictionary<string, string> { ["secrets"] = "Two secrets are active. Revoke one first." }
            );

        var made = await InsertSecretAsync(tx, id, life ?? SecretLife, ct);
        await RecordAsync(tx, context, "application.secret_created", application, SecretDetails(made.Record), ct);
        await tx.NotifyAsync(ApplicationStore.Channel, application.ClientId, ct);
        await tx.CommitAsync(ct);
        return made;
    }

    /// <returns>The application afterwards.</returns>
    public async Task<Result<Application, ApplicationRefusal>> RevokeSecretAsync(
        OrganizationId organization,
        ApplicationId id,
        Guid secretId,
        AuditContext context,
        CancellationToken ct
    )
    {
        await using var tx = await database.BeginAsync(organization, ct);
        var application = await LockAsync(tx, id, ct);
        var secret = application?.Secrets.FirstOrDefault(known => known.Id == secretId);
        if (application is null || secret is null)
            return new ApplicationRefusal(ReasonCodes.NotFound);
        if (secret.RevokedAt is not null)
            return application;

        var now = clock.GetUtcNow();
        await tx.ExecuteAsync(
            "UPDATE application_secrets SET revoked_at = @now WHERE organization_id = @organization AND secret_id = @secretId",
            new { secretId, now },
            ct
        );
        await RecordAsync(tx, context, "application.secret_revoked", application, SecretDetails(secret), ct);
        await tx.NotifyAsync(ApplicationStore.Channel, application.ClientId, ct);
        await tx.CommitAsync(ct);
        return application with
        {
            Secrets = [.. application.Secrets.Select(known => known.Id == secretId ? known with { RevokedAt = now } : known)],
        };
    }

    private Result<Application, ApplicationRefusal> Blank(OrganizationId organization, ApplicationDraft draft)
    {
        if (draft.Protocol is not (null or "oidc"))
            return Invalid("protocol", "The protocol is oidc.");
        if (ApplicationSpelling.ClientKindOf(draft.ClientKind) is not { } kind)
            return Invalid("clientKind", "The client kind is confidential, public or native.");

        var id = ApplicationId.New(clock);
        return new Application(
            id,
            organization,
            id.ToString(),
            "",
            kind,
            kind == ClientKind.Confidential ? ClientAuthentication.ClientSecretBasic : ClientAuthentication.None,
            [],
            [],
            id.ToString(),
            SignatureAlgorithm.ES256,
            ApplicationSettings.Default,
            null,
            1,
            clock.GetUtcNow(),
            []
        );
    }

    private static ApplicationRefusal? RefuseFixed(ApplicationDraft draft)
    {
        if (draft.Protocol is not null)
            return Invalid("protocol", "The protocol of an application does not change.");
        return draft.ClientKind is not null ? Invalid("clientKind", "The kind of a client does not change; register another.") : null;
    }

    private static Task<int> InsertAsync(Transaction tx, Application application, CancellationToken ct) =>
        tx.ExecuteAsync(
            """
            INSERT INTO applications (organization_id, application_id, client_id, name, protocol, client_kind, client_authentication, redirect_uris,
                                      post_logout_redirect_uris, audience, signing_algorithm, settings, version, created_at)
            VALUES (@organization, @id, @clientId, @name, 'oidc', @kind, @authentication, @redirects, @postLogout, @audience, @algorithm,
                    @settings::jsonb, @version, @createdAt)
            """,
            Parameters(application),
            ct
        );

    private static object Parameters(Application application) =>
        new
        {
            id = application.Id.Value,
            clientId = application.ClientId,
            name = application.Name,
            kind = application.Kind.Spell(),
            authentication = application.Authentication.Spell(),
            redirects = application.RedirectUris.ToArray(),
            postLogout = application.PostLogoutRedirectUris.ToArray(),
            audience = application.Audience,
            algorithm = application.SigningAlgorithm.Name,
            settings = JsonSerializer.Serialize(application.Settings, ApplicationJson.Default.ApplicationSettings),
            version = application.Version,
            createdAt = application.CreatedAt,
        };

    private async Task<NewSecret> InsertSecretAsync(Transaction tx, ApplicationId application, TimeSpan life, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var value = new Secret(Handle.New(SecretPrefix, tx.Organization).Reveal());
        var text = value.Reveal();
        var record = new ApplicationSecret(Identifiers.NewUuid(clock), ApplicationSecret.HashOf(value), text[^4..], now + life, null, now);
        await tx.ExecuteAsync(
            """
            INSERT INTO application_secrets (organization_id, secret_id, application_id, sha256, last4, expires_at, created_at)
            VALUES (@organization, @id, @application, @sha256, @last4, @expires, @now)
            """,
            new
            {
                id = record.Id,
                application = application.Value,
                sha256 = record.Sha256,
                last4 = record.Last4,
                expires = record.ExpiresAt,
                now,
            },
            ct
        );
        return new(record, value);
    }

    private static async Task<Application?> LockAsync(Transaction tx, ApplicationId id, CancellationToken ct)
    {
        var row = await tx.FirstAsync<ApplicationRow>(
            $"""
            SELECT {ApplicationRow.Columns} FROM applications
             WHERE organization_id = @organization AND application_id = @id AND protocol = 'oidc'
               FOR UPDATE
            """,
            new { id = id.Value },
            ct
        );
        if (row is null)
            return null;
        var secrets = await tx.ListAsync<ApplicationSecretRow>(
            $"""
            SELECT {ApplicationSecretRow.Columns} FROM application_secrets
             WHERE organization_id = @organization AND application_id = @id
             ORDER BY created_at, secret_id
            """,
            new { id = id.Value },
            ct
        );
        return row.ToApplication(secrets.ConvertAll(secret => secret.ToSecret()));
    }

    // An audience is an API. Nobody may have tokens made for another organization's API by registering its name.
    private static async Task<bool> ClaimAudienceAsync(Transaction tx, Application application, CancellationToken ct)
    {
        if (application.Audience == application.ClientId)
            return true;
        await tx.ExecuteAsync(
            "SELECT pg_advisory_xact_lock(hashtextextended('audience:' || @key, 0))",
            new { key = application.Audience },
            ct
        );
        var owner = await tx.FirstAsync<Guid?>(
            "SELECT organization_id FROM routes WHERE kind = 'audience' AND key = @key",
            new { key = application.Audience },
            ct
        );
        if (owner is { } other)
            return other == tx.Organization.Value;
        await RouteAsync(tx, "audience", application.Audience, application, ct);
        return true;
    }

    private static Task<int> ReleaseAudienceAsync(Transaction tx, string audience, CancellationToken ct) =>
        tx.ExecuteAsync(
            """
            DELETE FROM routes
             WHERE kind = 'audience' AND key = @audience AND organization_id = @organization
               AND NOT EXISTS (SELECT FROM applications WHERE organization_id = @organization AND audience = @audience)
            """,
            new { audience },
            ct
        );

    private static async Task RouteOriginsAsync(Transaction tx, Application application, CancellationToken ct)
    {
        if (application.Kind != ClientKind.Public)
            return;
        foreach (var origin in WebOrigins.Of(application.RedirectUris).Where(origin => origin.Length <= 320))
            await RouteAsync(tx, "origin", origin, application, ct);
    }

    // Gone unless another browser application of this organization still runs there.
    private static async Task ReleaseOriginsAsync(Transaction tx, Application former, CancellationToken ct)
    {
        if (former.Kind != ClientKind.Public)
            return;
        var others = await tx.ListAsync<string>(
            """
            SELECT unnest(redirect_uris) FROM applications
             WHERE organization_id = @organization AND client_kind = 'public' AND application_id <> @id
            """,
            new { id = former.Id.Value },
            ct
        );
        var kept = WebOrigins.Of(others);
        await tx.ExecuteAsync(
            "DELETE FROM routes WHERE kind = 'origin' AND organization_id = @organization AND key = ANY (@gone)",
            new { gone = WebOrigins.Of(former.RedirectUris).Except(kept).ToArray() },
            ct
        );
    }

    private static Task<int> RouteAsync(Transaction tx, string kind, string key, Application application, CancellationToken ct) =>
        tx.ExecuteAsync(
            """
            INSERT INTO routes (kind, key, organization_id, target) VALUES (@kind, @key, @organization, @target)
            ON CONFLICT (kind, key, organization_id) DO NOTHING
            """,
            new
            {
                kind,
                key,
                target = application.Id.Value,
            },
            ct
        );

    private Task RecordAsync(
        Transaction tx,
        AuditContext context,
        string action,
        Application application,
        IReadOnlyDictionary<string, object?>? details,
        CancellationToken ct
    ) =>
        audit.RecordAsync(
            tx,
            context,
            new AuditEntry(action, AuditResult.Success, null, "application", application.Id.Value, application.Name) { Details = details },
            ct
        );

    private static Dictionary<string, object?> SecretDetails(ApplicationSecret secret) =>
        new() { ["last4"] = secret.Last4, ["expiresAt"] = secret.ExpiresAt };

    private static Dictionary<string, object?> Differences(Application before, Application after)
    {
        var changes = new Dictionary<string, object?>();
        Compare("name", before.Name, after.Name);
        Compare("clientAuthentication", before.Authentication.Spell(), after.Authentication.Spell());
        Compare("redirectUris", string.Join(' ', before.RedirectUris), string.Join(' ', after.RedirectUris));
        Compare("postLogoutRedirectUris", string.Join(' ', before.PostLogoutRedirectUris), string.Join(' ', after.PostLogoutRedirectUris));
        Compare("audience", before.Audience, after.Audience);
        Compare("signingAlgorithm", before.SigningAlgorithm.Name, after.SigningAlgorithm.Name);
        Compare("grantTypes", string.Join(' ', before.Settings.GrantTypes), string.Join(' ', after.Settings.GrantTypes));
        Compare("frontChannelLogoutUri", before.Settings.FrontChannelLogoutUri, after.Settings.FrontChannelLogoutUri);
        Compare("refreshGraceSeconds", before.Settings.RefreshGraceSeconds, after.Settings.RefreshGraceSeconds);
        return changes;

        void Compare(string member, object? former, object? now)
        {
            if (!Equals(former, now))
                changes[member] = new Change(former, now);
        }
    }

    private static ApplicationRefusal AudienceTaken =>
        new(ReasonCodes.Conflict, new Dictionary<string, string> { ["audience"] = "This audience belongs to another organization." });

    private static ApplicationRefusal Invalid(string member, string message) =>
        new(ReasonCodes.ValidationFailed, new Dictionary<string, string> { [member] = message });
}

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

/// <summary>The one writer of applications: checks by <see cref="ApplicationRules"/>, writes row, routes and audit in one transaction, and tells all nodes.</summary>
/// <remarks>Errors: <c>validation_failed</c>, <c>not_found</c>, <c>version_mismatch</c>, <c>conflict</c>.</remarks>
public sealed class ApplicationRegistry(
    Database database,
    AuditTrail audit,
    ApplicationSecrets secrets,
    AnteroomOptions options,
    TimeProvider clock
)
{
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
        if (!await ApplicationRoutes.ClaimAsync(tx, application, ct))
            return AudienceTaken;
        var secret = application.Authentication is ClientAuthentication.ClientSecretBasic or ClientAuthentication.ClientSecretPost
            ? await secrets.InsertAsync(tx, application.Id, ApplicationSecrets.LongestLife, ct)
            : null;
        await audit.RecordAsync(tx, context, ApplicationChange.Entry("application.created", application), ct);
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
        var current = await ApplicationChange.LockAsync(tx, id, ct);
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
        if (!await ApplicationRoutes.MoveAsync(tx, current, changed, ct))
            return AudienceTaken;
        await ApplicationChange.CommitAsync(tx, audit, context, "application.changed", changed, Differences(current, changed), ct);
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
        var current = await ApplicationChange.LockAsync(tx, id, ct);
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
        await ApplicationChange.CommitAsync(
            tx,
            audit,
            context,
            disabled ? "application.disabled" : "application.enabled",
            changed,
            null,
            ct
        );
        return changed;
    }

    private Result<Application, ApplicationRefusal> Blank(OrganizationId organization, ApplicationDraft draft)
    {
        if (draft.Protocol is not (null or "oidc"))
            return ApplicationRefusal.Invalid("protocol", "The protocol is oidc.");
        if (ApplicationSpelling.ClientKindOf(draft.ClientKind) is not { } kind)
            return ApplicationRefusal.Invalid("clientKind", "The client kind is confidential, public or native.");

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
            return ApplicationRefusal.Invalid("protocol", "The protocol of an application does not change.");
        return draft.ClientKind is not null
            ? ApplicationRefusal.Invalid("clientKind", "The kind of a client does not change; register another.")
            : null;
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
        Compare("backChannelLogoutUri", before.Settings.BackChannelLogoutUri, after.Settings.BackChannelLogoutUri);
        Compare("refreshGraceSeconds", before.Settings.RefreshGraceSeconds, after.Settings.RefreshGraceSeconds);
        Compare("scopes", string.Join(' ', before.Settings.Scopes), string.Join(' ', after.Settings.Scopes));
        Compare("resources", string.Join(' ', before.Settings.Resources), string.Join(' ', after.Settings.Resources));
        Compare("jwks", before.Settings.Jwks, after.Settings.Jwks); // public keys: who could sign for it, and since when
        Compare("jwksUri", before.Settings.JwksUri, after.Settings.JwksUri);
        Compare("subjectType", before.Settings.SubjectType.Spell(), after.Settings.SubjectType.Spell());
        Compare("sectorIdentifier", before.Settings.SectorIdentifier, after.Settings.SectorIdentifier);
        Compare(
            "requirePushedAuthorizationRequests",
            before.Settings.RequirePushedAuthorizationRequests,
            after.Settings.RequirePushedAuthorizationRequests
        );
        Compare("accessTokenSeconds", before.Settings.AccessTokenSeconds, after.Settings.AccessTokenSeconds);
        Compare("idTokenSeconds", before.Settings.IdTokenSeconds, after.Settings.IdTokenSeconds);
        Compare("refreshTokenIdleSeconds", before.Settings.RefreshTokenIdleSeconds, after.Settings.RefreshTokenIdleSeconds);
        Compare("refreshTokenAbsoluteSeconds", before.Settings.RefreshTokenAbsoluteSeconds, after.Settings.RefreshTokenAbsoluteSeconds);
        return changes;

        void Compare(string member, object? former, object? now)
        {
            if (!Equals(former, now))
                changes[member] = new Change(former, now);
        }
    }

    private static ApplicationRefusal AudienceTaken =>
        new(
            ReasonCodes.Conflict,
            new Dictionary<string, string> { ["audience"] = "This audience or one of the resources belongs to another organization." }
        );
}

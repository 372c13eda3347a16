using System.Text;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Connections;
using Anteroom.Server.Keys.Vault;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Mail;

/// <summary>The one row of mail settings: read, saved with its audit row, secrets sealed (SEC-267, SEC-281).</summary>
public sealed class MailSettingsStore(Database database, CloudStore clouds, Vault vault, AuditTrail audit, TimeProvider clock)
{
    private const int ShortestShown = 16; // of a short secret four characters would be too much of it

    private const string Columns = """
        transport, sender_address, sender_name, smtp_host, smtp_port, smtp_start_tls, smtp_user, smtp_password, smtp_last4, smtp_secret_at,
        graph_cloud, graph_tenant, graph_client, graph_secret, graph_last4, graph_secret_at, version
        """;

    private static readonly string RowKey = OrganizationId.Platform.Value.ToString("D");
    private static readonly Field Password = new("mail_settings", RowKey, "smtp_password");
    private static readonly Field ClientSecret = new("mail_settings", RowKey, "graph_secret");

    public async Task<MailSettings> ReadAsync(CancellationToken ct) => (await RowAsync(ct))?.ToSettings() ?? MailSettings.Empty;

    /// <param name="version">What the caller has seen, or null where any will do.</param>
    /// <returns>As stored, or <c>validation_failed</c>, <c>secret_is_id</c>, <c>secret_missing</c>, <c>version_mismatch</c>.</returns>
    public async Task<Result<MailSettings, MailRefusal>> SaveAsync(
        MailSettingsDraft draft,
        long? version,
        AuditContext context,
        CancellationToken ct
    )
    {
        if (MailSettingsRules.Check(draft) is { } refusal)
            return refusal;
        if (draft.Graph is { } graph && await clouds.FindAsync(graph.Cloud, ct) is null)
            return new MailRefusal(ReasonCodes.ValidationFailed, $"graph.cloud '{graph.Cloud}' is not known.");

        var password = await SealAsync(Password, draft.Smtp?.Password, ct);
        var secret = await SealAsync(ClientSecret, draft.Graph?.ClientSecret, ct);
        await using var tx = await database.BeginAsync(OrganizationId.Platform, ct);
        await tx.ExecuteAsync("SELECT pg_advisory_xact_lock(hashtextextended('mail_settings', 0))", null, ct);
        var before = await tx.FirstAsync<Row>($"SELECT {Columns} FROM mail_settings WHERE organization_id = @organization", null, ct);
        if (version is { } seen && seen != (before?.Version ?? 0))
            return new MailRefusal(ReasonCodes.VersionMismatch);
        if (!Merge(before, draft, password, secret).TryGet(out var row, out var missing))
            return missing;
        await tx.ExecuteAsync(
            $"""
            INSERT INTO mail_settings (organization_id, {Columns}, updated_at)
            VALUES (@organization, @Transport, @SenderAddress, @SenderName, @SmtpHost, @SmtpPort, @SmtpStartTls, @SmtpUser, @SmtpPassword, @SmtpLast4,
                    @SmtpSecretAt, @GraphCloud, @GraphTenant, @GraphClient, @GraphSecret, @GraphLast4, @GraphSecretAt, @Version, @Now)
            ON CONFLICT (organization_id) DO UPDATE
               SET ({Columns}, updated_at) = ROW (excluded.transport, excluded.sender_address, excluded.sender_name, excluded.smtp_host,
                   excluded.smtp_port, excluded.smtp_start_tls, excluded.smtp_user, excluded.smtp_password, excluded.smtp_last4,
                   excluded.smtp_secret_at, excluded.graph_cloud, excluded.graph_tenant, excluded.graph_client, excluded.graph_secret,
                   excluded.graph_last4, excluded.graph_secret_at, excluded.version, excluded.updated_at)
            """,
            row with
            {
                Now = clock.GetUtcNow(),
            },
            ct
        );
        await audit.RecordAsync(tx, context, Entry(before, row), ct);
        await tx.CommitAsync(ct);
        return row.ToSettings();
    }

    /// <summary>The settings with their secrets, for the one who sends. A part without its credential is null.</summary>
    internal async Task<(MailSettings Settings, Secret? Password, Secret? ClientSecret)> RevealAsync(CancellationToken ct)
    {
        if (await RowAsync(ct) is not { } row)
            return (MailSettings.Empty, null, null);
        return (row.ToSettings(), await UnsealAsync(Password, row.SmtpPassword, ct), await UnsealAsync(ClientSecret, row.GraphSecret, ct));
    }

    private Task<Row?> RowAsync(CancellationToken ct) =>
        database
            .In(OrganizationId.Platform)
            .FirstAsync<Row>($"SELECT {Columns} FROM mail_settings WHERE organization_id = @organization", null, ct);

    /// <summary>A stored secret is never sent to another place: where the place changes, it has to be given again.</summary>
    private Result<Row, MailRefusal> Merge(Row? before, MailSettingsDraft draft, byte[]? password, byte[]? secret)
    {
        var now = new DateTimeOffset(clock.GetUtcNow().Ticks / TimeSpan.TicksPerMicrosecond * TimeSpan.TicksPerMicrosecond, TimeSpan.Zero); // as it is kept
        var row = new Row
        {
            Transport = Name(draft.Transport),
            SenderAddress = draft.SenderAddress,
            SenderName = draft.SenderName,
            Version = (before?.Version ?? 0) + 1,
        };
        if (draft.Smtp is { } smtp)
        {
            var stays =
                before?.SmtpHost == smtp.Host
                && before.SmtpPort == smtp.Port
                && before.SmtpUser == smtp.UserName
                && before.SmtpStartTls == smtp.StartTls;
            var kept = password is null && smtp.UserName is not null && stays ? before : null;
            if (smtp.UserName is not null && password is null && kept?.SmtpPassword is null)
                return new MailRefusal(
                    ReasonCodes.ValidationFailed,
                    "smtp.password is required with smtp.userName, and again when host, port, startTls or user name change."
                );
            row = row with
            {
                SmtpHost = smtp.Host,
                SmtpPort = smtp.Port,
                SmtpStartTls = smtp.StartTls,
                SmtpUser = smtp.UserName,
                SmtpPassword = password ?? kept?.SmtpPassword,
                SmtpLast4 = password is null ? kept?.SmtpLast4 : Last4(smtp.Password),
                SmtpSecretAt = password is null ? kept?.SmtpSecretAt : now,
            };
        }
        if (draft.Graph is { } graph)
        {
            var stays = before?.GraphCloud == graph.Cloud && before.GraphTenant == graph.TenantId && before.GraphClient == graph.ClientId;
            var kept = secret is null && stays ? before : null;
            if (secret is null && kept?.GraphSecret is null)
                return new MailRefusal(
                    ReasonCodes.ValidationFailed,
                    "graph.clientSecret is required, and again when cloud, tenant or client change."
                );
            row = row with
            {
                GraphCloud = graph.Cloud,
                GraphTenant = graph.TenantId,
                GraphClient = graph.ClientId,
                GraphSecret = secret ?? kept?.GraphSecret,
                GraphLast4 = secret is null ? kept?.GraphLast4 : Last4(graph.ClientSecret),
                GraphSecretAt = secret is null ? kept?.GraphSecretAt : now,
            };
        }
        return row;
    }

    private static AuditEntry Entry(Row? before, Row after)
    {
        var details = new Dictionary<string, object?>();
        Add("transport", before?.Transport, after.Transport);
        Add("senderAddress", before?.SenderAddress, after.SenderAddress);
        Add("senderName", before?.SenderName, after.SenderName);
        Add("smtpHost", before?.SmtpHost, after.SmtpHost);
        Add("smtpPort", before?.SmtpPort, after.SmtpPort);
        Add("smtpStartTls", before?.SmtpStartTls, after.SmtpStartTls);
        Add("smtpUserName", before?.SmtpUser, after.SmtpUser);
        Add("graphCloud", before?.GraphCloud, after.GraphCloud);
        Add("graphTenantId", before?.GraphTenant, after.GraphTenant);
        Add("graphClientId", before?.GraphClient, after.GraphClient);
        details["smtpCredentialChanged"] = before?.SmtpSecretAt != after.SmtpSecretAt;
        details["graphCredentialChanged"] = before?.GraphSecretAt != after.GraphSecretAt;
        return new("mail_settings.updated", AuditResult.Success) { Details = details };

        void Add(string name, object? was, object? @is)
        {
            if (!Equals(was, @is))
                details[name] = new Change(was, @is);
        }
    }

    private async Task<byte[]?> SealAsync(Field field, Secret? secret, CancellationToken ct) =>
        secret is null ? null : await vault.SealAsync(OrganizationId.Platform, field, Encoding.UTF8.GetBytes(secret.Reveal()), ct);

    private async Task<Secret?> UnsealAsync(Field field, byte[]? @sealed, CancellationToken ct) =>
        @sealed is null ? null : new(Encoding.UTF8.GetString(await vault.UnsealAsync(OrganizationId.Platform, field, @sealed, ct)));

    private static string? Last4(Secret? secret) =>
        secret?.Reveal() is not { } text ? null
        : text.Length >= ShortestShown ? text[^4..]
        : "";

    private static string Name(MailWay way) =>
        way switch
        {
            MailWay.Smtp => "smtp",
            MailWay.Graph => "graph",
            _ => "none",
        };

    private sealed record Row
    {
        public string Transport { get; init; } = "none";
        public string? SenderAddress { get; init; }
        public string? SenderName { get; init; }
        public string? SmtpHost { get; init; }
        public int? SmtpPort { get; init; }
        public bool? SmtpStartTls { get; init; }
        public string? SmtpUser { get; init; }
        public byte[]? SmtpPassword { get; init; }
        public string? SmtpLast4 { get; init; }
        public DateTimeOffset? SmtpSecretAt { get; init; }
        public string? GraphCloud { get; init; }
        public Guid? GraphTenant { get; init; }
        public string? GraphClient { get; init; }
        public byte[]? GraphSecret { get; init; }
        public string? GraphLast4 { get; init; }
        public DateTimeOffset? GraphSecretAt { get; init; }
        public long Version { get; init; }
        public DateTimeOffset Now { get; init; }

        public MailSettings ToSettings() =>
            new(
                Transport switch
                {
                    "smtp" => MailWay.Smtp,
                    "graph" => MailWay.Graph,
                    _ => MailWay.None,
                },
                SenderAddress,
                SenderName,
                SmtpHost is null ? null : new(SmtpHost, SmtpPort ?? 0, SmtpStartTls ?? true, SmtpUser, Shown(SmtpLast4, SmtpSecretAt)),
                GraphCloud is null ? null : new(GraphCloud, GraphTenant ?? Guid.Empty, GraphClient ?? "", Shown(GraphLast4, GraphSecretAt)),
                Version
            );

        private static StoredSecret? Shown(string? last4, DateTimeOffset? at) =>
            last4 is not null && at is { } when ? new(last4, when) : null;
    }
}

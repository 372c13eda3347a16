using System.Collections.Concurrent;
using Anteroom.Harness;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Connections;
using Anteroom.Server.Keys;
using Anteroom.Server.Mail;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Events;
using Anteroom.Server.Platform.Mail.Templates;
using Anteroom.Server.Platform.Notifications;
using Anteroom.Server.Platform.Outbox;
using Anteroom.Tests.Platform;
using Anteroom.Tests.Platform.Mail;
using Microsoft.Extensions.Logging.Abstractions;

namespace Anteroom.Tests.Mail;

/// <summary>Mails wired as in the product, on a database of its own, with a clock that a test turns and a submission server.</summary>
public sealed class MailScenario : IAsyncDisposable
{
    public const string Link = "https://login.example.com/recover?token=rl_Canary-link-0123456789";
    public const string Password = "Canary-smtp-password-0123456789";

    private readonly string _folder = Directory.CreateTempSubdirectory("anteroom-mail-").FullName;
    private readonly TestDatabase _database;
    private readonly ServiceProvider _services;
    private readonly bool _startTls;

    private MailScenario(TestDatabase database, bool startTls)
    {
        (_database, _startTls) = (database, startTls);
        var options = new AnteroomOptions { DataFolder = _folder };
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Logs));
        services.AddSingleton(options);
        services.AddSingleton<TimeProvider>(Clock);
        services.AddSingleton(database.Database);
        services.AddSingleton<Notifications>();
        services.AddSingleton<EventLog>();
        services.AddSingleton<Outbox>();
        services.AddAudit();
        services.AddKeys(options);
        services.AddOrganizations(options);
        services.AddConnections(options);
        services.AddMail();
        _services = services.BuildServiceProvider();
    }

    public static AuditContext Context { get; } = new(Actor.System, null, null, "test");

    public TestClock Clock { get; } = new();

    public Recorder Logs { get; } = new();

    public Database Database => _database.Database;

    public string OwnerConnectionString => _database.OwnerConnectionString;

    public SmtpServer Smtp { get; } = new() { Account = ("anteroom", Password) };

    public OrganizationId Organization { get; private set; }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>For a node on the same database, with the same key file.</summary>
    public string[] NodeArguments(int port) =>
        [
            "--urls=http://127.0.0.1:0",
            $"--Anteroom:BaseUrl=http://localhost:{port}",
            $"--Anteroom:DataFolder={_folder}",
            $"--ConnectionStrings:Anteroom={_database.AppConnectionString}",
            $"--ConnectionStrings:AnteroomOwner={_database.OwnerConnectionString}",
            "--Logging:LogLevel:Default=None",
        ];

    public static async Task<MailScenario> CreateAsync(bool configured = true, bool startTls = true)
    {
        SmtpServer.TrustInThisProcess();
        var scenario = new MailScenario(await TestDatabase.CreateAsync(), startTls);
        if (!(await scenario.Get<Server.Keys.Vault.Vault>().OpenAsync(default)).TryGet(out _, out var failure))
            throw new InvalidOperationException(failure.Sentence);
        await using (var tx = await scenario.Database.BeginAsync(OrganizationId.Platform, default))
        {
            await RoleStore.AddBuiltInAsync(tx, scenario.Clock, default);
            await tx.CommitAsync(default);
        }
        var made = await scenario.Get<CreateOrganization>().HandleAsync(new("contoso", "Contoso", null, []), Context, default);
        Assert.True(made.TryGet(out var organization, out var refusal), refusal?.Detail);
        scenario.Organization = organization.Id;
        if (configured)
            await scenario.ConfigureAsync();
        return scenario;
    }

    public async Task ConfigureAsync()
    {
        var saved = await Get<MailSettingsStore>().SaveAsync(Draft(), null, Context, default);
        Assert.True(saved.TryGet(out _, out var refusal), refusal?.Detail);
    }

    public MailSettingsDraft Draft() =>
        new(MailWay.Smtp, "sign-in@example.org", "Contoso", new("localhost", Smtp.Port, _startTls, "anteroom", new Secret(Password)), null);

    public MailRequest Recovery(string key = "recovery:1", string organization = "Contoso") =>
        new(
            key,
            MailMessages.Address("canary.ada.lovelace@example.com"),
            new(
                MailTemplate.Recovery,
                organization,
                new Dictionary<string, string> { ["userName"] = "canary-user-name-ada", ["until"] = "18:45 UTC" }
            )
            {
                Link = new Secret(Link),
            },
            Clock.GetUtcNow().AddMinutes(15)
        );

    public async Task EnqueueAsync(MailRequest request, bool commit = true)
    {
        await using var tx = await Database.BeginAsync(Organization, default);
        await Get<Mailer>().EnqueueAsync(tx, request, default);
        if (commit)
            await tx.CommitAsync(default);
    }

    /// <summary>One round of one node.</summary>
    public Task<int> DeliverAsync() =>
        new OutboxWorker(Database, [Get<DeliverMail>()], Get<Notifications>(), Clock, NullLogger<OutboxWorker>.Instance).RunOnceAsync(
            default
        );

    public Task<List<MailRow>> RowsAsync() =>
        Database
            .In(Organization)
            .ListAsync<MailRow>(
                "SELECT state, attempts, reason, content, event_key FROM mails WHERE organization_id = @organization ORDER BY event_key",
                null,
                default
            );

    public async Task<MailRow> RowAsync() => Assert.Single(await RowsAsync());

    /// <summary>What the trail says of mails: result and reason.</summary>
    public Task<List<AuditedMail>> AuditAsync() =>
        Database
            .In(Organization)
            .ListAsync<AuditedMail>(
                "SELECT result, reason, details::text AS details FROM audit_events WHERE organization_id = @organization AND action = 'mail.sent'",
                null,
                default
            );

    public async ValueTask DisposeAsync()
    {
        await Smtp.DisposeAsync();
        await _services.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public sealed record MailRow(string State, int Attempts, string? Reason, byte[]? Content, string EventKey);

    public sealed record AuditedMail(string Result, string? Reason, string Details);

    /// <summary>Every log line of every level, with its exception.</summary>
    public sealed class Recorder : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public string All => string.Join('\n', _lines);

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => _lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose() { }
    }
}

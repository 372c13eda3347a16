using Anteroom.Server.Audit;
using Anteroom.Server.Keys.Vault;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Npgsql;

namespace Anteroom.Server.Administration;

/// <summary>Administration from a shell (design.md §6): <c>migrate</c>, <c>bootstrap</c>, <c>api-key</c>, <c>keys</c>, <c>verify-audit</c>.</summary>
/// <remarks>
/// The caller has opened the database, migrated where it may. Answers go to the output, the last line being the one for programs;
/// a failure is one sentence on the error stream. Exit codes: 0 done, 1 not done or damage found, 2 not a command.
/// </remarks>
public static class AdminCommands
{
    private const string Help = """
        admin migrate                                    brings the database to this program's schema
        admin bootstrap                                  prints a single-use owner link, good for 30 minutes
        admin api-key --name X [--organization slug]     prints a new API key, once
        admin keys                                       lists data keys and signing keys
        admin keys rotate-signing                        publishes new signing keys now, which sign after the notice
        admin verify-audit [--organization slug]         checks the audit trail; ends with 1 on any gap or edit
        """;

    /// <param name="args">What follows <c>admin</c>.</param>
    /// <param name="options">The operator's settings.</param>
    /// <param name="app">The database, as <c>anteroom_app</c>.</param>
    /// <param name="clock">The time.</param>
    /// <param name="output">Answers.</param>
    /// <param name="error">Sentences about failures.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>The exit code of the process.</returns>
    public static async Task<int> RunAsync(
        string[] args,
        AnteroomOptions options,
        NpgsqlDataSource app,
        TimeProvider clock,
        TextWriter output,
        TextWriter error,
        CancellationToken ct
    )
    {
        var database = new Database(app);
        using var work = new AdminWork(database, options, clock, output);
        try
        {
            var failure = await DispatchAsync(AdminArguments.Parse(args), work, app, ct);
            if (failure is null)
                return 0;
            await error.WriteLineAsync(failure.Sentence);
            return failure.ExitCode;
        }
        catch (CommitUnknownException)
        {
            await error.WriteLineAsync(
                "The connection to the database broke while the change was being saved: look whether it is there before you repeat it."
            );
            return AdminFailure.Failed;
        }
        catch (NpgsqlException e)
        {
            await error.WriteLineAsync(
                e is PostgresException refused
                    ? $"The database refuses: {refused.MessageText}."
                    : "The database cannot be reached: check ConnectionStrings:Anteroom and that it runs."
            );
            return AdminFailure.Failed;
        }
    }

    private static async Task<AdminFailure?> DispatchAsync(AdminArguments args, AdminWork work, NpgsqlDataSource app, CancellationToken ct)
    {
        if (args.Words is ["migrate"])
            return await MigrateCommand.RunAsync(work, app, ct);
        if (args.Words is not (["bootstrap"] or ["api-key"] or ["keys"] or ["keys", "rotate-signing"] or ["verify-audit"]))
            return new($"This is not a command. There are:{Environment.NewLine}{Help}", AdminFailure.Usage);

        // All others need a database that this program understands.
        if (await Migrator.CheckAsync(app, ct) is { } unfit)
            return new(unfit.Sentence);
        return args.Words[0] switch
        {
            "bootstrap" => await BootstrapCommand.RunAsync(work, ct),
            "api-key" => await ApiKeyCommand.RunAsync(work, args, ct),
            "keys" when args.Words.Count == 2 => await RotateSigningCommand.RunAsync(work, ct),
            "keys" => await KeysCommand.RunAsync(work, ct),
            _ => await VerifyAuditCommand.RunAsync(work, args, ct),
        };
    }
}

/// <summary>What the commands share.</summary>
internal sealed class AdminWork : IDisposable
{
    public AdminWork(Database database, AnteroomOptions options, TimeProvider clock, TextWriter output)
    {
        (Database, Options, Clock, Output) = (database, options, clock, output);
        Vault = new Vault(database, options, clock);
        // Nobody runs a sealer in this process: the nodes' sweep seals what it writes.
        Audit = new AuditTrail(database, new RefusalLimiter(), new FreshRows(clock), clock);
    }

    public Database Database { get; }

    public AnteroomOptions Options { get; }

    public TimeProvider Clock { get; }

    public TextWriter Output { get; }

    public Vault Vault { get; }

    public AuditTrail Audit { get; }

    /// <summary>Who sits at a terminal is not known to us; that it was a terminal is.</summary>
    public AuditContext Context { get; } = new(Actor.System, null, null, "admin-command");

    /// <summary>The organization that the command names, the platform where it names none; null where there is no such one.</summary>
    public async Task<OrganizationId?> OrganizationAsync(AdminArguments args, CancellationToken ct)
    {
        if (!args.TryGet("organization", out var slug))
            return OrganizationId.Platform;
        var rows = await Database.OutsideOrganizations.ListAsync<Guid>(
            "SELECT organization_id FROM routes WHERE kind = 'slug' AND key = @slug",
            new { slug },
            ct
        );
        return rows.Count == 1 ? new(rows[0]) : null;
    }

    public void Dispose() => Vault.Dispose();
}

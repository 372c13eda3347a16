using System.Diagnostics;
using Anteroom.DevHost.Mailbox;
using Anteroom.Server.Platform.EmbeddedPostgres;

namespace Anteroom.DevHost;

/// <summary>The demo from start to end: database, emulator, server, demo data, sample application; then waits, and stops all of it.</summary>
internal sealed class Demo(DemoOptions options, DemoFolder folder, Children children, TimeProvider clock)
{
    private readonly Stack<Child> _running = new();

    /// <summary>Null after a wished end, or what went wrong.</summary>
    public static async Task<DemoFailure?> RunAsync(DemoOptions options, TimeProvider clock, CancellationToken stop)
    {
        if (Ports.Check(options) is { } occupied)
            return occupied;
        try
        {
            if (!(await DemoFolder.TakeAsync(options.Folder, options.Fresh, clock, stop)).TryGet(out var folder, out var failure))
                return failure;
            using (folder)
            {
                Tell.Line($"Anteroom demo in {folder.Path}");
                using var children = new Children();
                return await new Demo(options, folder, children, clock).RunAsync(stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<DemoFailure?> RunAsync(CancellationToken stop)
    {
        if (!DemoMemory.Load(folder.Memory, options).TryGet(out var memory, out var unusable))
            return unusable;

        var database = Tell.Begin("Starting the database");
        if (!(await EmbeddedPostgres.StartAsync(folder.Database, clock, stop)).TryGet(out var postgres, out var noDatabase))
            return new DemoFailure(noDatabase.Sentence);
        database.Done();

        await using (postgres)
        {
            try
            {
                return await RunProgramsAsync(memory, stop);
            }
            catch (DemoException e)
            {
                return e.Failure;
            }
            finally
            {
                File.Delete(folder.Endpoints);
                Tell.Line("Stopping ...");
                while (_running.TryPop(out var child))
                    await child.DisposeAsync();
            }
        }
    }

    private async Task<DemoFailure?> RunProgramsAsync(DemoMemory memory, CancellationToken stop)
    {
        var certificates = options.Https ? DevelopmentCertificates.Ensure(folder.Certificates, clock, options.Names) : null;
        var programs = new Programs(options, folder, children, certificates);
        var step = Tell.Begin("Starting the Entra emulator");
        await ReadyAsync(await StartAsync(programs.EmulatorAsync()), $"{options.EmulatorHttp}/_emulator/status", http: null, stop);
        while (!File.Exists(programs.Authority)) // written just after the listeners open
            await Task.Delay(20, stop);
        File.Copy(programs.Authority, folder.Authority, overwrite: true);
        using var http = DemoHttp.Client(folder.Authority);
        step.Done();

        step = Tell.Begin("Starting the server");
        await ReadyAsync(await StartAsync(programs.ServerAsync()), $"{options.Server}/health/ready", http, stop);
        step.Done();

        step = Tell.Begin(memory.ApiKey is null ? "Making demo data" : "Checking the demo data");
        var admin = new AdminCommands(programs);
        var seed = new DemoSeed(options, folder, memory, new EmulatorControl(http, options), admin, http);
        await seed.PlantAsync(stop);
        step.Done();

        step = Tell.Begin("Starting the sample application");
        await ReadyAsync(await StartAsync(programs.SampleAsync(memory.Client!)), $"{options.Sample}/healthz", http, stop);
        step.Done();

        await using var mailbox = await MailboxAsync(stop);
        var endpoints = DemoEndpoints.From(options, folder, memory, await admin.OwnerLinkAsync(stop));
        endpoints.Write(folder.Endpoints);
        Tell.Addresses(endpoints, memory);

        var first = await Task.WhenAny([.. _running.Select(child => child.Ended), Task.Delay(Timeout.Infinite, stop)]);
        return stop.IsCancellationRequested ? null : _running.First(child => child.Ended == first).Failure();
    }

    private async Task<IAsyncDisposable> MailboxAsync(CancellationToken stop)
    {
        try
        {
            return await MailboxServer.StartAsync(options.MailboxPort, folder.Mails, stop);
        }
        catch (IOException e)
        {
            throw new DemoException(new($"The mailbox cannot listen on port {options.MailboxPort}: {e.Message}"));
        }
    }

    private async Task<Child> StartAsync(Task<Child> starting)
    {
        var child = await starting;
        _running.Push(child);
        return child;
    }

    /// <summary>Waits until the address answers well, the program ends, or patience does: two minutes, for a machine that builds something else meanwhile.</summary>
    private static async Task ReadyAsync(Child child, string address, HttpClient? http, CancellationToken stop)
    {
        using var own = http is null ? new HttpClient() : null;
        for (var started = Stopwatch.GetTimestamp(); ; await Task.Delay(50, stop))
        {
            if (child.Ended.IsCompleted || Stopwatch.GetElapsedTime(started) > TimeSpan.FromMinutes(2))
                throw new DemoException(child.Failure());
            try
            {
                using var answer = await (http ?? own!).GetAsync(new Uri(address), HttpCompletionOption.ResponseHeadersRead, stop);
                if ((int)answer.StatusCode < 400)
                    return;
            }
            catch (HttpRequestException) { } // not there yet
        }
    }
}

/// <summary>Carries a failure through the steps to the one place that tells it.</summary>
internal sealed class DemoException(DemoFailure failure) : Exception(failure.Sentence)
{
    public DemoFailure Failure { get; } = failure;
}

using System.Diagnostics;
using Anteroom.Protocols.Primitives;

namespace Anteroom.DevHost;

/// <summary>The server's admin commands, run as an operator would.</summary>
internal sealed class AdminCommands(Programs programs)
{
    /// <summary>A new administrator key of the platform.</summary>
    public async Task<Secret> ApiKeyAsync(CancellationToken ct) => new(await RunAsync(["api-key", "--name", "demo"], ct));

    /// <summary>A new single-use link to the owner page.</summary>
    public Task<string> OwnerLinkAsync(CancellationToken ct) => RunAsync(["bootstrap"], ct);

    /// <summary>The last line of what the command prints is its answer.</summary>
    private async Task<string> RunAsync(IEnumerable<string> command, CancellationToken ct)
    {
        var start = new ProcessStartInfo(
            Environment.ProcessPath!,
            [Repository.Server.Assembly, "admin", .. command, .. programs.ServerSettings()]
        )
        {
            WorkingDirectory = Repository.Server.Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Children.ForgetOtherServers(start);
        using var process = Process.Start(start) ?? throw new InvalidOperationException("The admin command did not start.");
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(ct);
            var errors = process.StandardError.ReadToEndAsync(ct);
            await process.WaitForExitAsync(ct);
            var answer = (await output).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).LastOrDefault();
            if (process.ExitCode == 0 && answer is not null)
                return answer;
            throw new DemoException(new DemoFailure($"anteroom admin {string.Join(' ', command)} failed: {(await errors).Trim()}"));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}

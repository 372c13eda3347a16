using System.Diagnostics;

namespace Anteroom.Server.Platform.EmbeddedPostgres;

/// <summary>The operating-system account that PostgreSQL runs as: <c>postgres</c> when we are root (PostgreSQL refuses root), else our own.</summary>
internal static class ServerAccount
{
    public const string WhenRoot = "postgres";

    public static bool WeAreRoot => Environment.IsPrivilegedProcess;

    public static string Name => WeAreRoot ? WhenRoot : Environment.UserName;

    /// <summary>A process description with nothing inherited from us: neither variables nor working folder.</summary>
    public static ProcessStartInfo Command(bool asServerAccount, string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            WorkingDirectory = "/",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        start.Environment["HOME"] = "/";
        start.Environment["LC_ALL"] = "C";
        start.Environment["TZ"] = "UTC";
        if (asServerAccount && WeAreRoot)
            start.UserName = WhenRoot; // drops uid, gid and groups between fork and exec
        return start;
    }

    /// <summary>Runs a short command to its end. Only its exit code and its words matter.</summary>
    public static async Task<CommandOutcome> RunAsync(ProcessStartInfo start, string input, CancellationToken ct)
    {
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start.");
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(ct);
            var errors = process.StandardError.ReadToEndAsync(ct);
            await process.StandardInput.WriteAsync(input.AsMemory(), ct);
            process.StandardInput.Close();
            await process.WaitForExitAsync(ct);
            return new(process.ExitCode, (await output).Trim(), (await errors).Trim());
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None); // what it leaves can be removed
            throw;
        }
    }

    public static Task<CommandOutcome> RunAsync(string program, IEnumerable<string> arguments, CancellationToken ct) =>
        RunAsync(Command(asServerAccount: false, program, arguments), "", ct);
}

/// <summary>How a short command ended.</summary>
internal sealed record CommandOutcome(int ExitCode, string Output, string Errors)
{
    public bool Succeeded => ExitCode == 0;

    /// <summary>The last line it complained with, or its exit code.</summary>
    public string LastWords => Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? $"exit code {ExitCode}";
}

using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Anteroom.DevHost;

namespace Anteroom.Interop;

/// <summary>npm's libraries as programs: a script reads one JSON document, tells its steps, and answers with another.</summary>
internal static class NodePrograms
{
    public static readonly string Folder = Path.Combine(Repository.Root, "tests", "Anteroom.Interop");
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly Lazy<Task> Libraries = new(RestoreAsync);

    /// <summary>Until <c>node_modules</c> is what the lock file says.</summary>
    public static Task RestoredAsync() => Libraries.Value;

    /// <param name="authority">Path of a PEM file that the script trusts beside the machine's own.</param>
    public static async Task<JsonNode> RunAsync(string script, JsonObject input, string? authority)
    {
        await RestoredAsync();
        var run = new ProgramRun(Folder);
        var output = await run.RunAsync("node", [Path.Combine("scripts", script)], input.ToJsonString(), authority, Patience);
        // The last line: libraries may have words of their own before it.
        return JsonNode.Parse(output[(output.LastIndexOf('\n') + 1)..]) ?? throw new JsonException($"{script} answers nothing.");
    }

    /// <summary>Once per lock file; npm verifies each package against its hash.</summary>
    private static async Task RestoreAsync()
    {
        var done = new FileInfo(Path.Combine(Folder, "node_modules", ".package-lock.json"));
        if (!done.Exists || done.LastWriteTimeUtc < File.GetLastWriteTimeUtc(Path.Combine(Folder, "package-lock.json")))
            await new ProgramRun(Folder).RunAsync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], "", null, Patience);
    }
}

/// <summary>One run of a program of Node.js in a folder.</summary>
internal sealed record ProgramRun(string Folder)
{
    /// <returns>What it wrote to standard output.</returns>
    public async Task<string> RunAsync(string program, string[] arguments, string input, string? authority, TimeSpan patience)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["NODE_ENV"] = "test";
        if (authority is not null)
            start.Environment["NODE_EXTRA_CA_CERTS"] = authority;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} does not start.");
        using var timeout = new CancellationTokenSource(patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
            var errors = process.StandardError.ReadToEndAsync(timeout.Token);
            await process.StandardInput.WriteAsync(input.AsMemory(), timeout.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(timeout.Token);
            Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{await errors}");
            return await output;
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}

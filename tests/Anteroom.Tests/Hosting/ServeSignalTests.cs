using System.Diagnostics;
using System.Text;
using Anteroom.Harness;

namespace Anteroom.Tests.Hosting;

/// <summary>How <c>serve</c> ends, as the operator's shell, terminal or service manager asks for it.</summary>
public sealed class ServeSignalTests
{
    [Theory]
    [InlineData("HUP")] // the terminal is dead
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Ends_gracefully_by_the_signal(string signal)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var database = await TestDatabase.CreateAsync();
        var folder = Directory.CreateTempSubdirectory("anteroom-serve-").FullName;
        var start = new ProcessStartInfo("env") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (
            var argument in (string[])
                [
                    // Whoever runs the tests may ignore some of them (nohup, "&" in a script), and children inherit that.
                    "--default-signal=HUP,INT,TERM",
                    "dotnet",
                    Path.Combine(AppContext.BaseDirectory, "Anteroom.Server.dll"),
                    "serve",
                    "--urls=http://127.0.0.1:0",
                    $"--Anteroom:DataFolder={folder}",
                    $"--ConnectionStrings:Anteroom={database.AppConnectionString}",
                    $"--ConnectionStrings:AnteroomOwner={database.OwnerConnectionString}",
                    "--Logging:LogLevel:Default=Information",
                ]
        )
            start.ArgumentList.Add(argument);
        using var server = Process.Start(start)!;
        try
        {
            var said = new StringBuilder();
            while (await server.StandardOutput.ReadLineAsync(ct) is { } line)
            {
                said.AppendLine(line);
                if (line.Contains("Application started", StringComparison.Ordinal)) // before that it may end without a word
                    break;
            }
            Assert.False(server.HasExited, said + (server.HasExited ? await server.StandardError.ReadToEndAsync(ct) : ""));
            using (var kill = Process.Start("kill", ["-" + signal, $"{server.Id}"]))
                await kill.WaitForExitAsync(ct);

            var rest = await server.StandardOutput.ReadToEndAsync(ct).WaitAsync(TimeSpan.FromSeconds(25), ct);
            await server.WaitForExitAsync(ct);
            Assert.Equal(0, server.ExitCode); // killed by a signal it would be 128 and its number
            Assert.Contains("Application is shutting down", rest, StringComparison.Ordinal);
        }
        finally
        {
            if (!server.HasExited)
                server.Kill();
            Directory.Delete(folder, recursive: true);
        }
    }
}

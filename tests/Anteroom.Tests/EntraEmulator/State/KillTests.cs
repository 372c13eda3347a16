using System.Text.Json.Nodes;

namespace Anteroom.Tests.EntraEmulator.State;

/// <summary>design.md §6: <c>kill -9</c> loses nothing that was acknowledged.</summary>
public sealed class KillTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("emulator-kill-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Whatever_was_answered_before_the_kill_is_there_after_it()
    {
        var acknowledged = new List<string>();
        string tenant;
        await using (var child = await EmulatorProcess.StartAsync(_folder))
        {
            tenant = (string)
                (await child.PostAsync("/tenants", new { displayName = "Kill", initialDomain = "kill.onmicrosoft.com" }))["id"]!;
            var writing = WriteUntilItDiesAsync(child, tenant, acknowledged);
            while (true)
            {
                lock (acknowledged)
                {
                    if (acknowledged.Count >= 40)
                        break;
                }
                await Task.Delay(5);
            }
            await child.KillAsync(); // in the middle of a write
            await writing;
        }

        await using var again = await EmulatorProcess.StartAsync(_folder);
        var users = (JsonArray)(await again.GetJsonAsync($"{again.Url}/_emulator/tenants/{tenant}/users"))["items"]!;
        var names = users.Select(user => (string)user!["userPrincipalName"]!).ToHashSet();
        Assert.All(acknowledged, name => Assert.Contains(name, names));
        Assert.InRange(names.Count, acknowledged.Count, acknowledged.Count + 1); // one may have been written and not yet answered
    }

    [Fact]
    public async Task State_is_for_its_owner_alone()
    {
        if (OperatingSystem.IsWindows())
            return;
        var folder = Path.Combine(_folder, "state");
        await using (var child = await EmulatorProcess.StartAsync(folder))
            await child.PostAsync("/tenants", new { displayName = "Modes", initialDomain = "modes.onmicrosoft.com" });
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        Assert.Equal(Owner, File.GetUnixFileMode(Path.Combine(folder, "journal-000000.jsonl")));
    }

    private static async Task WriteUntilItDiesAsync(EmulatorProcess child, string tenant, List<string> acknowledged)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                var name = $"user{i}@kill.onmicrosoft.com";
                await child.PostAsync($"/tenants/{tenant}/users", new { userPrincipalName = name });
                lock (acknowledged)
                    acknowledged.Add(name);
            }
            catch (Exception died) when (died is HttpRequestException or IOException)
            {
                return;
            }
        }
    }
}

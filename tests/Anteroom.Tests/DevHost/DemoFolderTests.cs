using Anteroom.DevHost;

namespace Anteroom.Tests.DevHost;

public sealed class DemoFolderTests : IDisposable
{
    private readonly string _parent = Directory.CreateTempSubdirectory("anteroom-demo-").FullName;

    private string Path => System.IO.Path.Combine(_parent, "demo");

    public void Dispose() => Directory.Delete(_parent, recursive: true);

    [Fact]
    public async Task Two_demos_in_one_folder_refuse()
    {
        using var first = await TakeAsync();
        Assert.Contains("Another demo runs", await FailAsync(), StringComparison.Ordinal);
        first.Dispose();
        using var second = await TakeAsync();
    }

    [Fact]
    public async Task A_file_in_place_of_the_folder_is_one_sentence()
    {
        await File.WriteAllTextAsync(Path, "", TestContext.Current.CancellationToken);
        Assert.Contains(Path, await FailAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_folder_with_other_peoples_files_is_left_alone(bool fresh)
    {
        var precious = System.IO.Path.Combine(Directory.CreateDirectory(Path).FullName, "thesis.txt");
        await File.WriteAllTextAsync(precious, "years", TestContext.Current.CancellationToken);
        Assert.Contains("other things", await FailAsync(fresh), StringComparison.Ordinal);
        Assert.True(File.Exists(precious));
    }

    [Fact]
    public async Task Fresh_forgets_what_a_demo_kept_and_nothing_else()
    {
        using (var before = await TakeAsync())
        {
            await File.WriteAllTextAsync(before.Memory, "{}", TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(System.IO.Path.Combine(before.Emulator, "journal"), "", TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(System.IO.Path.Combine(Path, "notes.txt"), "", TestContext.Current.CancellationToken);
        }

        using var after = await TakeAsync(fresh: true);
        Assert.False(File.Exists(after.Memory));
        Assert.Empty(Directory.EnumerateFileSystemEntries(after.Emulator));
        Assert.True(File.Exists(System.IO.Path.Combine(Path, "notes.txt")));
    }

    [Fact]
    public async Task An_old_endpoints_file_does_not_survive_the_start()
    {
        using (var before = await TakeAsync())
            await File.WriteAllTextAsync(before.Endpoints, "{}", TestContext.Current.CancellationToken);
        using var after = await TakeAsync();
        Assert.False(File.Exists(after.Endpoints));
    }

    [Fact]
    public async Task A_folder_stays_with_its_ports()
    {
        using var folder = await TakeAsync();
        var options = new DemoOptions(7000, Path, Fresh: false, Https: false);
        Assert.True(DemoMemory.Load(folder.Memory, options).TryGet(out var memory, out _));
        memory.ApiKey = "key";
        memory.Save();

        Assert.True(DemoMemory.Load(folder.Memory, options).TryGet(out var again, out _));
        Assert.Equal("key", again.ApiKey);
        Assert.False(DemoMemory.Load(folder.Memory, options with { Port = 7001 }).TryGet(out _, out var moved));
        Assert.Contains("--port 7000", moved.Sentence, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.Memory));

        await File.WriteAllTextAsync(folder.Memory, "{", TestContext.Current.CancellationToken);
        Assert.False(DemoMemory.Load(folder.Memory, options).TryGet(out _, out var damaged));
        Assert.Contains("damaged", damaged.Sentence, StringComparison.Ordinal);
    }

    private async Task<DemoFolder> TakeAsync(bool fresh = false)
    {
        var taken = await DemoFolder.TakeAsync(Path, fresh, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.True(taken.TryGet(out var folder, out var failure), failure?.Sentence);
        return folder;
    }

    private async Task<string> FailAsync(bool fresh = false)
    {
        var taken = await DemoFolder.TakeAsync(Path, fresh, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.False(taken.TryGet(out _, out var failure));
        return failure.Sentence;
    }
}

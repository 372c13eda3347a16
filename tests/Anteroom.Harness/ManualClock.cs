using System.IO.MemoryMappedFiles;

namespace Anteroom.Harness;

/// <summary>The system's clock plus an offset that a test moves; shared between processes through a file, so that every node of a rig tells the same time.</summary>
/// <remarks>Timers keep to real time: only what decides by <see cref="GetUtcNow"/> moves.</remarks>
public sealed class ManualClock : TimeProvider, IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    public ManualClock(string path)
    {
        Path = path;
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, mapName: null, capacity: sizeof(long));
        _view = _file.CreateViewAccessor();
    }

    /// <summary>Hand it to another process to share this clock.</summary>
    public string Path { get; }

    public TimeSpan Offset
    {
        get => TimeSpan.FromTicks(_view.ReadInt64(0));
        set => _view.Write(0, value.Ticks);
    }

    public static ManualClock CreateNew() =>
        new(global::System.IO.Path.Combine(global::System.IO.Path.GetTempPath(), $"anteroom-clock-{Guid.CreateVersion7():N}"));

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;

    public void Advance(TimeSpan by) => Offset += by;

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}

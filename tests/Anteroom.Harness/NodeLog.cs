using System.Collections.Concurrent;

namespace Anteroom.Harness;

/// <summary>What a server in this process logged, for tests that compare it with what was answered.</summary>
public sealed class NodeLog : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    /// <summary>The formatted messages so far, oldest first, without exceptions.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

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
    ) => _lines.Enqueue(formatter(state, exception));

    public void Dispose()
    {
        // Nothing is held but memory.
    }
}

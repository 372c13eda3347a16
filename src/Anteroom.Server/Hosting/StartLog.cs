namespace Anteroom.Server.Hosting;

/// <summary>What happens before the server's own logging stands goes to the console; afterwards to that logging.</summary>
/// <remarks>The embedded database is started first and goes on telling of its restarts for as long as the server runs.</remarks>
internal sealed class StartLog : ILogger, IDisposable
{
    private readonly ILoggerFactory _console = LoggerFactory.Create(logging =>
        logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning)
    );
    private readonly string _category;
    private ILogger _target;

    public StartLog(string category) => (_category, _target) = (category, _console.CreateLogger(category));

    public void HandOver(ILoggerFactory factory) => _target = factory.CreateLogger(_category);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => _target.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => _target.IsEnabled(logLevel);

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    ) => _target.Log(logLevel, eventId, state, exception, formatter);

    public void Dispose() => _console.Dispose();
}

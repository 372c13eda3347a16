using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Anteroom.Server.Platform.Observability;

/// <summary>One log entry, one line of JSON: values at most 1 KB, control characters encoded (SEC-323); of the request only its correlation id.</summary>
internal sealed class JsonLines(TimeProvider clock) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "anteroom";

    private const int MaxStackBytes = 8 * 1024;
    private const int MaxValues = 32;
    private const string Template = "{OriginalFormat}";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("at", clock.GetUtcNow());
            json.WriteString("level", LevelName(logEntry.LogLevel));
            json.WriteString("category", logEntry.Category);
            json.WriteNumber("event", logEntry.EventId.Id);
            if (logEntry.EventId.Name is { } name)
                json.WriteString("name", name);
            json.WriteString("message", LogText.Clean(logEntry.Formatter(logEntry.State, logEntry.Exception)));
            WriteValues(json, logEntry.State as IReadOnlyList<KeyValuePair<string, object?>>);
            WriteException(json, logEntry.Exception);
            if (Activity.Current is { } activity)
                json.WriteString("trace", activity.TraceId.ToHexString());
            scopeProvider?.ForEachScope(WriteCorrelation, json);
            json.WriteEndObject();
        }
        textWriter.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private static void WriteValues(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, object?>>? values)
    {
        if (values is null || values.All(value => value.Key == Template))
            return;
        json.WriteStartObject("values");
        foreach (var (key, value) in values.Take(MaxValues))
            if (key != Template)
                json.WriteString(
                    key,
                    value is null ? null : LogText.Clean(Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? "")
                );
        json.WriteEndObject();
    }

    private static void WriteException(Utf8JsonWriter json, Exception? exception)
    {
        if (exception is null)
            return;
        json.WriteStartObject("exception");
        json.WriteString("type", exception.GetType().FullName);
        json.WriteString("text", LogText.Clean(exception.Message));
        json.WriteString("stack", LogText.Clean(exception.ToString(), MaxStackBytes));
        json.WriteEndObject();
    }

    // The hosting scope also knows the path; paths of links carry secrets, so only the id is taken.
    private static void WriteCorrelation(object? scope, Utf8JsonWriter json)
    {
        if (scope is not IReadOnlyList<KeyValuePair<string, object?>> values)
            return;
        foreach (var (key, value) in values)
            if (key == "RequestId" && value is string id)
                json.WriteString("correlationId", LogText.Clean(id));
    }

    private static string LevelName(LogLevel level) =>
        level switch
        {
            LogLevel.Trace => "trace",
            LogLevel.Debug => "debug",
            LogLevel.Information => "information",
            LogLevel.Warning => "warning",
            LogLevel.Error => "error",
            _ => "critical",
        };
}

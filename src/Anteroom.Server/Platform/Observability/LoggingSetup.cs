using Microsoft.Extensions.Logging.Console;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;

namespace Anteroom.Server.Platform.Observability;

public static class LoggingSetup
{
    /// <summary>JSON lines on the console, and OTLP where the operator named an endpoint. No component may log a query string (SEC-322).</summary>
    public static ILoggingBuilder AddAnteroomLogging(this ILoggingBuilder logging, AnteroomOptions options)
    {
        logging.ClearProviders();
        logging.AddConsole(console => console.FormatterName = JsonLines.FormatterName);
        logging.AddConsoleFormatter<JsonLines, ConsoleFormatterOptions>(formatter => formatter.IncludeScopes = true);

        // At "information" these write addresses with their query, bodies' sizes or SQL; what is worth knowing of them we log ourselves.
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information);
        logging.AddFilter("System.Net.Http", LogLevel.Warning);
        logging.AddFilter("Npgsql", LogLevel.Warning);
        // Our own handler logs unhandled exceptions, once and cleaned.
        logging.AddFilter("Microsoft.AspNetCore.Diagnostics", LogLevel.None);

        if (options.OtlpEndpoint is { } endpoint)
            logging.AddOpenTelemetry(telemetry =>
            {
                telemetry.IncludeFormattedMessage = true;
                telemetry.IncludeScopes = false;
                telemetry.SetResourceBuilder(TelemetryResource.Builder);
                telemetry.AddProcessor(new CleanRecords());
                telemetry.AddOtlpExporter(exporter => exporter.To(endpoint, "v1/logs"));
            });
        return logging;
    }

    /// <summary>HTTP with protobuf; with an explicit endpoint the exporter wants the full path of each signal.</summary>
    internal static void To(this OtlpExporterOptions exporter, string endpoint, string path)
    {
        exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
        exporter.Endpoint = new Uri(endpoint.TrimEnd('/') + "/" + path);
    }

    private sealed class CleanRecords : OpenTelemetry.BaseProcessor<LogRecord>
    {
        public override void OnEnd(LogRecord data)
        {
            if (data.FormattedMessage is { } message)
                data.FormattedMessage = LogText.Clean(message);
            if (data.Attributes is { Count: > 0 } attributes)
                data.Attributes = attributes
                    .Select(attribute => new KeyValuePair<string, object?>(
                        attribute.Key,
                        attribute.Value is string text ? LogText.Clean(text) : attribute.Value
                    ))
                    .ToList();
        }
    }
}

using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Anteroom.Server.Platform.Observability;

/// <summary>Collects the figures for <c>/metrics</c> always, and sends metrics and traces by OTLP where the operator named an endpoint.</summary>
public sealed class TelemetryPipeline : IHostedService, IDisposable
{
    private static readonly TimeSpan FlushTime = TimeSpan.FromSeconds(3);

    private readonly PrometheusText _prometheus = new();
    private readonly MeterProvider _meters;
    private readonly TracerProvider? _traces;

    public TelemetryPipeline(AnteroomOptions options)
    {
        var meters = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(TelemetryResource.Builder)
            .AddMeter(
                Telemetry.Name,
                "Microsoft.AspNetCore.Hosting",
                "Microsoft.AspNetCore.Server.Kestrel",
                "Microsoft.AspNetCore.Routing",
                "System.Net.Http",
                "System.Runtime",
                "Npgsql"
            )
            .AddReader(new BaseExportingMetricReader(_prometheus) { TemporalityPreference = MetricReaderTemporalityPreference.Cumulative });
        if (options.OtlpEndpoint is { } endpoint)
        {
            meters.AddOtlpExporter(exporter => exporter.To(endpoint, "v1/metrics"));
            _traces = Sdk.CreateTracerProviderBuilder()
                .SetResourceBuilder(TelemetryResource.Builder)
                .SetSampler(new AlwaysOnSampler()) // ours to decide: a caller's "not sampled" would hide what it does here
                .AddSource(Telemetry.Name, "Microsoft.AspNetCore", "System.Net.Http", "Npgsql")
                .AddProcessor(new QuietSpans())
                .AddOtlpExporter(exporter => exporter.To(endpoint, "v1/traces"))
                .Build();
        }
        _meters = meters.Build();
    }

    /// <summary>All figures in the Prometheus text format, version 0.0.4.</summary>
    public string Scrape() => _prometheus.Scrape();

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) =>
        Task.Run(
            () =>
            {
                _traces?.ForceFlush((int)FlushTime.TotalMilliseconds);
                _meters.ForceFlush((int)FlushTime.TotalMilliseconds);
            },
            cancellationToken
        );

    public void Dispose()
    {
        _traces?.Dispose();
        _meters.Dispose();
        _prometheus.Dispose();
    }

    /// <summary>Names a request's span after its route and takes every address off all spans: queries and paths of links carry secrets (SEC-322).</summary>
    private sealed class QuietSpans : BaseProcessor<Activity>
    {
        private static readonly string[] Addresses = ["url.full", "url.query", "url.path", "http.url", "http.target"];

        public override void OnEnd(Activity data)
        {
            foreach (var tag in Addresses)
                data.SetTag(tag, null);
            if (data.Source.Name == "Microsoft.AspNetCore")
                data.DisplayName = $"{data.GetTagItem("http.request.method") ?? "HTTP"} {data.GetTagItem("http.route") ?? "unmatched"}";
        }
    }
}

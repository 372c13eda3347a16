using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Anteroom.Server.Platform.Observability;

/// <summary>Our own figures and spans, both named <c>Anteroom</c>. Labels are codes of ours, never a person's or an organization's name.</summary>
public static class Telemetry
{
    public const string Name = "Anteroom";

    public static ActivitySource Source { get; } = new(Name);

    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> SignIns = Meter.CreateCounter<long>(
        "anteroom.sign_ins",
        description: "Sign-ins by decision and reason code."
    );

    private static readonly Counter<long> Tokens = Meter.CreateCounter<long>(
        "anteroom.tokens_issued",
        description: "Tokens issued by kind and grant."
    );

    private static readonly Counter<long> Refusals = Meter.CreateCounter<long>(
        "anteroom.refusals",
        description: "Refusals by action and reason code, also those that the audit trail only counts."
    );

    private static readonly Counter<long> Deliveries = Meter.CreateCounter<long>(
        "anteroom.outbox_deliveries",
        description: "Deliveries to the outside by kind and outcome."
    );

    private static readonly Counter<long> JobRuns = Meter.CreateCounter<long>(
        "anteroom.job_runs",
        description: "Runs of background jobs by kind and outcome."
    );

    private static readonly Histogram<double> OutboundCalls = Meter.CreateHistogram<double>(
        "anteroom.outbound_calls",
        unit: "s",
        description: "Calls to identity providers and applications by purpose and outcome."
    );

    public static void SignedIn(string decision, string reason) => SignIns.Add(1, new("decision", decision), new("reason", reason));

    public static void TokenIssued(string kind, string grant) => Tokens.Add(1, new("kind", kind), new("grant", grant));

    public static void Refused(string action, string? reason) => Refusals.Add(1, new("action", action), new("reason", reason ?? "none"));

    public static void Delivered(string kind, string outcome) => Deliveries.Add(1, new("kind", kind), new("outcome", outcome));

    public static void JobRan(string kind, string outcome) => JobRuns.Add(1, new("kind", kind), new("outcome", outcome));

    /// <param name="purpose">What for, such as <c>token</c>: a code is redeemed at a provider.</param>
    /// <param name="outcome"><c>success</c>, <c>refused</c>, <c>unreachable</c>; for mails also <c>unknown</c>.</param>
    /// <param name="duration">From the first attempt to connect to the last byte.</param>
    public static void Called(string purpose, string outcome, TimeSpan duration) =>
        OutboundCalls.Record(duration.TotalSeconds, new("purpose", purpose), new("outcome", outcome));
}

using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Observability;
using Anteroom.Server.Platform.Reasons;
using Microsoft.AspNetCore.Antiforgery;
using Npgsql;

namespace Anteroom.Server.Platform.Web;

/// <summary>The last handler of whatever went wrong: logs it, fails closed, tells a code and a correlation id and nothing else (SEC-325, SEC-346, SEC-347).</summary>
internal sealed class LastResort(RequestDelegate next, ProblemWriter problems, ILogger<LastResort> log)
{
    private static readonly TimeSpan TryAgainIn = TimeSpan.FromSeconds(5);

    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for an answer any more.
            http.Abort();
        }
#pragma warning disable CA1031 // This is the place where everything ends.
        catch (Exception e)
        {
            await AnswerAsync(http, e);
        }
#pragma warning restore CA1031
    }

    private async Task AnswerAsync(HttpContext http, Exception exception)
    {
        var code = CodeOf(exception, http);
        var correlation = http.CorrelationId();
        var kind = exception.GetType().Name;
        if (code is ReasonCodes.RequestInvalid)
            log.Malformed(correlation, kind);
        else
            log.Unhandled(exception, code, correlation);
        Telemetry.Refused("http.failed", code);

        if (http.Response.HasStarted)
        {
            http.Abort(); // half an answer must not look like a whole one
            return;
        }

        var reason = ReasonCatalogue.Get(code);
        if (Unwrap(exception) is BadHttpRequestException bad)
            reason = reason with { Status = bad.StatusCode };
        try
        {
            await problems.WriteAsync(http, reason, reason.Status == StatusCodes.Status503ServiceUnavailable ? TryAgainIn : null);
        }
#pragma warning disable CA1031 // The page itself is broken: say it plainly.
        catch (Exception e)
        {
            log.PageFailed(e, correlation);
            if (http.Response.HasStarted)
                http.Abort();
            else
                await ProblemWriter.WritePlainAsync(http, reason);
        }
#pragma warning restore CA1031
    }

    internal static string CodeOf(Exception exception, HttpContext http) =>
        Unwrap(exception) switch
        {
            CommitUnknownException => ReasonCodes.OutcomeUnknown,
            BadHttpRequestException => ReasonCodes.RequestInvalid,
            // What the form reader says of too many or too long keys.
            InvalidDataException when http.Request.HasFormContentType => ReasonCodes.RequestInvalid,
            IOException when exception is AntiforgeryValidationException => ReasonCodes.RequestInvalid,
            // What Kestrel says of a chunk whose size is no number that it knows.
            IOException { InnerException: OverflowException } when http.Request.Headers.TransferEncoding.Count > 0 =>
                ReasonCodes.RequestInvalid,
            // A charset that the runtime does not decode any more, such as UTF-7.
            NotSupportedException when http.Request.HasFormContentType => ReasonCodes.RequestInvalid,
            NullCharacterException => ReasonCodes.RequestInvalid,
            _ when IsDatabaseUnavailable(exception) => ReasonCodes.DatabaseUnavailable,
            _ => ReasonCodes.ServerError,
        };

    /// <summary>The check of our own forms reads them first, and hides why it could not.</summary>
    private static Exception Unwrap(Exception exception) =>
        exception is AntiforgeryValidationException { InnerException: { } inner } ? inner : exception;

    /// <summary>Not reachable, full, read-only, shutting down, out of connections: nothing was written, and trying later helps.</summary>
    internal static bool IsDatabaseUnavailable(Exception exception) =>
        exception switch
        {
            PostgresException told => told.SqlState is PostgresErrorCodes.ReadOnlySqlTransaction
                || told.SqlState.StartsWith("08", StringComparison.Ordinal)
                || told.SqlState.StartsWith("53", StringComparison.Ordinal)
                || told.SqlState.StartsWith("57", StringComparison.Ordinal)
                || told.SqlState.StartsWith("58", StringComparison.Ordinal),
            NpgsqlException => true,
            { InnerException: NpgsqlException inner } => IsDatabaseUnavailable(inner),
            _ => false,
        };
}

using System.Globalization;
using Anteroom.EntraEmulator.Tokens;

namespace Anteroom.EntraEmulator.Hosting;

/// <summary>Lets the set <see cref="Faults"/> happen. Control API and portal are spared, so that a fault can always be taken back.</summary>
internal sealed class FaultInjection(RequestDelegate next, Faults faults)
{
    public async Task InvokeAsync(HttpContext http)
    {
        if (http.Request.Path.StartsWithSegments("/_emulator") || http.Request.Path.StartsWithSegments("/portal"))
        {
            await next(http);
            return;
        }

        var met = faults.Take(http.Request);
        if (met.Count == 0)
        {
            await next(http);
            return;
        }

        foreach (var latency in met.Where(fault => fault.Kind == Fault.Latency))
            await Task.Delay(latency.DelayMilliseconds ?? 1000, http.RequestAborted);
        if (met.FirstOrDefault(fault => fault.Kind == Fault.StatusCode) is { } status)
        {
            await AnswerAsync(http, status);
            return;
        }
        if (met.Any(fault => fault.Kind == Fault.WrongKey))
            http.Items[typeof(TokenFault)] = TokenFault.WrongKey;
        if (met.Any(fault => fault.Kind == Fault.UnknownKid))
            http.Items[typeof(TokenFault)] = TokenFault.UnknownKid;

        var spoiling = met.FirstOrDefault(fault =>
            fault.Kind is Fault.TruncatedBody or Fault.Html or Fault.WrongContentType or Fault.LostAnswer
        );
        if (spoiling is null)
            await next(http);
        else
            await SpoilAsync(http, spoiling);
    }

    private static async Task AnswerAsync(HttpContext http, Fault fault)
    {
        http.Response.StatusCode = fault.Status ?? 503;
        if (fault.RetryAfterSeconds is { } seconds)
            http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        http.Response.ContentType = "application/json; charset=utf-8";
        await http.Response.WriteAsync(
            """{"error":"temporarily_unavailable","error_description":"A fault that was asked for."}""",
            http.RequestAborted
        );
    }

    /// <summary>The request takes effect; only its answer is spoilt.</summary>
    private async Task SpoilAsync(HttpContext http, Fault fault)
    {
        var wire = http.Response.Body;
        using var answer = new MemoryStream();
        http.Response.Body = answer;
        try
        {
            await next(http);
        }
        finally
        {
            http.Response.Body = wire;
        }

        var body = answer.ToArray();
        switch (fault.Kind)
        {
            case Fault.LostAnswer:
                http.Abort();
                return;
            case Fault.TruncatedBody:
                http.Response.ContentLength = body.Length;
                await wire.WriteAsync(body.AsMemory(0, body.Length / 2), http.RequestAborted);
                await wire.FlushAsync(http.RequestAborted);
                http.Abort();
                return;
            case Fault.Html:
                body = "<!DOCTYPE html><title>Gateway</title><p>The service is not available."u8.ToArray();
                http.Response.ContentType = "text/html; charset=utf-8";
                break;
            default:
                http.Response.ContentType = "text/plain";
                break;
        }
        http.Response.ContentLength = body.Length;
        await wire.WriteAsync(body, http.RequestAborted);
    }
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Graph;
using Anteroom.EntraEmulator.Signing;
using Anteroom.EntraEmulator.Tokens;

namespace Anteroom.EntraEmulator.Hosting;

/// <summary>Lets the set <see cref="Faults"/> happen. Control API and portal are spared, so that a fault can always be taken back.</summary>
internal sealed class FaultInjection(RequestDelegate next, Faults faults, KeyRing keys)
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

        var spoiling = met.FirstOrDefault(fault => fault.SpoilsAnswer);
        if (spoiling is null)
            await next(http);
        else
            await SpoilAsync(http, spoiling);
    }

    private const string OAuthBody = """{"error":"temporarily_unavailable","error_description":"A fault that was asked for."}""";

    private static string GraphBody(HttpContext http, int status)
    {
        var ids = RequestIds.Of(http);
        var error = status switch
        {
            429 => new GraphError(status, "TooManyRequests", "Please retry again later."),
            503 => new GraphError(status, "serviceNotAvailable", "The service is temporarily unavailable."),
            504 => new GraphError(status, "GatewayTimeout", "The server, while acting as a proxy, did not receive a timely response."),
            _ => new GraphError(status, "UnknownError", ""),
        };
        return error.Body(ids.At, ids.TraceId, ids.CorrelationId.ToString()).ToJsonString();
    }

    private static async Task AnswerAsync(HttpContext http, Fault fault)
    {
        http.Response.StatusCode = fault.Status ?? 503;
        if (fault.RetryAfterSeconds is { } seconds)
            http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        http.Response.ContentType = "application/json; charset=utf-8";
        await http.Response.WriteAsync(
            http.Request.Path.StartsWithSegments("/graph") ? GraphBody(http, http.Response.StatusCode) : OAuthBody,
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
            case Fault.SlowBody:
                await TrickleAsync(http, wire, body, fault.DelayMilliseconds ?? 1000);
                return;
            case Fault.StaleKeys or Fault.DuplicateKeys:
                body = fault.Kind == Fault.StaleKeys ? WithoutSigningKey(body) : WithForeignTwins(body);
                break;
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

    /// <summary>In sixteen pieces with pauses: a client's timeout for the whole body is what this is about.</summary>
    private static async Task TrickleAsync(HttpContext http, Stream wire, byte[] body, int milliseconds)
    {
        const int Pieces = 16;
        http.Response.ContentLength = body.Length;
        for (var i = 0; i < Pieces; i++)
        {
            var (from, to) = (body.Length * i / Pieces, body.Length * (i + 1) / Pieces);
            await wire.WriteAsync(body.AsMemory(from, to - from), http.RequestAborted);
            await wire.FlushAsync(http.RequestAborted);
            await Task.Delay(milliseconds / Pieces, http.RequestAborted);
        }
    }

    private byte[] WithoutSigningKey(byte[] body)
    {
        if (KeySet(body) is not { } set)
            return body;
        var rest = ((JsonArray)set["keys"]!).Where(key => (string?)key?["kid"] != keys.Signing.Kid).Select(key => key?.DeepClone());
        set["keys"] = new JsonArray([.. rest]);
        return JsonSerializer.SerializeToUtf8Bytes(set);
    }

    private byte[] WithForeignTwins(byte[] body)
    {
        if (KeySet(body) is not { } set)
            return body;
        var both = new JsonArray();
        foreach (var key in ((JsonArray)set["keys"]!).OfType<JsonObject>())
        {
            var twin = (JsonObject)key.DeepClone();
            (twin["n"], twin["e"]) = (keys.Foreign.Modulus, keys.Foreign.Exponent);
            twin["x5c"] = new JsonArray(keys.Foreign.CertificateBase64);
            both.Add((JsonNode)twin);
            both.Add(key.DeepClone());
        }
        set["keys"] = both;
        return JsonSerializer.SerializeToUtf8Bytes(set);
    }

    private static JsonObject? KeySet(byte[] body)
    {
        try
        {
            return JsonNode.Parse(body) is JsonObject set && set["keys"] is JsonArray ? set : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

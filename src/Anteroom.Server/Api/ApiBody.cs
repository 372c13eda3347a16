using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Anteroom.Server.Platform.Reasons;
using Microsoft.AspNetCore.Http.Features;

namespace Anteroom.Server.Api;

/// <summary>Reads a request's body once, whole and strictly: at most 64 KB, one JSON object, no member twice, none unknown, no null in a list.</summary>
public sealed class ApiBody<T>
    where T : class
{
    private readonly T? _value;
    private readonly string? _fault;
    private readonly string _code;

    internal ApiBody(T? value, string? fault, string code = ReasonCodes.ValidationFailed) => (_value, _fault, _code) = (value, fault, code);

    public bool TryGet(HttpContext http, [NotNullWhen(true)] out T? value, [NotNullWhen(false)] out IResult? problem)
    {
        value = _value;
        problem = _value is null ? ApiResults.Problem(http, _code, _fault) : null;
        return _value is not null;
    }
}

public static class ApiBody
{
    private const int LongestTold = 200;

    /// <summary>Whether there is a body. A chunked one has no length; whether there is one is for the framing to say (RFC 9112 §6.3).</summary>
    public static bool IsSent(HttpContext http) => http.Features.GetRequiredFeature<IHttpRequestBodyDetectionFeature>().CanHaveBody;

    public static async Task<ApiBody<T>> ReadAsync<T>(HttpContext http, CancellationToken ct)
        where T : class
    {
        var type = http.Request.ContentType?.Split(';')[0].Trim();
        if (type is not ("application/json" or "application/merge-patch+json"))
            return new(null, "The body is JSON, with the content type application/json.", ReasonCodes.RequestInvalid);
        if (http.Request.ContentLength > ApiJson.MaxBodyBytes || await ReadAsync(http.Request.Body, ct) is not { } body)
            return new(null, "The body is larger than 64 KB.", ReasonCodes.RequestInvalid);
        try
        {
            if (JsonSerializer.Deserialize<T>(body, ApiJson.Options) is not { } value)
                return new(null, "The body is a JSON object.");
            return ListWithNull(body) is { } list ? new(null, $"The list '{list}' holds null.") : new(value, null);
        }
        catch (JsonException fault)
        {
            return new(null, Sentence(fault));
        }
    }

    private static async Task<byte[]?> ReadAsync(Stream body, CancellationToken ct)
    {
        using var read = new MemoryStream();
        var buffer = new byte[8192];
        for (int count; (count = await body.ReadAsync(buffer, ct)) > 0; )
        {
            if (read.Length + count > ApiJson.MaxBodyBytes)
                return null;
            read.Write(buffer, 0, count);
        }
        return read.ToArray();
    }

    // The framework sees to it that a member that must be something is not null, and does not look into lists. None of ours has room for nothing.
    private static string? ListWithNull(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        Stack<string?> lists = new(); // for each bracket that is open the name of its list, null for an object
        var member = "";
        while (reader.Read())
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    member = reader.ValueSpan.Length <= LongestTold ? Encoding.UTF8.GetString(reader.ValueSpan) : "";
                    break;
                case JsonTokenType.StartArray or JsonTokenType.StartObject:
                    lists.Push(reader.TokenType == JsonTokenType.StartArray ? member : null);
                    break;
                case JsonTokenType.EndArray or JsonTokenType.EndObject:
                    lists.Pop();
                    break;
                case JsonTokenType.Null when lists.TryPeek(out var list) && list is not null:
                    return list;
            }
        return null;
    }

    // Our own words only: the framework's message names types of ours (SEC-325). The path is the caller's own member.
    private static string Sentence(JsonException fault)
    {
        var path = fault.Path is { Length: > 1 and <= LongestTold } text && !text.Any(char.IsControl) ? text.TrimStart('$', '.') : "";
        return path.Length == 0
            ? "The body is not one JSON object with known members, each once and of its type, and all required ones."
            : $"The member '{path}' is unknown, given twice, or not of its type.";
    }
}

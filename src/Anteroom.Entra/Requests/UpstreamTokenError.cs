using System.Globalization;
using System.Text.Json;
using Anteroom.Entra.Outbound;

namespace Anteroom.Entra.Requests;

/// <summary>Why the token endpoint gave no tokens.</summary>
public abstract record TokenEndpointFailure
{
    private protected TokenEndpointFailure() { }

    /// <summary>The reason code; for Entra's errors the AADSTS code completes it.</summary>
    public abstract string Code { get; }
}

/// <summary>No answer that could be read.</summary>
public sealed record TokenEndpointUnavailable(OutboundFailure Failure) : TokenEndpointFailure
{
    public override string Code => Failure.Code;
}

/// <summary>A success without what was asked for, or of another shape (RFC 6749 §5.1).</summary>
public sealed record TokenResponseUnusable(string Missing) : TokenEndpointFailure
{
    public override string Code => "token_response_unusable";
}

/// <summary>An error answer (RFC 6749 §5.2) with Entra's additions. Of upstream text only identifiers and numbers are kept, each of a known shape.</summary>
public sealed record UpstreamTokenError : TokenEndpointFailure
{
    private const int LongestName = 64;
    private const int LongestClaims = 4096;
    private const int MostCodes = 5;

    private UpstreamTokenError() { }

    public override string Code => "token_endpoint_error";

    /// <summary><c>invalid_grant</c>, <c>invalid_client</c>, …; <c>unknown</c> where it has another shape.</summary>
    public required string Error { get; init; }

    public required int Status { get; init; }

    public string? Suberror { get; init; }

    /// <summary>The cause: the one that the description names, else the last of <c>error_codes</c>.</summary>
    public AadstsCode? Aadsts { get; init; }

    public Guid? CorrelationId { get; init; }

    public Guid? TraceId { get; init; }

    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>A claims challenge: JSON to pass on as the <c>claims</c> parameter of the next authorization request.</summary>
    public string? Claims { get; init; }

    internal static UpstreamTokenError Read(OutboundResponse response)
    {
        using var document = JsonDocument.Parse(response.Body);
        var root = document.RootElement;
        return new()
        {
            Status = response.Status,
            Error = Name(Text(root, "error")) ?? "unknown",
            Suberror = Name(Text(root, "suberror")),
            Aadsts = AadstsCode.Parse(Text(root, "error_description")) ?? LastCode(root),
            CorrelationId = Identifier(Text(root, "correlation_id")),
            TraceId = Identifier(Text(root, "trace_id")),
            Timestamp = Instant(Text(root, "timestamp")),
            Claims = JsonObject(Text(root, "claims")),
        };
    }

    private static string? Text(JsonElement root, string member) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static string? Name(string? text) =>
        text is { Length: > 0 and <= LongestName }
        && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' or '.')
            ? text
            : null;

    private static Guid? Identifier(string? text) => Guid.TryParseExact(text, "D", out var id) ? id : null;

    private static DateTimeOffset? Instant(string? text) =>
        DateTimeOffset.TryParseExact(text, "u", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? instant
            : null;

    private static AadstsCode? LastCode(JsonElement root) =>
        root.ValueKind == JsonValueKind.Object
        && root.TryGetProperty("error_codes", out var codes)
        && codes.ValueKind == JsonValueKind.Array
        && codes.GetArrayLength() is > 0 and <= MostCodes
        && codes[codes.GetArrayLength() - 1] is { ValueKind: JsonValueKind.Number } last
        && last.TryGetInt64(out var number)
            ? AadstsCode.FromNumber(number)
            : null;

    private static string? JsonObject(string? text)
    {
        if (text is not { Length: > 0 and <= LongestClaims })
            return null;
        try
        {
            using var claims = JsonDocument.Parse(text);
            return claims.RootElement.ValueKind == JsonValueKind.Object ? text : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

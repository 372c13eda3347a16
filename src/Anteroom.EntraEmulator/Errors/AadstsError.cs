namespace Anteroom.EntraEmulator.Errors;

/// <summary>One refusal as Entra words it, without the ids that every answer adds.</summary>
/// <param name="Code">The number after AADSTS.</param>
/// <param name="Error">The OAuth <c>error</c>.</param>
/// <param name="Status">HTTP status at the token endpoint: 401 for <c>invalid_client</c>, 400 for the rest (entra-oidc.md §3.3).</param>
internal sealed record AadstsError(int Code, string Error, int Status, string Message)
{
    public string? SubError { get; init; }

    /// <summary><c>error_subcode</c> of a redirect, for example <c>cancel</c>.</summary>
    public string? SubCode { get; init; }

    /// <summary>Some codes carry no <c>error_uri</c> (recorded answers for 70003 and 700038).</summary>
    public bool HasErrorUri { get; init; } = true;

    public string Describe(RequestIds ids) =>
        $"AADSTS{Code}: {Message} Trace ID: {ids.TraceId} Correlation ID: {ids.CorrelationId} Timestamp: {ids.TimestampText}";
}

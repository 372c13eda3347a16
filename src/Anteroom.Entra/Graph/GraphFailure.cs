using System.Globalization;
using Anteroom.Entra.Outbound;

namespace Anteroom.Entra.Graph;

/// <summary>Why Graph did not tell what it was asked. Carries our own words and Graph's error code, never its message.</summary>
public sealed record GraphFailure
{
    private GraphFailure(string code) => Code = code;

    /// <summary>For records and logs: <c>graph_unavailable</c>, <c>graph_refused</c>, <c>graph_malformed</c>, <c>graph_elsewhere</c>, <c>graph_too_many</c>.</summary>
    public string Code { get; }

    /// <summary>Why there was no answer.</summary>
    public OutboundFailure? Outbound { get; private init; }

    /// <summary>401 or 403 where a permission or its consent is missing.</summary>
    public int? Status { get; private init; }

    /// <summary>Graph's own code, for example <c>Authorization_RequestDenied</c>; null where it has another shape.</summary>
    public string? Error { get; private init; }

    /// <summary>Whether another permission could have helped. Graph answers 403 alike for a permission that was not asked for and for one without consent.</summary>
    public bool IsPermission => Status is 401 or 403;

    /// <summary>An answer that is not a page of a list.</summary>
    public static GraphFailure Malformed { get; } = new("graph_malformed");

    /// <summary>A next page at another address than Graph's: not asked (SEC-075).</summary>
    public static GraphFailure Elsewhere { get; } = new("graph_elsewhere");

    /// <summary>More than anybody can have: half a list is no list.</summary>
    public static GraphFailure TooMany { get; } = new("graph_too_many");

    internal static GraphFailure Unavailable(OutboundFailure failure) =>
        new("graph_unavailable") { Outbound = failure, Status = failure.Status };

    internal static GraphFailure Refused(int status, string? error) => new("graph_refused") { Status = status, Error = error };

    /// <summary>As a record keeps it: the code with what tells one cause from another.</summary>
    public override string ToString() =>
        string.Join(' ', new[] { Code, Outbound?.Code, Status?.ToString(CultureInfo.InvariantCulture), Error }.OfType<string>());
}

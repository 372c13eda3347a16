using System.Diagnostics.CodeAnalysis;
using Anteroom.Entra.Requests;
using Microsoft.Extensions.Primitives;

namespace Anteroom.Server.SignIn.Upstream;

/// <summary>What came back from the provider through the browser: hostile input until proven otherwise (RFC 6749 §4.1.2, OIDC Core §3.2.2.5, RFC 9207).</summary>
/// <remarks>Which parts an answer may have is not known here: <see cref="AnswerRules"/> compares them with what was asked for.</remarks>
public abstract record CallbackResponse
{
    private const int LongestCode = 4096;
    private const int LongestIdToken = 32 * 1024; // more is refused where it is validated, with a better reason
    private const int LongestState = 256;
    private const int LongestError = 64;

    private CallbackResponse() { }

    /// <summary>No parameters at all: the way back from the provider's own sign-out.</summary>
    public sealed record Empty : CallbackResponse;

    /// <summary>Not an answer that a provider could have sent.</summary>
    public sealed record Malformed : CallbackResponse;

    /// <param name="Code">Null where there is none. One of code and id_token is there.</param>
    /// <param name="HasAccessToken">An access token never comes through the browser (SEC-067); it is not read.</param>
    public sealed record Answer(string? Code, string? IdToken, bool HasAccessToken, string State, string? Issuer) : CallbackResponse
    {
        /// <summary>A code and an id_token are worth something to whoever reads a log: neither is printed.</summary>
        public override string ToString() => "[answer]";
    }

    /// <param name="Name">The OAuth error, where it has the shape of one, else <c>unknown</c>. Descriptions are read for their AADSTS code and dropped (SEC-018).</param>
    public sealed record Error(string Name, AadstsCode? Aadsts, string State, string? Issuer) : CallbackResponse
    {
        /// <summary>Of the page on which the person gave up, where Entra names it; it is why they left at most, and never said to be the cause.</summary>
        public AadstsCode? Left { get; init; }
    }

    /// <param name="parameters">Of the query, or of the posted form: one or the other, never both together.</param>
    public static CallbackResponse Read(IEnumerable<KeyValuePair<string, StringValues>> parameters)
    {
        Dictionary<string, string> values = new(StringComparer.OrdinalIgnoreCase); // as the framework compares the names of a query
        var repeated = false;
        foreach (var (name, value) in parameters)
            repeated |= value.Count > 1 || !values.TryAdd(name, value.ToString());

        if (repeated)
            return new Malformed(); // SEC-015
        if (values.Keys.All(key => key is "state" or "sid"))
            return new Empty();

        var state = values.GetValueOrDefault("state", "");
        var issuer = values.GetValueOrDefault("iss");
        if (state.Length is 0 or > LongestState || issuer is { Length: > 512 })
            return new Malformed();

        var (hasCode, hasIdToken) = (TryRead(values, "code", out var code), TryRead(values, "id_token", out var idToken));
        if (values.TryGetValue("error", out var error))
        {
            var known = error.Length is > 0 and <= LongestError && error.All(c => char.IsAsciiLetterLower(c) || c == '_');
            return hasCode || hasIdToken
                ? new Malformed()
                : new Error(known ? error : "unknown", CodeOf(values), state, issuer)
                {
                    Left = IsLeft(values) ? AadstsCode.Parse(values.GetValueOrDefault("error_description")) : null,
                };
        }
        if (!hasCode && !hasIdToken || code is { Length: 0 or > LongestCode } || idToken is { Length: 0 or > LongestIdToken })
            return new Malformed();
        return new Answer(code, idToken, values.ContainsKey("access_token"), state, issuer);
    }

    private static bool TryRead(Dictionary<string, string> values, string name, [NotNullWhen(true)] out string? value) =>
        values.TryGetValue(name, out value);

    /// <summary>None where the person gave up at Entra (<c>error_subcode=cancel</c>): that is said by whatever code the page had that was left.</summary>
    private static AadstsCode? CodeOf(Dictionary<string, string> values) =>
        IsLeft(values) ? null : AadstsCode.Parse(values.GetValueOrDefault("error_description"));

    private static bool IsLeft(Dictionary<string, string> values) => values.GetValueOrDefault("error_subcode") == "cancel";
}

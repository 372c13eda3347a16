using Anteroom.Entra.Requests;

namespace Anteroom.Server.SignIn.Upstream;

/// <summary>What came back from the provider through the browser: hostile input until proven otherwise (RFC 6749 §4.1.2, RFC 9207).</summary>
public abstract record CallbackResponse
{
    private const int LongestCode = 4096;
    private const int LongestState = 256;
    private const int LongestError = 64;

    private CallbackResponse() { }

    /// <summary>No parameters at all: the way back from the provider's own sign-out.</summary>
    public sealed record Empty : CallbackResponse;

    /// <summary>Not an answer that a provider could have sent.</summary>
    public sealed record Malformed : CallbackResponse;

    public sealed record Code(string Value, string State, string? Issuer) : CallbackResponse;

    /// <param name="Name">The OAuth error, where it has the shape of one, else <c>unknown</c>. Descriptions are read for their AADSTS code and dropped (SEC-018).</param>
    public sealed record Error(string Name, AadstsCode? Aadsts, string State, string? Issuer) : CallbackResponse;

    public static CallbackResponse Read(IQueryCollection query)
    {
        if (query.Count == 0 || query.Keys.All(key => key is "state" or "sid") && !query.ContainsKey("code"))
            return new Empty();
        foreach (var parameter in query)
            if (parameter.Value.Count > 1)
                return new Malformed(); // SEC-015

        var state = query["state"].ToString();
        var issuer = query.TryGetValue("iss", out var iss) ? iss.ToString() : null;
        if (state.Length is 0 or > LongestState || issuer is { Length: > 512 })
            return new Malformed();

        if (query.TryGetValue("error", out var error))
        {
            var name = error.ToString();
            var known = name.Length is > 0 and <= LongestError && name.All(c => char.IsAsciiLetterLower(c) || c == '_');
            return query.ContainsKey("code") ? new Malformed() : new Error(known ? name : "unknown", CodeOf(query), state, issuer);
        }

        var code = query["code"].ToString();
        return code.Length is 0 or > LongestCode ? new Malformed() : new Code(code, state, issuer);
    }

    /// <summary>None where the person gave up at Entra (<c>error_subcode=cancel</c>): that is said by whatever code the page had that was left.</summary>
    private static AadstsCode? CodeOf(IQueryCollection query) =>
        query["error_subcode"] == "cancel" ? null : AadstsCode.Parse(query["error_description"].ToString());
}

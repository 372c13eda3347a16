using Anteroom.Entra.Requests;
using Microsoft.Extensions.Primitives;

namespace Anteroom.Server.SignIn.Consent;

/// <summary>What Entra sends the browser back with after admin consent (entra-oidc.md §6.2): hostile input, and no proof of anything.</summary>
/// <remarks>Its <c>tenant</c> must look like one and is dropped: whoever holds the browser may write another (SEC-063).</remarks>
public abstract record AdminConsentAnswer
{
    private const int LongestState = 1024;
    private const int LongestError = 64;
    private const int MostParameters = 20;

    private AdminConsentAnswer() { }

    /// <summary>Not an answer that Entra could have sent.</summary>
    public sealed record Malformed : AdminConsentAnswer;

    /// <summary>Entra says that consent was given; nothing of ours changes by it.</summary>
    public sealed record Granted(string State) : AdminConsentAnswer;

    /// <param name="Aadsts">Entra's own code, where there is one; descriptions are dropped (SEC-018).</param>
    public sealed record Refused(string State, AadstsCode? Aadsts) : AdminConsentAnswer;

    public static AdminConsentAnswer Read(IEnumerable<KeyValuePair<string, StringValues>> parameters)
    {
        Dictionary<string, string> values = new(StringComparer.OrdinalIgnoreCase); // as the framework compares the names of a query
        foreach (var (name, value) in parameters)
            if (value.Count > 1 || values.Count >= MostParameters || !values.TryAdd(name, value.ToString()))
                return new Malformed(); // SEC-015
        var state = values.GetValueOrDefault("state", "");
        if (state.Length is 0 or > LongestState)
            return new Malformed();
        if (values.TryGetValue("error", out var error))
            return error.Length is > 0 and <= LongestError
                ? new Refused(state, AadstsCode.Parse(values.GetValueOrDefault("error_description")))
                : new Malformed();
        return
            values.GetValueOrDefault("admin_consent") is "True" or "true"
            && Guid.TryParseExact(values.GetValueOrDefault("tenant"), "D", out _)
            ? new Granted(state)
            : new Malformed();
    }
}
